"""What is asked of the scores, and whether it was reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.accuracy import measures

if TYPE_CHECKING:
    from benchmarks.accuracy.counts import Counts
    from benchmarks.accuracy.levels import Level

OWNER = 0.97
STATUS = 0.95
BRIER = 0.03
RELIABILITY = 0.05
FULL_TENTH = 200
"""Verdicts that a tenth of confidence must have to be held to :data:`RELIABILITY`."""


@dataclass(frozen=True, slots=True)
class Goal:
    """One number beside what is asked of it.

    Attributes:
        name: What is measured.
        asked: In words, empty where nothing is asked.
        value: The number, None where there was nothing to measure.
        is_met: None where nothing is asked or measured.
    """

    name: str
    asked: str
    value: float | None
    is_met: bool | None


def goals(counts: Counts, level: Level) -> tuple[Goal, ...]:
    """Every goal at one level, for the counts of all tenants together."""
    fate = measures.attack_fate(counts.events)
    return (
        _least("macro-F1, verdicts", level.macro_f1_goal, measures.macro_f1(counts.verdicts)),
        _least(
            "macro-F1, events",
            level.macro_f1_goal,
            measures.macro_f1(measures.event_tallies(counts.events)),
        ),
        Goal("attack events excused", "0", fate.excused_count, fate.excused_count == 0),
        _least("owner right", OWNER if level.names_owners else None, counts.owner.value),
        _least("status right", STATUS, counts.status.value),
        _most("Brier score", BRIER, measures.brier(counts.tenths)),
        _most("largest gap in reliability", RELIABILITY, _gap(counts)),
    )


def _gap(counts: Counts) -> float | None:
    """Largest distance of hit rate from mean confidence in a tenth with enough verdicts."""
    gaps = [abs(t.difference) for t in measures.reliability(counts) if t.count >= FULL_TENTH]
    return max(gaps, default=None)


def _least(name: str, bound: float | None, value: float | None) -> Goal:
    asked = "" if bound is None else f"at least {bound:.2f}"
    return Goal(name, asked, value, None if bound is None or value is None else value >= bound)


def _most(name: str, bound: float, value: float | None) -> Goal:
    return Goal(name, f"at most {bound:.2f}", value, None if value is None else value <= bound)
