"""The frozen result document: everything a report may say, and nothing that computes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

SCHEMA_VERSION = 1


class Kind(StrEnum):
    """What a cause amounts to, for the reader who has a minute."""

    MISCLASSIFIED = "misclassified"
    GENUINE_LEGACY = "genuine-legacy"
    HOSTILE = "hostile"
    UNRELATED = "unrelated"
    UNDETERMINED = "undetermined"
    NONE = "none"


class Cause(StrEnum):
    """Why something failed. The order is the order of reports: what needs somebody first."""

    OUTLOOK_RECONFIGURATION = "outlook-reconfiguration"
    DELEGATE_ACCESS = "delegate-access"
    SKYPE_FOR_BUSINESS = "skype-for-business"
    CREDENTIAL_ATTACK = "credential-attack"
    NATIVE_ACTIVESYNC = "native-activesync"
    MAIL_PROTOCOL = "mail-protocol"
    LEGACY_OUTLOOK = "legacy-outlook"
    LEGACY_APPLICATION = "legacy-application"
    WRONG_PASSWORD = "wrong-password"  # noqa: S105 - a cause, not a password
    OTHER_POLICY = "other-policy"
    OTHER_FAILURE = "other-failure"
    UNDETERMINED = "undetermined"
    # Events only, never verdicts:
    SUCCESS = "success"
    LEGACY_SUCCESS = "legacy-success"
    INTERRUPT = "interrupt"


KIND_OF: dict[Cause, Kind] = {
    Cause.OUTLOOK_RECONFIGURATION: Kind.MISCLASSIFIED,
    Cause.DELEGATE_ACCESS: Kind.MISCLASSIFIED,
    Cause.SKYPE_FOR_BUSINESS: Kind.MISCLASSIFIED,
    Cause.NATIVE_ACTIVESYNC: Kind.GENUINE_LEGACY,
    Cause.MAIL_PROTOCOL: Kind.GENUINE_LEGACY,
    Cause.LEGACY_OUTLOOK: Kind.GENUINE_LEGACY,
    Cause.LEGACY_APPLICATION: Kind.GENUINE_LEGACY,
    Cause.CREDENTIAL_ATTACK: Kind.HOSTILE,
    Cause.WRONG_PASSWORD: Kind.UNRELATED,
    Cause.OTHER_POLICY: Kind.UNRELATED,
    Cause.OTHER_FAILURE: Kind.UNRELATED,
    Cause.UNDETERMINED: Kind.UNDETERMINED,
    Cause.SUCCESS: Kind.NONE,
    Cause.LEGACY_SUCCESS: Kind.NONE,
    Cause.INTERRUPT: Kind.NONE,
}

VERDICT_CAUSES = tuple(cause for cause in Cause if KIND_OF[cause] is not Kind.NONE)


class Answer(StrEnum):
    """What a check can say. A missing export is never a ``no``."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """Where a failure stands at the end of the window."""

    ONGOING = "ongoing"
    RECOVERED = "recovered"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One check of the winning hypothesis, answered for one verdict.

    Attributes:
        check: Id of the check, as listed by ``analyzer hypotheses``.
        answer: Yes, no, or unknown.
        weight: Log-odds this answer added (negative: spoke against); 0 for unknown.
        says: One sentence with the facts in it. May hold hostile text: renderers escape.
        source: Where the facts come from (``sign-ins``, ``moves``, ``permissions``, ...).
        if_yes: Log-odds that a yes would add, where the answer is unknown; else 0.
        if_no: Log-odds that a no would add, where the answer is unknown; else 0.
    """

    check: str
    answer: Answer
    weight: float
    says: str
    source: str = "sign-ins"
    if_yes: float = 0.0
    if_no: float = 0.0


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another hypothesis that was weighed, with its share of the belief."""

    cause: Cause
    confidence: float


@dataclass(frozen=True, slots=True)
class Rival:
    """The runner-up of a verdict, with its own checks: what would have shown it.

    Attributes:
        cause: The hypothesis that came second.
        lead: Log-odds by which the leading hypothesis is ahead of it; missing answers that
            could weigh more than that could put this one first.
        evidence: Its checks, answered.
    """

    cause: Cause
    lead: float
    evidence: tuple[EvidenceItem, ...]


@dataclass(frozen=True, slots=True)
class MoveRef:
    """The mailbox move a verdict rests on: the owner's for a delegate, else the person's own.

    Attributes:
        is_coarse: The time is a whole batch's, good to a day.
        is_inferred: No record of the move was given; ``completed_at`` is when Exchange Online
            first met the person, so the cut-over was not later.
        is_supposed: The delegate's right on the mailbox is a group's, or a name's that others go by
            too, or the mailbox's move is not on record: look before acting on it.
    """

    mailbox: str
    completed_at: datetime
    batch: str | None
    status: str | None
    mailbox_smtp: str | None = None
    is_coarse: bool = False
    joined_by: str | None = None
    is_inferred: bool = False
    is_supposed: bool = False


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """A Conditional Access policy that blocked; ``name`` is as of sign-in time."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why one person's one kind of client failed, with the evidence and what to do.

    Attributes:
        id: Digest of person + cause + client family (+ owner for a delegate); no times.
        user: User principal name, lower case (or the best name known).
        client_family: One of ``vocabulary.client_apps.FAMILIES``.
        confidence: Probability that ``cause`` is right, 0 to 1.
        clients: Client apps as logged, sorted.
        events: Number of distinct failing sign-ins covered.
        first_seen: First failing sign-in, UTC. ``last_seen`` likewise.
        recovered_at: First success of the same client with modern auth after ``last_seen``.
        ip_addresses: Most frequent first, at most 20; ``ip_address_count`` is the full number.
        signin_ids: A few sign-in ids to look up, at most 5, earliest first.
        rival: The hypothesis that came second; for ``undetermined``, ``evidence`` is that of
            the first of ``alternatives``.
        networks: Most frequent first, at most 20.
        places: What kinds of place it came from: ``familiar``, ``unfamiliar``, ``hostile``,
            ``unknown``; sorted.
    """

    id: str
    user: str
    user_id: str | None
    display_name: str | None
    cause: Cause
    kind: Kind
    client_family: str
    confidence: float
    status: Status
    clients: tuple[str, ...]
    user_agents: tuple[str, ...]
    events: int
    first_seen: datetime
    last_seen: datetime
    recovered_at: datetime | None
    ip_addresses: tuple[str, ...]
    ip_address_count: int
    countries: tuple[str, ...]
    error_codes: tuple[int, ...]
    move: MoveRef | None
    policies: tuple[PolicyRef, ...]
    evidence: tuple[EvidenceItem, ...]
    alternatives: tuple[Alternative, ...]
    actions: tuple[str, ...]
    signin_ids: tuple[str, ...] = ()
    user_smtp: str | None = None
    would_decide: tuple[str, ...] = ()
    rival: Rival | None = None
    networks: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InputRead:
    """One input file and what became of its lines.

    ``events + duplicates + rejected`` is the number of records found in it.
    ``refused`` is the reason why the whole file is no sign-in log, else None.
    """

    path: str
    format: str
    events: int
    duplicates: int = 0
    rejected: int = 0
    refused: str | None = None
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """One record that could not be read: where, why, and (cut short) what it was."""

    path: str
    line: int | None
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class EvidenceMissing:
    """An export that was not given, and what it would have told."""

    evidence: str
    would_tell: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was asked, read, duplicate, rejected, missing: the first thing every report says.

    Attributes:
        gaps: Sentences; any gap, rejected line or refused file makes ``complete`` false.
        notes: Sentences that do not make the data incomplete: moves that are no cut-over,
            names that could not be joined, a zone that looks wrong, logs not in the input.
        counts: Further numbers by name, e.g. ``moves_cutover``, ``moves_archive_only``.
    """

    complete: bool
    events_read: int
    events_duplicate: int
    events_rejected: int
    inputs: tuple[InputRead, ...]
    gaps: tuple[str, ...] = ()
    evidence_missing: tuple[EvidenceMissing, ...] = ()
    notes: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimelineMark:
    """One thing on a person's time axis: a move, or one hour of one client's sign-ins.

    Attributes:
        at: When, UTC (start of the hour for sign-ins).
        lane: ``move`` or the client family.
        outcome: ``move``, ``blocked``, ``failure``, ``success``, ``legacy-success``, ...
        count: How many sign-ins.
        says: One sentence.
        cause: Cause of the failing sign-ins counted, if any.
        source: Which export the fact comes from, with file and line where known.
    """

    at: datetime
    lane: str
    outcome: str
    count: int
    says: str
    cause: Cause | None = None
    source: str = "sign-ins"


@dataclass(frozen=True, slots=True)
class Result:
    """The whole answer of one triage; renderers read this and nothing else."""

    generated_at: datetime
    window_from: datetime | None
    window_to: datetime | None
    coverage: Coverage
    verdicts: tuple[Verdict, ...]
    events_by_cause: dict[str, int] = field(default_factory=dict)
    timelines: dict[str, tuple[TimelineMark, ...]] = field(default_factory=dict)
    cutovers: tuple[MoveRef, ...] = ()
