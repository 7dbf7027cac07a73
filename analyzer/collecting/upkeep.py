"""A store looked after: what it holds, and what of it may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from analyzer.engine.days import pending
from analyzer.sources.store.ledger import EVERYTHING
from analyzer.sources.store.marks import LEDGER
from analyzer.sources.store.spans import united, without

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.sources.store.layout import Store
    from analyzer.sources.store.ledger import Gap, Import
    from analyzer.sources.store.spans import Span
    from analyzer.sources.store.standing import Standing

CURSOR = "cursor"
_PERSON = ("person=", "name=", "of the people")
SIGNIN_KINDS = ("every sign-in", "policy failures and legacy clients", "people named")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was asked of one kind of stream, and what came of it.

    Attributes:
        kind: Every sign-in, a part of the triage plan, people together, or audits.
        streams: How many streams that is.
        asked: Spans asked of any of them.
        done: Of these, what was read whole of all that were asked.
        still_open: Of these, what was read before everything can have arrived.
    """

    kind: str
    streams: int
    asked: tuple[Span, ...]
    done: tuple[Span, ...]
    still_open: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A day's file: sign-ins in it, and records merged because they came twice."""

    day: str
    rows: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes on disk."""

    raw: int
    days: int
    ledger: int


@dataclass(frozen=True, slots=True)
class Status:
    """What a store holds, and what it lacks.

    Attributes:
        days: Days that have a file, in order.
        coverage: What was asked, by kind.
        gaps: Whatever was asked and is not there.
        received: Records received from Graph, and how many ``late_rows`` came after their time
            had been read; in ``requests`` requests.
        bytes: Sizes on disk.
        imports: Files taken in.
        rejects: Records that could not be read.
        pending: Files whose rows are not sorted into days yet.
        cursor: Where the next pull goes on.
        pruned_until: The instant before which everything was removed on request.
    """

    days: tuple[Day, ...]
    coverage: tuple[Coverage, ...]
    gaps: tuple[Gap, ...]
    received: int
    late_rows: int
    requests: int
    bytes: Sizes
    imports: tuple[Import, ...]
    rejects: int
    pending: int
    cursor: datetime | None
    pruned_until: datetime | None

    @property
    def signin_gaps(self) -> tuple[Gap, ...]:
        """Gaps of sign-ins; audits only explain them."""
        return tuple(gap for gap in self.gaps if gap.stream.startswith(EVERYTHING))


def status_of(store: Store) -> Status:
    """What a store holds, and what it lacks."""
    ledger = store.ledger
    totals = ledger.totals()
    gaps = ledger.gaps()
    return Status(
        days=tuple(Day(day, *counts) for day, counts in ledger.days().items()),
        coverage=tuple(_coverage(store, gaps)),
        gaps=tuple(gaps),
        received=totals["rows"],
        late_rows=totals["late_rows"],
        requests=totals["requests"],
        bytes=_sizes(store),
        imports=tuple(ledger.imports()),
        rejects=len(ledger.rejects()),
        pending=len(pending(store)),
        cursor=_cursor(store),
        pruned_until=ledger.pruned_until(),
    )


def _kind(stream: str) -> str:
    if stream == EVERYTHING:
        return SIGNIN_KINDS[0]
    if not stream.startswith(EVERYTHING):
        return "audits"
    part = stream.removeprefix(f"{EVERYTHING} ")
    return SIGNIN_KINDS[2 if part.startswith(_PERSON) else 1]


def _coverage(store: Store, gaps: Iterable[Gap]) -> Iterable[Coverage]:
    streams: dict[str, list[Standing]] = {}
    for standing in store.ledger.standings():
        streams.setdefault(_kind(standing.stream), []).append(standing)
    missing: dict[str, list[Span]] = {}
    for gap in gaps:
        missing.setdefault(_kind(gap.stream), []).append(gap.span)
    for kind in (*SIGNIN_KINDS, "audits"):
        own = streams.get(kind, [])
        asked = united(span for each in own for span in each.asked)
        if asked:
            still_open = united(span for each in own for span in each.still_open)
            done = without(asked, missing.get(kind, []))
            yield Coverage(kind, len(own), tuple(asked), tuple(done), tuple(still_open))


def _sizes(store: Store) -> Sizes:
    raw = (path for path in (store.folder / "raw").rglob("*") if path.is_file())
    return Sizes(
        raw=sum(path.stat().st_size for path in raw),
        days=sum(path.stat().st_size for path in store.day_files().values()),
        ledger=sum(path.stat().st_size for path in store.folder.glob(f"{LEDGER}*")),
    )


def _cursor(store: Store) -> datetime | None:
    noted = store.ledger.noted(CURSOR)
    return datetime.fromisoformat(str(noted)) if noted else None


@dataclass(frozen=True, slots=True)
class Prunable:
    """What of a store lies wholly before an instant.

    Attributes:
        before: The instant: midnight UTC.
        raw: Files of which every record is older, relative to the store's folder.
        days: Days before it that have a file.
        rows: Sign-ins in these.
        bytes: Size of all these files.
    """

    before: datetime
    raw: tuple[str, ...]
    days: tuple[str, ...]
    rows: int
    bytes: int

    @property
    def is_nothing(self) -> bool:
        """Whether there is nothing to remove."""
        return not self.raw and not self.days


def prunable(store: Store, before: datetime) -> Prunable:
    """What lies wholly before an instant, which is taken back to midnight UTC.

    A raw file with one later record is kept whole. A raw file that is not sorted into days yet
    is kept, too, and so is an import of which no time is known.
    """
    midnight = before.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    midnight = max(midnight, store.ledger.pruned_until() or midnight)
    waiting = set(pending(store))
    raw = [
        (file.path, file.bytes)
        for file in store.ledger.stored()
        if (file.times or file.span)[1] < midnight and file.path not in waiting
    ]
    raw += [
        (each.path, each.bytes)
        for each in store.ledger.imports()
        if each.times and each.times[1] < midnight and each.path not in waiting
    ]
    first_kept = f"{midnight:%Y-%m-%d}"
    days = {day: rows for day, (rows, _) in store.ledger.days().items() if day < first_kept}
    files = [path for day, path in store.day_files().items() if day in days]
    return Prunable(
        midnight,
        tuple(path for path, _ in raw),
        tuple(days),
        sum(days.values()),
        sum(size for _, size in raw) + sum(path.stat().st_size for path in files),
    )


def prune(store: Store, going: Prunable) -> None:
    """Remove what was found prunable from a locked store; what was pruned is remembered.

    The ledger is told first. Interrupted after that, the next writing run removes the files.
    """
    ledger = store.ledger
    ledger.prune(going.before, going.raw)
    cursor = _cursor(store)
    if cursor is not None and cursor < going.before:
        ledger.note(CURSOR, going.before.isoformat())
    for path in going.raw:
        (store.folder / path).unlink(missing_ok=True)
    for day, file in store.day_files().items():
        if day in going.days:
            file.unlink(missing_ok=True)
    for folder in sorted((store.folder / "raw").glob("*/*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
