"""A pull: what is wanted, what is missing of it, and reading that into the store.

Every wish is written down before the first request, every window after it is safely on disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from analyzer.collecting.crew import Crew
from analyzer.collecting.lacking import BEGINNING, Lacking, closed_end
from analyzer.collecting.late import Before
from analyzer.collecting.progress import Tally
from analyzer.collecting.reader import WindowReader
from analyzer.collecting.retention import Retention
from analyzer.collecting.streams import (
    AUDITS,
    EVERY_SIGNIN,
    FAILED_POLICY,
    Stream,
    of_client,
    of_name,
    of_person,
)
from analyzer.collecting.tenant import keep_tenant
from analyzer.errors import AnalyzerError, PermissionMissingError, UsageError
from analyzer.sources.store.ledger import EVERYTHING, PEOPLE, Slice
from analyzer.sources.store.spans import united, within, without
from analyzer.times import iso_z
from analyzer.vocabulary.client_apps import LEGACY_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyzer.collecting.estimate import Estimate
    from analyzer.collecting.progress import Say
    from analyzer.collecting.reader import Asker, Reading
    from analyzer.collecting.windows import Windows
    from analyzer.sources.store.layout import Store
    from analyzer.sources.store.ledger import Gap
    from analyzer.sources.store.spans import Span

Plan = Literal["triage", "full"]

_CURSOR = "cursor"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a pull is asked for.

    Attributes:
        since: First instant; None to go on where the last pull stopped.
        until: First instant no longer wanted; None for now.
        plan: ``full`` for everything, ``triage`` for what the question needs.
        mover_ids: Object ids of people whose mailbox moved.
        mover_names: User principal names of those whose object id is not known.
        lag: How long after its end a window may still grow.
        overlap: How much before the end of the last pull is read again.
        give_up_seconds: How long one window is tried.
        workers: Windows read at the same time.
    """

    since: datetime | None
    until: datetime | None
    plan: Plan = "triage"
    mover_ids: frozenset[str] = frozenset()
    mover_names: frozenset[str] = frozenset()
    lag: timedelta = timedelta(hours=2)
    overlap: timedelta = timedelta(minutes=30)
    give_up_seconds: float = 900
    workers: int = 4


@dataclass(frozen=True, slots=True)
class Pulled:
    """How a pull ended.

    Attributes:
        span: The time that was asked for.
        tally: Counts.
        gaps: Whatever the store lacks of all that was ever asked.
        still_open: Spans that were read and may yet grow.
        notes: Sentences about what was not asked for, or not permitted.
    """

    span: Span
    tally: Tally
    gaps: tuple[Gap, ...]
    still_open: tuple[Span, ...]
    notes: tuple[str, ...] = ()


