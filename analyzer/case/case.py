"""Case: one triage from inputs to verdicts, with everything a notebook asks of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from analyzer.case import reading
from analyzer.errors import UsageError
from analyzer.settings import Settings
from analyzer.sources.store.marks import POLICIES, is_store, latest_list
from analyzer.times import parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    import duckdb
    import pandas as pd
    from matplotlib.figure import Figure

    from analyzer.case.explanation import Explanation
    from analyzer.engine.duckdb_engine import DuckDbEngine, Loaded
    from analyzer.evidence import EvidenceFiles
    from analyzer.policies.result import PoliciesResult
    from analyzer.results import Coverage, Result, TimelineMark

    Paths = str | Path | Sequence[str | Path] | None

_WRITERS = (".csv", ".parquet", ".ndjson")


class Case:
    """A triage of sign-ins beside the evidence, from files or from frames.

    Example:
        >>> case = Case.load(["sample_data/contoso/signins"])  # doctest: +SKIP
        >>> case.verdicts[["user", "cause", "confidence"]]  # doctest: +SKIP

    Attributes:
        result: The frozen result document, without timelines.
    """

    def __init__(
        self,
        signins: object,
        *,
        moves: pd.DataFrame | None = None,
        recipients: pd.DataFrame | None = None,
        permissions: pd.DataFrame | None = None,
        cas_mailbox: pd.DataFrame | None = None,
        org_config: pd.DataFrame | None = None,
        policies: pd.DataFrame | None = None,
        moves_timezone: str | None = None,
        date_order: Literal["dmy", "mdy", "ymd"] | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        settings: Settings | None = None,
        generated_at: datetime | None = None,
    ) -> None:
        """Triage frames that are already in memory.

        Args:
            signins: pandas, Arrow or Polars frame, or DuckDB relation, with the canonical
                columns or those of a known export. Not changed.
            moves: Frame with the columns of a mailbox-move export; the other evidence frames
                likewise, each with the columns of its export.
            recipients: As ``Get-Recipient`` or ``Get-Mailbox`` exports it.
            permissions: As ``Get-MailboxPermission`` or ``Get-MailboxFolderPermission``.
            cas_mailbox: As ``Get-CASMailbox``.
            org_config: As ``Get-OrganizationConfig``.
            policies: Conditional Access policies, as Graph's columns.
            moves_timezone: IANA zone of naive move times.
            date_order: Order of day, month and year in textual move times.
            since: First instant to look at; ``until`` the first one not to.
            until: See ``since``.
            settings: Memory, threads and spill folder; from the environment by default.
            generated_at: Time of the report, aware; now by default.

        Raises:
            UsageError: A needed zone or date order is missing.
            InputError: A frame is not what it claims to be.
        """

        def load(engine: DuckDbEngine, _say: object) -> Loaded:
            return engine.load_frame(signins, since=options.since, until=options.until)

        def files() -> EvidenceFiles:
            from analyzer.case import frames  # noqa: PLC0415 - see `reading`

            return frames.evidence_files(
                moves=moves,
                recipients=recipients,
                permissions=permissions,
                cas_mailboxes=cas_mailbox,
                org_config=org_config,
                policies=policies,
            )

        options = _options(moves_timezone, date_order, since, until, generated_at)
        self._start(load, files, options, settings)

    @classmethod
    def load(
        cls,
        signins: str | Path | Sequence[str | Path],
        *,
        moves: Paths = None,
        recipients: Paths = None,
        permissions: Paths = None,
        cas_mailbox: Paths = None,
        org_config: Paths = None,
        policies: Paths = None,
        onprem_logs: Paths = None,
        moves_timezone: str | None = None,
        date_order: Literal["dmy", "mdy", "ymd"] | None = None,
        since: datetime | str | None = None,
        until: datetime | str | None = None,
        rejects: Path | None = None,
        settings: Settings | None = None,
        progress: Callable[[str], None] | None = None,
        generated_at: datetime | None = None,
    ) -> Self:
        """Triage files: exports of any known format, mixed, plain, gzip or zip.

        Args:
            signins: Files, folders, globs, ``-`` for standard input, or a store.
            moves: Mailbox-move exports; the other evidence likewise, one path or several.
            recipients: Recipient exports.
            permissions: Permission exports.
            cas_mailbox: ``Get-CASMailbox`` exports.
            org_config: ``Get-OrganizationConfig`` output.
            policies: Conditional Access policies as Graph JSON; those that a pulled store keeps
                where none are given.
            onprem_logs: Front-end logs of on-premises Exchange: files, folders, globs.
            moves_timezone: IANA zone of naive move times.
            date_order: Order of day, month and year in textual move times.
            since: First instant to look at; ``until`` the first one not to.
            until: See ``since``.
            rejects: File to write every rejected record to.
            settings: Memory, threads and spill folder; from the environment by default.
            progress: Called with short sentences while it runs.
            generated_at: Time of the report, aware; now by default.

        Raises:
            UsageError: A needed zone or date order is missing.
            InputError: Nothing could be read, or evidence is not what it claims to be.
        """

        def load(engine: DuckDbEngine, say: Callable[[str], None]) -> Loaded:
            return engine.load(
                _paths(signins),
                rejects_file=rejects,
                since=options.since,
                until=options.until,
                progress=say,
            )

        def files() -> EvidenceFiles:
            from analyzer.case import frames  # noqa: PLC0415 - see `reading`

            return frames.read_evidence(
                moves=_paths(moves),
                recipients=_paths(recipients),
                permissions=_paths(permissions),
                cas_mailboxes=_paths(cas_mailbox),
                org_config=_paths(org_config),
                policies=_paths(policies) or _policies_of_stores(_paths(signins)),
            )

        options = _options(moves_timezone, date_order, since, until, generated_at)
        options = replace(options, onprem_logs=_paths(onprem_logs))
        case = cls.__new__(cls)
        case._start(load, files, options, settings, progress)
        return case

    def _start(
        self,
        load: Callable[[DuckDbEngine, Callable[[str], None]], Loaded],
        files: Callable[[], EvidenceFiles],
        options: reading.Options,
        settings: Settings | None,
        progress: Callable[[str], None] | None = None,
    ) -> None:
        own = settings or Settings.from_environment()
        read = reading.read(load, files, options, own, progress)
        from analyzer.case import pipeline  # noqa: PLC0415 - see `reading`

        self._run = pipeline.run(read, options, progress)

    @property
    def result(self) -> Result:
        """The frozen result document, without timelines."""
        return self._run.result

    @cached_property
    def result_with_timelines(self) -> Result:
        """The result document with a timeline for each person with a verdict."""
        return replace(self.result, timelines=self._run.timelines())

    @property
    def coverage(self) -> Coverage:
        """What was asked, read, duplicate, rejected, missing."""
        return self.result.coverage

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """One row for each verdict, most urgent cause first; times aware, in UTC."""
        from analyzer.case import frames  # noqa: PLC0415 - see `reading`

        return frames.verdict_frame(self.result)

    @property
    def events(self) -> duckdb.DuckDBPyRelation:
        """Every distinct sign-in with its cause and verdict, as the engine's native frame."""
        return self._run.events()

    def write_events(self, path: Path | str) -> None:
        """Write :attr:`events` to a ``.csv``, ``.parquet`` or ``.ndjson`` file, atomically.

        Raises:
            UsageError: The file name ends in something else.
        """
        target = Path(path)
        if target.suffix.lower() not in _WRITERS:
            msg = f"events file {target.name!r} is neither .csv, .parquet nor .ndjson"
            raise UsageError(msg, remedy="Name it like events.csv or events.parquet.")
        self._run.write_events(target)

    def timeline(self, person: str) -> tuple[TimelineMark, ...]:
        """Moves and hours of sign-ins of one person, in order of time.

        Raises:
            UsageError: Nobody with a verdict, or several people, go by that name.
        """
        from analyzer.report.person import find  # noqa: PLC0415 - report only when asked

        return self.result_with_timelines.timelines.get(find(self.result, person), ())

    def explain(self, person: str) -> Explanation:
        """Timeline and every piece of evidence, for and against, of one person's verdicts.

        Raises:
            UsageError: Nobody with a verdict, or several people, go by that name.
        """
        from analyzer.case.explanation import Explanation  # noqa: PLC0415 - report only when asked
        from analyzer.report import document  # noqa: PLC0415

        return Explanation(document.explain(self.result_with_timelines, person))

    def policies(
        self, *, audits: Paths = None, groups: Paths = None, what_if: str | Sequence[str] = ()
    ) -> PoliciesResult:
        """Which policies block legacy clients, their history, exposure, and what a change does.

        Args:
            audits: Directory audits, or stores that keep some.
            groups: Members of groups.
            what_if: Changes to replay, like ``"POLICY state=enabled"``.

        Raises:
            UsageError: A change is none, or names no policy or several.
            InputError: A file is not what it claims to be.
        """
        from analyzer.case import policies, policy_evidence  # noqa: PLC0415 - only when asked

        named = [Path(each) for each in _paths(audits)]
        stores = [path for path in named if is_store(path)]
        files = [path for path in named if not is_store(path)]
        extra = policy_evidence.read_policy_evidence(files, _paths(groups), stores)
        changes = (what_if,) if isinstance(what_if, str) else tuple(what_if)
        return policies.review(self._run, extra, changes)

    def plot_timeline(self, person: str) -> Figure:
        """Draw one person's timeline as a matplotlib ``Figure``; labelled in UTC.

        Raises:
            UsageError: Nobody with a verdict, or several people, go by that name.
        """
        from analyzer.report import plots  # noqa: PLC0415 - matplotlib only when drawing

        return plots.timeline(self.result_with_timelines, person)

    def close(self) -> None:
        """Drop the engine and its temporary folder."""
        self._run.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        coverage = self.coverage
        return (
            f"<Case: {coverage.events_read} sign-ins, {len(self.result.verdicts)} verdicts, "
            f"{'complete' if coverage.complete else 'INCOMPLETE'}>"
        )

    def _repr_html_(self) -> str:
        from analyzer.report import document, html  # noqa: PLC0415 - only in a notebook

        return html.fragment(document.build(self.result))


def _paths(paths: Paths) -> tuple[str | Path, ...]:
    if paths is None:
        return ()
    return (paths,) if isinstance(paths, str | Path) else tuple(paths)


def _policies_of_stores(signins: Sequence[str | Path]) -> list[Path]:
    """The newest list of policies in each store among the inputs."""
    kept = [latest_list(Path(each), POLICIES) for each in signins if is_store(Path(each))]
    return [path for path in kept if path is not None]


def _options(
    moves_timezone: str | None,
    date_order: Literal["dmy", "mdy", "ymd"] | None,
    since: datetime | str | None,
    until: datetime | str | None,
    generated_at: datetime | None,
) -> reading.Options:
    return reading.Options(
        moves_timezone,
        date_order,
        _instant(since, "since"),
        _instant(until, "until"),
        generated_at or datetime.now(UTC),
    )


def _instant(value: datetime | str | None, what: str) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, str):
        return parse_instant(value, what=what)
    if value.tzinfo is None:
        msg = f"{what} {value!r} names no time zone"
        raise UsageError(msg, remedy="Pass an aware datetime, e.g. with tzinfo=timezone.utc.")
    return value.astimezone(UTC)
