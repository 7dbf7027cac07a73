"""What must hold of a store after each pull, and after the last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from analyzer.case import Case
from analyzer.collecting.pull import PEOPLE
from analyzer.engine.days import pending
from analyzer.errors import InputError
from analyzer.settings import Settings
from analyzer.sources.store.layout import Store
from analyzer.sources.store.ledger import EVERYTHING
from analyzer.sources.store.raw import records_of
from analyzer.sources.store.spans import Span, without
from tests.pulling import ids_by_day
from tests.soak.world import Row

_PERSON, _NAME, _CLIENT = (f"{EVERYTHING} {kind}=" for kind in ("person", "name", "client"))


class Held:
    """What a store holds and says, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with Store.open(folder) as store:
            ledger = store.ledger
            self.streams = [s for s in ledger.streams() if s.startswith(EVERYTHING)]
            self.asked = {stream: ledger.asked(stream) for stream in self.streams}
            self.gaps = ledger.gaps()
            self.open = {stream: ledger.open_spans(stream) for stream in self.streams}
            self.closed = ledger.done(EVERYTHING, closed_only=True)
            self.by_file = _ids_by_file(store)
            self.pending = set(pending(store))
        self.named = {stream: list(spans) for stream, spans in self.open.items()}
        for gap in self.gaps:
            self.named.setdefault(gap.stream, []).append(gap.span)
        self.ids = set().union(*self.by_file.values())
        self.by_day = Counter(each.lower() for each in ids_by_day(folder))

    def names(self, stream: str, at: datetime) -> bool:
        """Whether an instant of a stream is told to be missing, or open."""
        return any(a <= at <= b for a, b in self.named.get(stream, ()))

    def asks(self, stream: str, at: datetime) -> bool:
        """Whether an instant of a stream was asked for."""
        return any(a <= at < b for a, b in self.asked.get(stream, ()))

    def duplicated(self) -> list[str]:
        """Ids that are in the days' files more than once."""
        return [each for each, times in self.by_day.items() if times > 1]

    def unread(self) -> list[str]:
        """Ids that no report would see: neither in the days' files nor in a pending one."""
        waiting = set().union(*(self.by_file[path] for path in self.pending))
        return sorted(self.ids - waiting - self.by_day.keys())

    def silent(self, rows: Mapping[str, Row]) -> list[str]:
        """Ids asked for that are neither held nor told to be missing or open."""
        absent = [row for row in rows.values() if row.id not in self.ids]
        found = {
            row.id
            for row in absent
            for stream in self.streams
            if _is_of(stream, row)
            and self.asks(stream, row.at)
            and not (self.names(stream, row.at) or self.names(EVERYTHING, row.at))
        }
        return sorted(found | self._forgotten(absent, rows))

    def _forgotten(self, absent: list[Row], rows: Mapping[str, Row]) -> set[str]:
        """Ids of people to be read whole, where the marker says so and they were not."""
        sure = self._people(row for row in rows.values() if not self._first_part_lacks(row))
        return {
            row.id
            for row in absent
            if row.person in sure
            and self.asks(PEOPLE, row.at)
            and not (self.names(PEOPLE, row.at) or self.names(EVERYTHING, row.at))
            and not self.names(f"{_PERSON}{row.person}", row.at)
        }

    def _people(self, rows: Iterable[Row]) -> set[str]:
        return {
            row.person
            for row in rows
            if row.names_person
            and any(_is_of(s, row) and self.asks(s, row.at) for s in self.streams if _is_first(s))
        }

    def _first_part_lacks(self, row: Row) -> bool:
        return all(
            self.names(stream, row.at)
            for stream in self.streams
            if _is_first(stream) and _is_of(stream, row) and self.asks(stream, row.at)
        )

    def wanted(self, rows: Mapping[str, Row]) -> set[str]:
        """Ids that a store without gaps holds: what was asked, and all of the people named."""
        people = self._people(rows.values()) if PEOPLE in self.asked else set()
        return {
            row.id
            for row in rows.values()
            if (row.person in people and self.asks(PEOPLE, row.at))
            or any(_is_of(s, row) and self.asks(s, row.at) for s in self.streams)
        }

    def lost(self, rows: Mapping[str, Row]) -> set[str]:
        """Ids that are wanted and not in the days' files."""
        return self.wanted(rows) - self.by_day.keys()

    def strange(self, rows: Mapping[str, Row]) -> set[str]:
        """Ids in the days' files that nobody asked for; both ends of a window are asked for."""
        ends = {end for spans in self.asked.values() for _, end in spans}
        extra = self.by_day.keys() - self.wanted(rows)
        return {each for each in extra if each not in rows or rows[each].at not in ends}

    def still_open(self, closed: Span) -> list[Span]:
        """What is open inside a span that should be closed by now, one way or the other."""
        spans = [span for stream in self.streams for span in self.open[stream]]
        spans = without(spans, self.closed)
        outside = without([closed], spans)
        return without([closed], outside)


def reported(folder: Path) -> tuple[bool, tuple[str, ...]]:
    """Whether a report of the store says it is complete, and the gaps it tells."""
    settings = Settings(threads=1, memory_mib=256, spill_folder=folder.parent)
    try:
        with Case.load(folder, settings=settings) as case:
            return case.coverage.complete, case.coverage.gaps
    except InputError as error:
        return False, (str(error),)


def _ids_by_file(store: Store) -> dict[str, set[str]]:
    return {
        file.path: {
            record.split(b'"id"', 1)[1].split(b'"', 2)[1].decode().lower()
            for record in records_of(store.folder / file.path)
        }
        for file in store.ledger.stored()
        if file.stream.startswith(EVERYTHING)
    }


def _is_first(stream: str) -> bool:
    """Whether whoever a sign-in in a stream names is to be read whole."""
    return stream == f"{EVERYTHING} ca=failure" or stream.startswith(_CLIENT)


def _is_of(stream: str, row: Row) -> bool:
    """Whether a stream asks for a row; the marker of people asks for none itself."""
    if stream == EVERYTHING:
        return True
    if stream == f"{EVERYTHING} ca=failure":
        return row.has_failed_policy
    kind, _, value = stream.partition("=")
    return value == {
        _PERSON: row.person,
        _NAME: row.name,
        _CLIENT: row.client,
    }.get(f"{kind}=")
