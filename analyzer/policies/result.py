"""What ``analyzer policies`` answers: everything its report may say, and nothing that computes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.policies.effect import Effect
    from analyzer.policies.model import Policy
    from analyzer.results import Coverage, MoveRef

SubjectKind = Literal["user", "group", "role", "everybody", "application", "condition"]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a policy names: by id, and by name where one is known."""

    kind: SubjectKind
    id: str
    name: str | None = None

    @property
    def called(self) -> str:
        """Its name, else its id."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Count:
    """Sign-ins, the people behind them, first and last; nothing at all is zero and None."""

    events: int = 0
    people: int = 0
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """What sign-ins say of a policy.

    Attributes:
        names: Names as of sign-in time, the latest first.
        blocked_legacy: Legacy sign-ins that were refused while this policy failed.
        blocked_other: The same of other clients, and of clients that were not logged.
        would_block_legacy: Legacy sign-ins at which it failed in report-only mode.
        would_block_other: The same of other clients.
        contradicted: Legacy sign-ins let in although, by definition, it should have stopped
            them: the definition is of another time, or has conditions that were not exported.
    """

    names: tuple[str, ...] = ()
    blocked_legacy: Count = Count()
    blocked_other: Count = Count()
    would_block_legacy: Count = Count()
    would_block_other: Count = Count()
    contradicted: Count = Count()


class Standing(StrEnum):
    """What a policy is to legacy clients, by its definition and state."""

    BLOCKS = "blocks"
    DEMANDS = "blocks-by-a-demand"
    SOMETIMES = "sometimes"
    REPORT_ONLY = "report-only"
    DISABLED = "disabled"
    NONE = "does-not-touch"
    UNKNOWN = "cannot-be-told"


@dataclass(frozen=True, slots=True)
class PolicyView:
    """One policy: definition, standing, whom it is for, and what it was seen to do.

    Attributes:
        definition: As exported; None for one that only sign-ins or audits name.
        effects: Effect on each kind of legacy client, whatever its state.
        includes: Whom it is for; ``excludes`` whom it is not for.
        was_deleted: Whether audits say that it is gone.
        is_outdated: Whether audits tell of a change after the export was made.
    """

    id: str
    name: str
    definition: Policy | None
    standing: Standing
    effects: dict[str, Effect] = field(default_factory=dict)
    includes: tuple[Subject, ...] = ()
    excludes: tuple[Subject, ...] = ()
    observed: Observed = Observed()
    was_deleted: bool = False
    is_outdated: bool = False

    @property
    def is_for_everybody(self) -> bool:
        """Whether it is for all but those it excludes; security defaults are."""
        return self.definition is None or "all" in self.definition.include_users


class ChangeKind(StrEnum):
    """What happened at one point of the history."""

    CREATED = "created"
    DELETED = "deleted"
    STATE = "state"
    EXCLUSION_OPENED = "exclusion-opened"
    EXCLUSION_CLOSED = "exclusion-closed"
    SCOPE_NARROWED = "scope-narrowed"
    SCOPE_WIDENED = "scope-widened"
    CONTROLS = "controls"
    OTHER = "other"
    UNTOLD = "cannot-be-told"
    MEMBER_ADDED = "member-added"
    MEMBER_REMOVED = "member-removed"
    MOVES = "moves"
    FAILURES = "failures"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the time axis.

    Attributes:
        until: Last instant, for moves and failures that are told together.
        old: Value before, for a state or controls; ``new`` likewise.
        subject: Who was excluded, let out, added or removed.
        group: The group whose members changed.
        counts: Numbers of moves and failures, by name.
    """

    at: datetime
    kind: ChangeKind
    policy_id: str | None = None
    policy_name: str | None = None
    subject: Subject | None = None
    group: Subject | None = None
    old: str | None = None
    new: str | None = None
    by: str | None = None
    source: str | None = None
    until: datetime | None = None
    counts: dict[str, int] = field(default_factory=dict)