@dataclass
class Pull:
    """One pull into a locked store.

    Attributes:
        expected: What the looks ahead told, if there were any.
    """

    store: Store
    graph: Asker
    wish: Wish
    now: datetime
    say: Say
    tally: Tally = field(default_factory=Tally)
    notes: list[str] = field(default_factory=list)
    clock_ahead: timedelta = timedelta(0)
    on_page: Callable[[], None] = lambda: None
    expected: Estimate | None = None
    _retention: Retention = field(init=False)
    _lacking: Lacking = field(init=False)

    def __post_init__(self) -> None:
        self._retention = Retention(self.now)
        self._lacking = Lacking(self.store.ledger, self._retention, self.wish.overlap)

    async def run(self) -> Pulled:
        """Pull what is missing.

        Raises:
            UsageError: There is nothing to go on from, or the range is empty.
            PermissionMissingError: The tenant refuses; what was read until then is kept.
        """
        span = self.span()
        ledger = self.store.ledger
        run = ledger.begin_run("pull", self._arguments(span), self.now)
        outcome = "failed"
        try:
            await self._run(span)
            outcome = "done"
        except BaseExceptionGroup as group:
            error = _first(group)
            outcome = str(error)
            raise error from None
        finally:
            ledger.end_run(run, outcome, datetime.now(UTC))
        return Pulled(
            span,
            self.tally,
            tuple(ledger.gaps()),
            tuple(united(span for each in ledger.standings() for span in each.still_open)),
            tuple(self.notes),
        )

    def span(self) -> Span:
        """The time that is wanted, from whole second to whole second.

        Raises:
            UsageError: It is empty, or its begin is not known.
        """
        # Of two clocks the later one says what to ask for, the earlier one what is complete.
        latest = max(self.now, self.now + self.clock_ahead)
        until = min(self.wish.until or latest, latest)
        since = self.wish.since or self._cursor() or self._asked_from()
        if since is None:
            msg = "nothing was ever pulled into this store, so nothing says where to begin"
            raise UsageError(msg, remedy="Add --since, e.g. --since 2026-03-01.")
        if since >= until:
            if self.wish.since is None and self.wish.until is None:
                since = until - self.wish.overlap
            else:
                msg = f"the range from {iso_z(since)} to {iso_z(until)} is empty"
                raise UsageError(msg, remedy="Let --until be later than --since.")
        return _floor(since), _ceiling(until)

    def wanted(self) -> list[Stream]:
        """Write the wish down, so that whatever comes it is known to be asked for.

        Returns:
            The streams that are read first.
        """
        self._retention.clock_ahead = self.clock_ahead
        span, ledger = self.span(), self.store.ledger
        streams = [EVERY_SIGNIN] if self.wish.plan == "full" else first_part()
        wanted = list(streams)
        if self.wish.plan == "triage":
            wanted += [Stream(PEOPLE), *map(of_person, sorted(self.wish.mover_ids))]
            wanted += map(of_name, sorted(self.wish.mover_names))
        # All at once: a wish that is written down in part would not be known to be one.
        ledger.ask_all([stream.name for stream in wanted], [span], self.now)
        return streams

    async def _run(self, span: Span) -> None:
        self.say(f"pulling {iso_z(span[0])} to {iso_z(span[1])}", plan=self.wish.plan)
        streams = self.wanted()
        self.notes += await keep_tenant(self.store, self.graph, self.now)
        await self._read(streams, span)
        if self.wish.plan == "triage":
            # What was asked of everything, by another plan or an earlier run, and is not closed.
            await self._read([EVERY_SIGNIN], None)
            await self._read_people(span)
        else:
            await self._read_left()
        await self._read_audits(span)
        if self.wish.until is None or self.wish.until > self._closed_before():
            self._advance(streams)

    async def _read_left(self) -> None:
        """What an earlier triage lacks: everything of another time does not fill its gaps."""
        lacking = {gap.stream for gap in self.store.ledger.gaps()}
        if any(stream.startswith(f"{EVERYTHING} ") for stream in lacking):
            await self._read([s for s in first_part() if s.name in lacking], None)
            await self._read_people(None)

    async def _read_people(self, span: Span | None) -> None:
        """Everything of the people that the first part named, and of those whose mailbox moved."""
        ledger = self.store.ledger
        spans = ledger.asked(PEOPLE)
        ids, names = self._known("person="), self._known("name=")
        streams = [*map(of_person, sorted(ids)), *map(of_name, sorted(names))]
        self._ask_for(streams)
        work = self._lacking.work(streams, span)
        if whole := self._cheaper_whole(work, span):
            self.say(f"reading all sign-ins: {len(streams):,} people take more", spans=len(whole))
            ledger.ask_all([EVERYTHING], whole, self.now)
            await self._read([EVERY_SIGNIN], None)
            work = self._lacking.work(streams, span)
        self.say(f"reading everything of {len(streams):,} people", people=len(streams))
        await self._read_work(work)
        of_people = {stream.name for stream in streams}
        missing = [gap for gap in ledger.gaps() if gap.stream in of_people]
        whole = without(spans, [gap.span for gap in missing])
        ledger.record([Slice(PEOPLE, each) for each in whole], datetime.now(UTC))

    def _cheaper_whole(self, work: Sequence[Windows], span: Span | None) -> list[Span]:
        """Time that takes fewer requests read whole than person by person."""
        if self.expected is None or span is None:
            return []
        start = span[0] - self.wish.overlap
        recent = [windows for windows in work if windows.missing and start <= windows.missing[0][0]]
        spans = united(piece for windows in recent for piece in windows.missing)
        people = [name for windows in recent for name in windows.stream.names]
        questions = sum(len(windows.missing) for windows in recent)
        share = sum((b - a for a, b in spans), timedelta(0)) / (span[1] - span[0])
        return spans if self.expected.is_cheaper_whole(people, questions, share) else []

    async def _read_audits(self, span: Span) -> None:
        """Changes of policies, and of who is a member of groups; not permitted is a note."""
        try:
            await self._read(AUDITS, span)
        except* PermissionMissingError as group:
            self.notes.append(f"changes of policies could not be read: {_first(group)}")

    def _ask_for(self, streams: Sequence[Stream]) -> None:
        """Ask for people; time that is done and that Graph no longer keeps is not asked again."""
        ledger = self.store.ledger
        gone = within(ledger.done(PEOPLE), (BEGINNING, self._retention.kept_from()))
        spans = without(ledger.asked(PEOPLE), gone)
        ledger.ask_all([stream.name for stream in streams], spans, self.now)

    async def _read(self, streams: Sequence[Stream], span: Span | None) -> None:
        """Read what is missing of some streams; without a span, of what was asked before alone."""
        await self._read_work(self._lacking.work(streams, span))

    async def _read_work(self, work: Sequence[Windows]) -> None:
        """Read windows.

        Who is named is written down before the window is, so that an interruption forgets nobody.
        """
        for windows in work:
            self.tally.wanted += sum((b - a for a, b in windows.missing), timedelta(0))
        before = Before(self.store, work)
        known: set[str] = set()
        at_the_edge: list[tuple[Stream, Reading]] = []

        def accept(stream: Stream, reading: Reading) -> Reading | None:
            new = sorted(reading.people - known)
            if new:
                self._ask_for([of_name(each) if "@" in each else of_person(each) for each in new])
                known.update(new)
            self.tally.by_stream[stream.name] = (
                self.tally.by_stream.get(stream.name, 0) + reading.done.rows
            )
            first = reading.done.file.first if reading.done.file else None
            if first is not None:
                self._retention.saw(first)
            if reading.done.span[0] < self._retention.kept_from():
                at_the_edge.append((stream, reading))
                return None
            if stream.name == EVERYTHING:
                self._lacking.read_whole.append(reading.done.span)
            late = before.late(stream, reading.done.span, reading.ids)
            return replace(reading, done=replace(reading.done, late_rows=late)) if late else reading

        crew = Crew(
            reader=WindowReader(
                self.graph, self.store.folder, self.wish.give_up_seconds, self._page_came
            ),
            ledger=self.store.ledger,
            closed_before=self._closed_before(),
            workers=self.wish.workers,
            tally=self.tally,
            accept=accept,
        )
        self._crew = crew
        try:
            await crew.read_all(work)
        finally:
            self._retention.judge(at_the_edge, self.store.ledger)

    def _page_came(self, records: int) -> None:
        self._crew.page_came(records)
        self.on_page()

    def _closed_before(self) -> datetime:
        return _floor(min(self.now, self.now + self.clock_ahead) - self.wish.lag)

    def _known(self, kind: str) -> set[str]:
        """People that earlier pulls named: what became of them is wanted, too."""
        start = f"{EVERYTHING} {kind}"
        streams = self.store.ledger.streams()
        return {name.removeprefix(start) for name in streams if name.startswith(start)}

    def _cursor(self) -> datetime | None:
        noted = self.store.ledger.noted(_CURSOR)
        return datetime.fromisoformat(str(noted)) if noted else None

    def _asked_from(self) -> datetime | None:
        """Where the first pull began, if none came to an end yet."""
        ledger = self.store.ledger
        spans = [s for stream in (EVERYTHING, PEOPLE) for s in ledger.asked(stream)]
        return min(start for start, _ in spans) if spans else None

    def _advance(self, streams: Sequence[Stream]) -> None:
        """Move the cursor to where all streams are closed; a bounded back-fill does not."""
        ends = [closed_end(self.store.ledger.done(s.name, closed_only=True)) for s in streams]
        cursor = min(ends)
        if cursor > (self._cursor() or BEGINNING):
            self.store.ledger.note(_CURSOR, iso_z(cursor))

    def _arguments(self, span: Span) -> dict[str, object]:
        return {
            "since": iso_z(span[0]),
            "until": iso_z(span[1]),
            "plan": self.wish.plan,
            "movers": len(self.wish.mover_ids) + len(self.wish.mover_names),
        }


_SECOND = timedelta(seconds=1)


def first_part() -> list[Stream]:
    """What a triage asks first: what Conditional Access failed, and every legacy client app."""
    return [FAILED_POLICY, *(of_client(name) for name in LEGACY_NAMES)]


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """The first error of a group, however deep; one of ours before any other."""
    every = [
        each
        for error in group.exceptions
        for each in ([_first(error)] if isinstance(error, BaseExceptionGroup) else [error])
    ]
    return next((each for each in every if isinstance(each, AnalyzerError)), every[0])


def _floor(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _ceiling(at: datetime) -> datetime:
    return at if at.microsecond == 0 else _floor(at) + _SECOND
