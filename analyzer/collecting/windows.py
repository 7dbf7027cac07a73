"""Cutting what is missing into windows that are neither too large nor too many."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.collecting.streams import SHORTEST

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.collecting.streams import Stream
    from analyzer.sources.store.spans import Span

PAGES_WANTED = 40
"""Pages of a full window: an expired link costs at most so many, and a part-filled last page
one in eighty."""
_GROWTH = 4
_LONGEST = timedelta(days=31)


@dataclass
class Windows:
    """What is left to read of one stream, handed out in order of time.

    Attributes:
        stream: The stream.
        missing: Spans that are left.
        length: How long the next window is.
    """

    stream: Stream
    missing: list[Span]
    length: timedelta = field(init=False)

    def __post_init__(self) -> None:
        self.length = self.stream.first_window
        # Not united: spans that meet are kept apart where one is closed and the other is not.
        self.missing = sorted(self.missing)

    def next(self) -> Span | None:
        """The next window, or None where nothing is left."""
        if not self.missing:
            return None
        start, end = self.missing[0]
        cut = start + self.length
        # No crumb is left over, and every cut is at a whole second.
        if cut + self.length / 4 >= end:
            self.missing.pop(0)
            return start, end
        cut = cut.replace(microsecond=0)
        self.missing[0] = (cut, end)
        return start, cut

    def put_back(self, spans: Iterable[Span]) -> None:
        """Take back what could not be read as one."""
        self.missing = sorted([*self.missing, *spans])

    def learn(self, span: Span, pages: int) -> None:
        """Adapt the length to how many pages a window had."""
        taken = span[1] - span[0]
        if pages > PAGES_WANTED:
            self.length = max(SHORTEST, taken * PAGES_WANTED / pages)
        elif taken >= self.length:
            grown = taken * min(_GROWTH, PAGES_WANTED / max(1, pages))
            self.length = min(_LONGEST, max(self.length, grown))

    def halve(self, span: Span) -> list[Span]:
        """The halves of a window that was too large; empty where it cannot be cut further."""
        taken = span[1] - span[0]
        if taken <= SHORTEST:
            return []
        middle = (span[0] + taken / 2).replace(microsecond=0)
        self.length = max(SHORTEST, min(self.length, taken / 2))
        return [(span[0], middle), (middle, span[1])]