class Weakness(StrEnum):
    """How the block was weakened."""

    DISABLED = "disabled"
    REPORT_ONLY = "report-only"
    DELETED = "deleted"
    NOT_CREATED = "not-created"
    EXCLUSION = "exclusion"
    NARROWED = "narrowed"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody whom a legacy client let in while the block was weakened.

    Attributes:
        places: Kinds of place: ``familiar``, ``unfamiliar``, ``hostile``, ``unknown``.
        is_certain: False where a group's members are not known, so that it may have been let
            in for another reason.
    """

    user: str
    user_id: str | None
    families: tuple[str, ...]
    countries: tuple[str, ...]
    ip_addresses: tuple[str, ...]
    places: tuple[str, ...]
    events: int
    first: datetime
    last: datetime
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Window:
    """A span, half open and in UTC, in which a policy's block was weakened.

    Attributes:
        since: None: from before the log, or since when cannot be told.
        is_since_known: False where no audit says when; then ``since`` is the earliest possible.
        until: None where it lasts, or ended at a time that no audit tells.
        is_until_known: False where no audit says when; then ``until`` is the latest possible.
        is_open: Whether it lasts, as far as is known.
        could: Names of those who could come in; None for everybody in scope.
        could_is_whole: Whether ``could`` is everybody: False where a group is not expanded.
        also_guarded_by: Other policies that, by definition, stopped the same people meanwhile.
    """

    policy_id: str
    policy_name: str
    weakness: Weakness
    subject: Subject
    since: datetime | None
    is_since_known: bool
    until: datetime | None
    is_until_known: bool
    is_open: bool
    opened_by: str | None = None
    closed_by: str | None = None
    could: tuple[str, ...] | None = None
    could_is_whole: bool = True
    did: tuple[Arrival, ...] = ()
    also_guarded_by: tuple[str, ...] = ()


class Reason(StrEnum):
    """Why an exclusion may be closed, or not."""

    RECOVERED = "recovered"
    NO_LEGACY_SIGNIN = "no-legacy-sign-in"
    ONGOING = "ongoing"
    LEGACY_CLIENT = "legacy-client-in-use"
    UNKNOWN = "cannot-be-told"


TO_CLOSE = frozenset((Reason.RECOVERED, Reason.NO_LEGACY_SIGNIN))


@dataclass(frozen=True, slots=True)
class OpenExclusion:
    """A person's exclusion that is open now, and whether anything still asks for it.

    Attributes:
        through: The group whose membership excludes the person; None where named himself.
        at: When he recovered, or last used a legacy client; None where neither applies.
        families: Kinds of legacy client last used.
        verdict: Id of the verdict that speaks for it.
    """

    policy_id: str
    policy_name: str
    subject: Subject
    through: Subject | None
    since: datetime | None
    is_since_known: bool
    reason: Reason
    at: datetime | None = None
    families: tuple[str, ...] = ()
    verdict: str | None = None
    move: MoveRef | None = None

    @property
    def is_to_close(self) -> bool | None:
        """Whether it has no reason any more; None where that cannot be told."""
        return None if self.reason is Reason.UNKNOWN else self.reason in TO_CLOSE


@dataclass(frozen=True, slots=True)
class Shift:
    """Sign-ins whose fate a change would turn, or leave open.

    Attributes:
        recorded: How many of them the log itself decides; the rest the definition does.
        users: Names, at most a hundred; ``people`` is the full number.
        strange: How many came from a hostile or unfamiliar place.
    """

    events: int = 0
    people: int = 0
    recorded: int = 0
    strange: int = 0
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """One sign-in of a change, as Microsoft's what-if is asked about it.

    Attributes:
        body: Request body of ``POST /identity/conditionalAccess/evaluate``.
        applies_today: Whether the policy, as it is saved, should be said to apply; None where
            that cannot be told.
        missing: Fields of the request that the sign-in does not tell.
    """

    signin_id: str
    body: dict[str, object]
    applies_today: bool | None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What one change of a policy would have made of the window's sign-ins.

    Attributes:
        let_in: Blocked sign-ins that it would have let in; ``blocked`` the reverse.
        untold: Sign-ins of which it cannot be told, by why: ``policies-not-visible``,
            ``group-not-expanded``, ``depends-on-conditions``, ``client-not-logged``,
            ``would-be-prompted``, ``result-not-told``, ``no-definition``.
        changes_nothing: Whether the policy as it is now would do just the same; the sign-ins,
            which were before now, are replayed all the same.
    """

    expression: str
    policy_id: str
    policy_name: str
    what: str
    value: str
    value_name: str | None
    let_in: Shift
    blocked: Shift
    untold: dict[str, Shift]
    changes_nothing: bool
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class PoliciesResult:
    """The whole answer; renderers read this and nothing else.

    Attributes:
        log_from: Since when audits tell of changes; None without audits.
        has_signins: Whether any sign-in was read at all.
        guards: Ids of the policies that block everybody's legacy clients now, by definition, and
            were not seen to let any in that they should have stopped.
    """

    generated_at: datetime
    window_from: datetime | None
    window_to: datetime | None
    coverage: Coverage
    policies: tuple[PolicyView, ...]
    history: tuple[Change, ...]
    windows: tuple[Window, ...]
    exclusions: tuple[OpenExclusion, ...]
    what_if: tuple[WhatIf, ...]
    log_from: datetime | None
    has_signins: bool
    has_audits: bool
    guards: tuple[str, ...] = ()
