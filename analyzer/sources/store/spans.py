"""Half-open spans of time, and what is left of some when others are taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

Span: TypeAlias = "tuple[datetime, datetime]"
"""First instant, and first instant no longer meant; aware, in UTC."""


def united(spans: Iterable[Span]) -> list[Span]:
    """The same instants as few spans, in order of time; empty spans vanish."""
    result: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """What of ``spans`` none of ``taken`` covers, in order of time."""
    left: list[Span] = []
    holes = united(taken)
    for start, end in united(spans):
        at = start
        for hole_start, hole_end in holes:
            if hole_end <= at or hole_start >= end:
                continue
            if hole_start > at:
                left.append((at, hole_start))
            at = max(at, hole_end)
        if at < end:
            left.append((at, end))
    return left


def within(spans: Iterable[Span], bounds: Span) -> list[Span]:
    """The parts of ``spans`` inside ``bounds``."""
    start, end = bounds
    return united((max(a, start), min(b, end)) for a, b in spans)
