"""What is left to read of streams: asked and not closed, an overlap, and who is asked together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from analyzer.collecting.retention import TOO_OLD, Retention
from analyzer.collecting.streams import TOGETHER, kin_of, together
from analyzer.collecting.windows import Windows
from analyzer.sources.store.spans import united, within, without

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from analyzer.collecting.streams import Kin, Stream
    from analyzer.sources.store.ledger import Ledger
    from analyzer.sources.store.spans import Span
    from analyzer.sources.store.standing import Standing

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_FEW = 100
"""So many streams are looked up one by one; more in one pass over the ledger."""


@dataclass
class Lacking:
    """What is left to read, by a ledger.

    Attributes:
        ledger: The ledger.
        retention: Where Graph's memory ends.
        overlap: How much before the end of what is closed is read again.
        read_whole: What was read of all sign-ins during this run.
    """

    ledger: Ledger
    retention: Retention
    overlap: timedelta
    read_whole: list[Span] = field(default_factory=list)

    def work(self, streams: Sequence[Stream], span: Span | None) -> list[Windows]:
        """What is left to read of each stream; those of a kin that lack the same together.

        Args:
            streams: The streams.
            span: The time that is wanted; None for what was asked before alone.
        """
        too_old = self.ledger.troubled(TOO_OLD)
        alike: dict[tuple[Kin | str, tuple[Span, ...]], list[Stream]] = {}
        for stream, standing in zip(streams, self._standings(streams), strict=True):
            lacking = self._of(standing, span, too_old.get(stream.name, []))
            alike.setdefault((stream.kin or stream.name, tuple(lacking)), []).append(stream)
        work = []
        for (_, spans), group in alike.items():
            size = TOGETHER[group[0].kin] if spans else 1
            work += [
                Windows(together(group[first : first + size]), list(spans))
                for first in range(0, len(group), size)
            ]
        return work

    def _standings(self, streams: Sequence[Stream]) -> list[Standing]:
        if len(streams) <= _FEW:
            return [self.ledger.standing(stream.name) for stream in streams]
        wanted = {stream.name for stream in streams}
        every = {each.stream: each for each in self.ledger.standings() if each.stream in wanted}
        return [every.get(stream.name) or self.ledger.standing(stream.name) for stream in streams]

    def _of(self, standing: Standing, span: Span | None, too_old: Sequence[Span]) -> list[Span]:
        """All ever asked that is not closed, and an overlap, cut where Graph's memory ends.

        Asked before is asked still: a gap of an earlier run is tried again by every later one.
        Without a span that is all. What all sign-ins hold of a person is not read again; of other
        parts it is, since who is named there is not told by all sign-ins.
        """
        is_of_people = kin_of(standing.stream) == "people"
        closed = standing.settled if is_of_people else standing.closed
        wanted = without([*standing.asked, *([span] if span else [])], closed)
        wanted = without(wanted, too_old)
        end = closed_end(closed)
        again = [(end - self.overlap, end)] if span and closed and span[1] > end else []
        lacking = united([*wanted, *(piece for each in closed for piece in within(again, each))])
        return self._split(without(lacking, self.read_whole) if is_of_people else lacking)

    def _split(self, spans: Sequence[Span]) -> list[Span]:
        """Cut where Graph's memory ends: what is empty before says nothing, what is after does."""
        seam = self.retention.kept_from()
        return [
            piece
            for start, end in spans
            for piece in ([(start, seam), (seam, end)] if start < seam < end else [(start, end)])
        ]


def closed_end(closed: Sequence[Span]) -> datetime:
    """Where closed time ends; long ago where there is none."""
    return closed[-1][1] if closed else BEGINNING
