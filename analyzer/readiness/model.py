"""What readiness says: the frozen result that every report of it reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.evidence.linking import State
    from analyzer.results import Answer, Coverage, EvidenceItem, PolicyRef


class Predicted(StrEnum):
    """What becomes of an Outlook once its mailbox has moved."""

    RECONFIGURES = "reconfigures"
    STUCK = "stuck"
    UNKNOWN = "unknown"


class Prompted(StrEnum):
    """Whether a delegate who stays on-premises is prompted once the owner has moved."""

    WILL = "will"
    WILL_NOT = "will not"
    CANNOT_TELL = "cannot be told"


class Standing(StrEnum):
    """Where a mailbox of the batch is now."""

    ON_PREMISES = "on-premises"
    MOVED = "moved already"
    NO_MAILBOX = "no mailbox"
    NOT_FOUND = "not found"


class Verified(StrEnum):
    """What the exports say of a prerequisite."""

    VERIFIED = "verified"
    FAILED = "failed"
    CANNOT_TELL = "cannot be told"


Basis = Literal[
    "observed-rpc",
    "observed-mapi",
    "setting-off",
    "setting-on",
    "exchange-2010",
    "old-outlook",
    "not-blocked",
    "excluded",
    "delegates",
    "none",
]
"""What a forecast rests on; each has its own confidence."""


@dataclass(frozen=True, slots=True)
class LegacyClient:
    """A client that is blocked whatever is done to Outlook.

    Attributes:
        kind: ``phone``, ``mail-protocol``, ``script``, ``skype`` or ``old-outlook``.
        client: As logged; hostile text.
        seen_in: ``sign-ins``, ``on-premises logs`` or ``Get-CASMailbox``.
        is_seen: Whether it was seen; a setting says only that there could be one.
        blocked: Whether an enforced policy turns it away after the move.
    """

    kind: str
    client: str
    seen_in: str
    is_seen: bool
    last_seen: datetime | None
    blocked: Answer


@dataclass(frozen=True, slots=True)
class Delegate:
    """Somebody on-premises who opens a mailbox of the batch and does not move with it.

    Attributes:
        right: The right as exported, or how he was seen to open it.
        says: Why he will be prompted, will not, or why it cannot be told.
    """

    delegate: str
    delegate_key: str
    right: str
    prompted: Prompted
    says: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """The forecast for one mailbox of the batch.

    Attributes:
        mailbox: SMTP address in lower case; the name in the batch where nobody is known by it.
        setting: Effective MAPI over HTTP; ``setting_from`` says whose value it is.
        confidence: How often such a forecast is right; None where none is made.
        exclusions: Enforced policies that would block but exclude the person, with how.
        through_groups: Names of groups, or unknown names, that may open the mailbox.
    """

    mailbox: str
    person_key: str | None
    user: str | None
    display_name: str | None
    recipient_type: str | None
    standing: Standing
    setting: State
    setting_from: str
    predicted: Predicted
    basis: Basis
    confidence: float | None
    delegates: tuple[Delegate, ...] = ()
    legacy_clients: tuple[LegacyClient, ...] = ()
    policies: tuple[PolicyRef, ...] = ()
    exclusions: tuple[str, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    through_groups: tuple[str, ...] = ()

    @property
    def is_forecast(self) -> bool:
        """Whether this mailbox is still to move, so that there is something to forecast."""
        return self.standing is Standing.ON_PREMISES


@dataclass(frozen=True, slots=True)
class CutTie:
    """A tie that was given up to keep a group within its size."""

    delegate: str
    owner: str
    kind: str


@dataclass(frozen=True, slots=True)
class Together:
    """Mailboxes that should move in one batch.

    Attributes:
        members: All of them, sorted.
        outside: Those of them that the planned batch lacks.
        cut: Ties from a member to a mailbox of another group, given up for the size.
    """

    members: tuple[str, ...]
    outside: tuple[str, ...]
    cut: tuple[CutTie, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckItem:
    """A prerequisite: what the exports say of it, and how to verify it."""

    id: str
    what: str
    state: Verified
    says: str
    how: str


@dataclass(frozen=True, slots=True)
class Needs:
    """A mailbox whose MAPI over HTTP has to be switched on, for the remediation script.

    Attributes:
        was: The mailbox's own value now: False, or None where it inherits.
        why: ``mover`` or ``delegate``.
    """

    mailbox: str
    was: bool | None
    why: Literal["mover", "delegate"]
    note: str


@dataclass(frozen=True, slots=True)
class BatchRead:
    """The batch as read, for the coverage.

    Attributes:
        rows: Rows that name somebody; ``duplicates`` of them name somebody again.
        not_found: Names that nobody is known by.
        nameless: Places of rows that name nobody.
    """

    rows: int
    mailboxes: int
    duplicates: int
    not_found: tuple[str, ...]
    moved: int
    nameless: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Readiness:
    """The whole answer; renderers read this and nothing else.

    Attributes:
        window_from: First instant of the sign-ins; None without any. ``window_to`` likewise.
        as_of: Instant the forecast is made for, where it was asked for; else None.
        organisation: The organisation's MAPI over HTTP.
        batch_size: Size limit of ``together``.
        switch: Mailboxes to switch; ``restart`` those whose Outlook only needs a restart.
    """

    generated_at: datetime
    window_from: datetime | None
    window_to: datetime | None
    as_of: datetime | None
    coverage: Coverage
    batch: BatchRead
    organisation: State
    mailboxes: tuple[Mailbox, ...]
    together: tuple[Together, ...]
    batch_size: int
    checklist: tuple[CheckItem, ...]
    switch: tuple[Needs, ...] = ()
    restart: tuple[str, ...] = ()
    impossible: tuple[str, ...] = ()

    def of(self, predicted: Predicted) -> tuple[Mailbox, ...]:
        """Mailboxes that are still to move and are predicted so."""
        return tuple(m for m in self.mailboxes if m.is_forecast and m.predicted is predicted)
