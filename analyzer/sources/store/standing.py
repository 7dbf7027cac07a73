"""How a stream stands: what was asked, read and closed of it, for all streams in one pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.sources.store.database import span_of
from analyzer.sources.store.spans import united, without

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.sources.store.spans import Span

Ticks = tuple[int, int]
"""A span as the ledger keeps it: microseconds since 1970."""


@dataclass(frozen=True, slots=True)
class Read:
    """What was read of a stream.

    Attributes:
        done: What was read whole, united.
        closed: Of that, what was read so late that nothing more should arrive.
    """

    done: tuple[Ticks, ...] = ()
    closed: tuple[Ticks, ...] = ()

    @classmethod
    def of(cls, slices: Iterable[tuple[int, int, int]]) -> Read:
        """What slices amount to; each has a start, an end, and whether it is closed."""
        every = list(slices)
        done = united((start, end) for start, end, _ in every)
        closed = united((start, end) for start, end, is_closed in every if is_closed)
        return cls(tuple(done), tuple(closed))


NOTHING = Read()


@dataclass(frozen=True, slots=True)
class Standing:
    """How one stream stands.

    Attributes:
        stream: The stream.
        ever_asked: Whatever was asked of it.
        own: What was read of it.
        whole: What was read of all sign-ins, where it is a part of them.
        pruned: The instant before which everything was removed, if anything was.
    """

    stream: str
    ever_asked: tuple[Ticks, ...]
    own: Read
    whole: Read
    pruned: int | None

    @property
    def asked(self) -> list[Span]:
        """Everything ever asked of it, less what was pruned."""
        return _spans(self._kept(self.ever_asked))

    @property
    def closed(self) -> list[Span]:
        """What nothing more should arrive in of what was read of it."""
        return _spans(self.own.closed)

    @property
    def settled(self) -> list[Span]:
        """What nothing more should arrive in, read by itself or with all sign-ins."""
        return _spans(united((*self.own.closed, *self.whole.closed)))

    @property
    def done(self) -> list[Span]:
        """What was read whole of it."""
        return _spans(self.own.done)

    @property
    def missing(self) -> list[Span]:
        """What was asked and was read neither by itself nor with all sign-ins."""
        asked = self._kept(self.ever_asked)
        return _spans(without(asked, (*self.own.done, *self.whole.done)))

    @property
    def still_open(self) -> list[Span]:
        """What was read before everything can have arrived."""
        early = without(self.own.done, (*self.own.closed, *self.whole.closed))
        return _spans(self._kept(early))

    def _kept(self, spans: Iterable[Ticks]) -> list[Ticks]:
        pruned = self.pruned
        return united(spans if pruned is None else ((max(a, pruned), b) for a, b in spans))


def _spans(ticks: Iterable[Ticks]) -> list[Span]:
    return [span_of(*each) for each in ticks]
