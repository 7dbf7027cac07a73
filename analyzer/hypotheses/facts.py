"""Everything that is known of one bundle: what the checks of every hypothesis read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from analyzer.results import Answer, MoveRef, PolicyRef

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.evidence.onprem import OutlookBefore

OwnMove = Literal["completed", "not-cut-over", "no-record", "not-given"]


@dataclass(frozen=True, slots=True)
class OwnerFit:
    """How one accessible mailbox's cut-over fits a delegate's failures.

    Attributes:
        move: The owner's cut-over; ``mailbox`` is the owner's UPN.
        owner_key: Person key of the owner.
        right: Rights as exported, e.g. ``FullAccess``.
        opens_mailbox: Whether the right opens the mailbox at all (SendAs alone does not).
        after: Number of failures after the owner's cut-over.
        first_after: First of them, UTC.
        days_before: Days with the same failures before the owner's cut-over.
    """

    move: MoveRef
    owner_key: str
    right: str
    opens_mailbox: bool
    after: int
    first_after: datetime | None
    days_before: int


@dataclass(frozen=True, slots=True)
class HostileSource:
    """Figures of the hostile address or network a bundle came from."""

    level: str
    source: str
    failing_people: int
    succeeding_people: int
    people_in_half_hour: int


@dataclass(frozen=True, slots=True)
class Before:
    """The same kind of client, coming in or blocked, before the person's own cut-over."""

    days: int
    span_days: float
    only_autodiscover: bool
    is_delegate_explained: bool


@dataclass(frozen=True, slots=True)
class OnPremFacts:
    """What on-premises front-end logs show of one bundle's person.

    Attributes:
        outlook: How his Outlook last connected before his own cut-over, else before the onset;
            None where the logs do not show it.
        opened_at: When he last opened the mailbox of ``Facts.owner`` there, UTC; None for never.
    """

    outlook: OutlookBefore | None = None
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """One bundle with its person, moves, rights and history. Unknown is None, never False.

    Attributes:
        onset: First failure of this kind on this side from a place of the person's own, UTC.
        own_move: The person's own cut-over; ``own_move_state`` says why there is none.
        moves_given: Whether a move export was given at all; likewise ``permissions_given``.
        rights_are_whole: Whether every right in the permission exports names a person; a group
            is not expanded, so with groups among them nobody can be said to have no right.
        before: History before the own cut-over; None where the log cannot show any.
        sees_before: Whether the log reaches back at least a day before the own cut-over.
        owner: The accessible moved mailbox that fits best, if any.
        supposed_owner: Where no right is known: the one moved mailbox that fits and that a group,
            whose members are not exported, may open.
        owner_count: Accessible mailboxes that moved.
        wave_at: Latest cut-over of anybody at or before ``onset``.
        mapi_http: Effective MAPI over HTTP of the person's mailbox before the move.
        modern_since_move: First success of the same kind of client with modern authentication
            after the own cut-over.
        outlook_major: Newest Outlook major version in the agents.
        continues_after: Whether the same failures go on after the own cut-over.
        met_exchange: When Exchange Online first met a mail client of the person's; for somebody
            whose move has no record, the cut-over was not later.
        moves_cover_meeting: Whether the move exports reach back to that time and every cut-over
            of that day in them belongs to somebody known: who is not among them did not move.
        met_with: Whether unusually many other people first met it within a working day of that,
            as people of one migration wave do.
        own_use: Whether another mail client than Outlook (a phone, Skype) came for the person's
            own mailbox in Exchange Online since the onset; unknown where the log is too short.
        signs_in: Whether the account ever signs in with a modern client, as people do and services
            do not; unknown where the log is too short.
        recipient_type: RecipientTypeDetails as exported, e.g. ``SharedMailbox``.
        utc_offset_hours: Zone the person works in, guessed from the hours of his sign-ins.
        onprem: What on-premises logs show of this person; None where no logs were given.
    """

    person_key: str
    family: str
    outcome: str
    source_class: str
    side: str
    events: int
    first_seen: datetime
    last_seen: datetime
    onset: datetime
    days: int
    hours_of_day: int
    indirect: int
    legacy_blocks: int
    other_blocks: int
    autodiscover: int
    outlook_protocol: int
    ews: int
    outlook_agent: int
    phone_agent: int
    converted_agent: int
    success_code: int
    clients: tuple[str, ...]
    user_agents: tuple[str, ...]
    ip_addresses: tuple[str, ...]
    ip_address_count: int
    networks: tuple[str, ...]
    countries: tuple[str, ...]
    error_codes: tuple[int, ...]
    app_names: tuple[str, ...]
    signin_ids: tuple[str, ...]
    policies: tuple[PolicyRef, ...]
    policies_are_legacy_blocks: Answer
    window_from: datetime
    window_to: datetime
    moves_given: bool
    permissions_given: bool
    rights_are_whole: bool
    own_move: MoveRef | None
    own_move_state: OwnMove
    own_move_reason: str | None
    sees_before: bool
    before: Before | None
    owner: OwnerFit | None
    owner_count: int
    wave_at: datetime | None
    mapi_http: str | None
    mapi_http_from: str | None
    outlook_major: int | None
    recovered_at: datetime | None
    modern_since_move: datetime | None = None
    hostile: HostileSource | None = None
    families_of_person: frozenset[str] = field(default_factory=frozenset)
    supposed_owner: OwnerFit | None = None
    continues_after: bool = False
    met_exchange: datetime | None = None
    moves_cover_meeting: bool = False
    met_with: Answer = Answer.UNKNOWN
    own_use: Answer = Answer.UNKNOWN
    signs_in: Answer = Answer.UNKNOWN
    recipient_type: str | None = None
    utc_offset_hours: int = 0
    onprem: OnPremFacts | None = None
