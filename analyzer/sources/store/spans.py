"""Half-open spans of time, and what is left of some when others are taken away."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

Span: TypeAlias = "tuple[datetime, datetime]"
"""First instant, and first instant no longer meant; aware, in UTC."""

At = TypeVar("At", datetime, int)
"""An instant, or the microseconds that a ledger keeps for it."""


def united(spans: Iterable[tuple[At, At]]) -> list[tuple[At, At]]:
    """The same instants as few spans, in order of time; empty spans vanish."""
    result: list[tuple[At, At]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def without(spans: Iterable[tuple[At, At]], taken: Iterable[tuple[At, At]]) -> list[tuple[At, At]]:
    """What of ``spans`` none of ``taken`` covers, in order of time."""
    left: list[tuple[At, At]] = []
    holes = united(taken)
    first = 0
    for start, end in united(spans):
        at = start
        while first < len(holes) and holes[first][1] <= at:
            first += 1
        for index in range(first, len(holes)):
            hole_start, hole_end = holes[index]
            if hole_start >= end:
                break
            if hole_start > at:
                left.append((at, hole_start))
            at = hole_end
        if at < end:
            left.append((at, end))
    return left


def within(spans: Iterable[tuple[At, At]], bounds: tuple[At, At]) -> list[tuple[At, At]]:
    """The parts of ``spans`` inside ``bounds``."""
    start, end = bounds
    return united((max(a, start), min(b, end)) for a, b in spans)
