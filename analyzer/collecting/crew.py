"""Workers that read windows of several streams side by side, and what becomes of each."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from analyzer.collecting.reader import MissingError, RefusedError, TooMuchError, WindowReader
from analyzer.collecting.windows import Windows
from analyzer.errors import AnalyzerError
from analyzer.sources.store.ledger import Slice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyzer.collecting.progress import Tally
    from analyzer.collecting.reader import Reading
    from analyzer.collecting.streams import Stream
    from analyzer.sources.store.ledger import Ledger
    from analyzer.sources.store.spans import Span

_MISSED_AT_MOST = 3


@dataclass
class Crew:
    """Reads windows until none is left, the service stays down, or the tenant refuses.

    Attributes:
        reader: Reads one window.
        ledger: Where each window is written down as soon as it is safely on disk.
        closed_before: What ends by then is closed: nothing more should arrive in it.
        workers: Windows read at the same time.
        tally: Counts of the run.
        accept: Called with each window that was read, before it is written down; may return
            another slice (with late rows counted), or None to leave it unwritten.
    """

    reader: WindowReader
    ledger: Ledger
    closed_before: datetime
    workers: int
    tally: Tally
    accept: Callable[[Stream, Reading], Reading | None]
    _waiting: list[Windows] = field(default_factory=list)
    _running: int = 0
    _stop: str | None = None
    _missed_in_a_row: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read_all(self, work: Sequence[Windows]) -> None:
        """Read all windows of the streams given.

        Raises:
            AnalyzerError: The tenant refuses, or the disk is full; what was read is kept.
        """
        self._waiting = [windows for windows in work if windows.missing]
        async with asyncio.TaskGroup() as group:
            for _ in range(self.workers):
                group.create_task(self._work())
        if self._stop is not None:
            for windows in self._waiting:
                for span in windows.missing:
                    self._trouble(windows.stream, span, self._stop)

    async def _work(self) -> None:
        while (task := await self._next()) is not None:
            windows, span = task
            try:
                await self._read(windows, span)
            finally:
                async with self._changed:
                    self._running -= 1
                    self._changed.notify_all()

    async def _next(self) -> tuple[Windows, Span] | None:
        async with self._changed:
            while True:
                if self._stop is not None:
                    return None
                for windows in self._waiting:
                    if (span := windows.next()) is not None:
                        self._running += 1
                        return windows, span
                if not self._running:
                    return None
                # Whoever is at work may yet put halves of a window back.
                await self._changed.wait()

    async def _read(self, windows: Windows, span: Span) -> None:
        stream = windows.stream
        try:
            reading = await self.reader.read(stream, span)
        except TooMuchError as error:
            halves = windows.halve(span)
            if halves:
                windows.put_back(halves)
            else:
                self._missed(stream, span, str(error))
            return
        except RefusedError as error:
            if stream.members:
                # Asked for one by one, the same people may be had.
                self._waiting += [Windows(member, [span]) for member in stream.members]
            else:
                self._missed(stream, span, str(error))
            return
        except MissingError as error:
            self._missed(stream, span, str(error))
            return
        except AnalyzerError as error:
            self._stop = f"not read: {error.problem}"
            windows.put_back([span])
            raise
        windows.learn(span, reading.pages)
        self.tally.covers(span)
        self.tally.requests += reading.done.requests
        kept = self.accept(stream, reading)
        if kept is not None:
            self.tally.late += kept.done.late_rows
            self.ledger.record(self._parts(stream, kept.done), datetime.now(UTC))

    def _parts(self, stream: Stream, done: Slice) -> list[Slice]:
        """A slice cut where closed time ends, for each that was asked for.

        The first part keeps the file and the figures.
        """
        start, end = done.span
        seam = min(max(start, self.closed_before), end)
        spans = [(start, seam, True), (seam, end, False)]
        parts = [
            Slice(name, (a, b), is_closed=is_closed)
            for name in stream.names
            for a, b, is_closed in spans
            if a < b
        ]
        parts[0] = replace(done, span=parts[0].span, is_closed=parts[0].is_closed)
        return parts

    def page_came(self, records: int) -> None:
        """Count a page; the service is alive."""
        self._missed_in_a_row = 0
        self.tally.records += records

    def _missed(self, stream: Stream, span: Span, why: str) -> None:
        self._trouble(stream, span, why)
        self._missed_in_a_row += 1
        if self._missed_in_a_row >= _MISSED_AT_MOST:
            # Nobody got a page all that time: the other windows would fare no better.
            self._stop = f"not tried, since the service gave no answer: {why}"

    def _trouble(self, stream: Stream, span: Span, why: str) -> None:
        for name in stream.names:
            self.ledger.trouble(name, span, why, datetime.now(UTC))
