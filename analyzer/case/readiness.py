"""Readiness from files to forecast: read, join, assess; sign-ins by the triage's own pipeline."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from analyzer.case import frames, pipeline, reading
from analyzer.engine.duckdb_engine import DuckDbEngine
from analyzer.engine.onprem import read_onprem
from analyzer.errors import UsageError
from analyzer.evidence import link, link_onprem, load_evidence
from analyzer.evidence.batch import read_batch
from analyzer.evidence.groups import read_groups
from analyzer.identity import People
from analyzer.policies import policies_of
from analyzer.readiness.assessing import DEFAULT_BATCH_SIZE, assess
from analyzer.readiness.blocking import Rules
from analyzer.readiness.known import Known
from analyzer.readiness.observing import onprem_before
from analyzer.readiness.signins import seen_in_signins
from analyzer.results import Coverage, EvidenceMissing
from analyzer.settings import Settings
from analyzer.sources.evidence_files import read_evidence_files
from analyzer.sources.store.marks import POLICIES, is_store, latest_list

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyzer.engine.duckdb_engine import Loaded
    from analyzer.evidence import Evidence, EvidenceFiles, Linked
    from analyzer.evidence.batch import Batch
    from analyzer.evidence.groups import GroupMembers, Member
    from analyzer.evidence.onprem import OnPrem
    from analyzer.readiness.known import SeenInSignins
    from analyzer.readiness.model import Readiness

    Say = Callable[[str], None]
    OnPremReader = Callable[[People], OnPrem]

_SMALLEST_BATCH = 2
WOULD_TELL = {
    "moves": "Which mailboxes have moved already: without it only recipient types tell.",
    "recipients": "Which names belong to which mailbox and account: without it people are known "
    "by their other exports only, and policies that name people cannot be judged.",
    "permissions": "Who opens whose mailbox: without it delegates and who should move together "
    "are not known.",
    "cas_mailbox": "Each mailbox's own MAPI over HTTP setting, which beats the organisation's.",
    "org_config": "The organisation's MAPI over HTTP setting, which mailboxes inherit.",
    "policies": "Which policies would turn the legacy fallback away: without it nobody can be "
    "predicted to be stuck or safe, unless MAPI over HTTP settles it.",
    "signins": "Phones and other legacy clients in use, and which policies turn them away.",
    "onprem_logs": "How each Outlook really connects, its build, and who opens whose mailbox.",
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """Paths of one run; the names are the options'.

    Attributes:
        onprem: Reads on-premises logs once people are known; None without any.
    """

    batch: Sequence[str | Path]
    moves: Sequence[str | Path] = ()
    recipients: Sequence[str | Path] = ()
    permissions: Sequence[str | Path] = ()
    cas_mailbox: Sequence[str | Path] = ()
    org_config: Sequence[str | Path] = ()
    policies: Sequence[str | Path] = ()
    signins: Sequence[str | Path] = ()
    groups: Sequence[str | Path] = ()
    moves_timezone: str | None = None
    date_order: Literal["dmy", "mdy", "ymd"] | None = None
    since: datetime | None = None
    until: datetime | None = None
    onprem: OnPremReader | None = None


def onprem_reader(
    paths: Sequence[str | Path], until: datetime | None = None, progress: Say | None = None
) -> OnPremReader:
    """Reads on-premises logs once people are known, as of ``until`` where that is given."""

    def read(people: People) -> OnPrem:
        engine = DuckDbEngine(Settings.from_environment())
        try:
            connections = read_onprem(engine, list(paths), progress)
        finally:
            engine.close()
        onprem = link_onprem(connections, people)
        return onprem if until is None else onprem_before(onprem, until)

    return read


@dataclass(frozen=True, slots=True)
class _Read:
    """Evidence joined to people, and what sign-ins show of them."""

    evidence: Evidence
    people: People
    linked: Linked
    seen: SeenInSignins | None
    coverage: Coverage


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything read and joined but on-premises logs; can be forecast more than once."""

    batch: Batch
    members: GroupMembers
    read: _Read
    until: datetime | None

    @property
    def people(self) -> People:
        """Everybody that any export names."""
        return self.read.people

    def forecast(
        self, onprem: OnPrem | None, made_at: datetime, *, batch_size: int = DEFAULT_BATCH_SIZE
    ) -> Readiness:
        """The forecast, with or without what on-premises logs show."""
        read = self.read
        rules = _rules(read, self.members)
        known = Known(read.people, read.linked, read.evidence, rules, onprem, read.seen, self.until)
        return assess(known, self.batch, _coverage(read, onprem), made_at, batch_size=batch_size)


def readiness_of(
    inputs: Inputs,
    *,
    batch_size: int = DEFAULT_BATCH_SIZE,
    settings: Settings | None = None,
    progress: Say | None = None,
    generated_at: datetime | None = None,
) -> Readiness:
    """Forecast a planned batch.

    Args:
        inputs: Files; ``until`` makes the forecast as of that time.
        batch_size: Most mailboxes that are told to move together.
        settings: Memory, threads and spill folder of the sign-ins' engine.
        progress: Called with short sentences while it runs.
        generated_at: Time of the report, aware; now by default.

    Raises:
        UsageError: A needed zone or date order is missing, or the batch size is below 2.
        InputError: A file cannot be read as what it claims to be.
    """
    if batch_size < _SMALLEST_BATCH:
        msg = f"a batch of {batch_size} holds nobody together"
        raise UsageError(msg, remedy="Give --batch-size 2 or more.")
    made_at = generated_at or datetime.now(UTC)
    gathered = gather(inputs, made_at, settings=settings, progress=progress)
    if progress:
        progress("forecasting")
    onprem = inputs.onprem(gathered.people) if inputs.onprem else None
    return gathered.forecast(onprem, made_at, batch_size=batch_size)


def gather(
    inputs: Inputs,
    made_at: datetime,
    *,
    settings: Settings | None = None,
    progress: Say | None = None,
) -> Gathered:
    """Read everything but on-premises logs, and join it to people."""
    say = progress or (lambda _text: None)
    say("reading the batch")
    batch = read_batch(read_evidence_files(inputs.batch))
    members = read_groups(read_evidence_files(inputs.groups))
    files = _files(inputs)
    if inputs.signins:
        read = _with_signins(inputs, files, made_at, settings, progress)
    else:
        say("reading the evidence")
        read = _without_signins(inputs, files)
    return Gathered(batch, members, read, inputs.until)


def _rules(read: _Read, given: GroupMembers) -> Rules:
    """Policies and groups; members who are told by name only are looked up among the people."""
    groups: dict[str, frozenset[str]] = {}
    partial = set(given.partial)
    for group, members in given.members.items():
        ids = {_object_id(member, read.people) for member in members}
        groups[group] = frozenset(each for each in ids if each is not None)
        partial |= {group} if None in ids else set()
    is_given = read.evidence.policies is not None
    return Rules(
        policies_of(read.evidence.policies) if is_given else None,
        groups,
        defaults_seen=read.seen is not None and read.seen.defaults_seen,
        partial=frozenset(partial),
    )


def _object_id(member: Member, people: People) -> str | None:
    if member.id is not None or member.name is None:
        return member.id
    key = people.resolve(member.name).key
    user_id = people.person(key).user_id if key is not None else None
    return user_id.lower() if user_id else None


def _coverage(read: _Read, onprem: OnPrem | None) -> Coverage:
    return replace(
        read.coverage,
        evidence_missing=_missing(read, onprem),
        notes=(*read.coverage.notes, *(onprem.notes if onprem else ())),
        counts={**read.coverage.counts, **(onprem.counts if onprem else {})},
    )


def _missing(read: _Read, onprem: OnPrem | None) -> tuple[EvidenceMissing, ...]:
    names = [each.evidence for each in read.evidence.missing]
    names += ["signins"] if read.seen is None else []
    names += ["onprem_logs"] if onprem is None else []
    return tuple(EvidenceMissing(name, WOULD_TELL[name]) for name in names)


def _files(inputs: Inputs) -> EvidenceFiles:
    return frames.read_evidence(
        moves=inputs.moves,
        recipients=inputs.recipients,
        permissions=inputs.permissions,
        cas_mailboxes=inputs.cas_mailbox,
        org_config=inputs.org_config,
        policies=inputs.policies or _policies_of_stores(inputs.signins),
    )


def _policies_of_stores(signins: Sequence[str | Path]) -> list[Path]:
    """The newest list of policies in each store that was given: what a pull saw last."""
    kept = [latest_list(Path(each), POLICIES) for each in signins if is_store(Path(each))]
    return [path for path in kept if path is not None]


def _with_signins(
    inputs: Inputs,
    files: EvidenceFiles,
    made_at: datetime,
    settings: Settings | None,
    progress: Say | None,
) -> _Read:
    """The triage's pipeline: its people, its joins, and its bundles."""

    def load(engine: DuckDbEngine, say: Say) -> Loaded:
        return engine.load(
            tuple(inputs.signins),
            rejects_file=None,
            since=inputs.since,
            until=inputs.until,
            progress=say,
        )

    options = reading.Options(
        inputs.moves_timezone, inputs.date_order, inputs.since, inputs.until, made_at
    )
    own = settings or Settings.from_environment()
    read = reading.read(load, lambda: files, options, own, progress)
    run = pipeline.run(read, options, progress)
    try:
        return _Read(
            read.evidence, run.people, run.linked, seen_in_signins(run.correlated),
            run.result.coverage,
        )  # fmt: skip
    finally:
        run.close()


def _without_signins(inputs: Inputs, files: EvidenceFiles) -> _Read:
    """People as the evidence alone names them."""
    evidence = load_evidence(
        files, moves_timezone=inputs.moves_timezone, date_order=inputs.date_order
    )
    nobody = pd.DataFrame(
        columns=["user_id", "user_principal_name", "user_display_name", "last_seen"]
    )
    people = People.build(nobody, _recipients(evidence), evidence.moves)
    linked = link(evidence, people)
    coverage = Coverage(
        complete=True,
        events_read=0,
        events_duplicate=0,
        events_rejected=0,
        inputs=(),
        notes=tuple(dict.fromkeys((*evidence.notes, *linked.notes))),
        counts={**evidence.counts, **linked.counts},
    )
    return _Read(evidence, people, linked, None, coverage)


def _recipients(evidence: Evidence) -> pd.DataFrame | None:
    """Recipients, or for want of them the mailboxes that Get-CASMailbox lists."""
    if evidence.recipients is not None or evidence.mapi_http is None:
        return evidence.recipients
    return evidence.mapi_http.rename(columns={"identity": "canonical_name"})
