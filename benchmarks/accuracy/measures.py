"""Scores computed from counts: F1, attacks excused, failing or not, Brier, reliability."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from analyzer.results import KIND_OF, Cause, Kind
from benchmarks.accuracy.counts import TENTHS, Tally, ratio
from benchmarks.accuracy.levels import MOVER_OR_DELEGATE
from benchmarks.accuracy.truth import NOT_FAILING, UNDETERMINED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.accuracy.counts import Confusion, Counts, Tenth

ATTACK = Cause.CREDENTIAL_ATTACK.value
_EXCUSING = {Kind.MISCLASSIFIED, Kind.GENUINE_LEGACY, Kind.UNRELATED}


def event_tallies(confusion: Confusion) -> dict[str, Tally]:
    """Tally of each cause over the events that failed in truth."""
    failing = {cause: row for cause, row in confusion.items() if cause not in NOT_FAILING}
    tallies: dict[str, Tally] = {}
    for true_cause, row in failing.items():
        for cause, count in row.items():
            if cause == true_cause:
                added = {true_cause: Tally(hit=count)}
            else:
                added = {true_cause: Tally(missed=count), cause: Tally(false=count)}
            for name, tally in added.items():
                tallies[name] = tallies.get(name, Tally()) + tally
    return {c: t for c, t in sorted(tallies.items()) if _is_claim(c)}


def _is_claim(cause: str) -> bool:
    """Whether a label is a cause of failure: neither a success nor "not known"."""
    try:
        kind = KIND_OF[Cause(cause)]
    except ValueError:
        return cause == MOVER_OR_DELEGATE
    return kind not in {Kind.NONE, Kind.UNDETERMINED}


def macro_f1(tallies: Mapping[str, Tally]) -> float | None:
    """Mean F1 over the causes that occur in the truth, None where there is none."""
    values = [tally.f1 or 0.0 for tally in tallies.values() if tally.in_truth]
    return fmean(values) if values else None


@dataclass(frozen=True, slots=True)
class AttackFate:
    """What the events of attacks were called.

    Attributes:
        events: All of them.
        caught: Called attacks.
        excused: Called something benign, by cause: must be empty.
        undetermined: Called undetermined.
        unseen: Taken for no failure, or not mentioned.
    """

    events: int
    caught: int
    excused: dict[str, int]
    undetermined: int
    unseen: int

    @property
    def excused_count(self) -> int:
        """Events excused as benign."""
        return sum(self.excused.values())


def attack_fate(confusion: Confusion) -> AttackFate:
    """What became of the attack events."""
    row = confusion.get(ATTACK, {})
    excused = {cause: count for cause, count in sorted(row.items()) if _excuses(cause)}
    undetermined = row.get(UNDETERMINED, 0)
    caught = row.get(ATTACK, 0)
    total = sum(row.values())
    unseen = total - caught - undetermined - sum(excused.values())
    return AttackFate(total, caught, excused, undetermined, unseen)


def _excuses(cause: str) -> bool:
    return _is_claim(cause) and (cause not in set(Cause) or KIND_OF[Cause(cause)] in _EXCUSING)


@dataclass(frozen=True, slots=True)
class Failing:
    """Sign-ins told failing from not failing: the first word is the truth, the second was said."""

    failing_failing: int
    failing_not: int
    not_failing: int
    not_not: int


def failing(confusion: Confusion) -> Failing:
    """Count sign-ins by whether they failed, in truth and as told."""
    cells = {(a, b): 0 for a in (True, False) for b in (True, False)}
    for true_cause, row in confusion.items():
        for cause, count in row.items():
            told = _is_claim(cause) or cause == UNDETERMINED
            cells[true_cause not in NOT_FAILING, told] += count
    return Failing(cells[True, True], cells[True, False], cells[False, True], cells[False, False])


def undetermined_events(confusion: Confusion) -> float | None:
    """Share of the truly failing events that were called undetermined."""
    rows = [row for cause, row in confusion.items() if cause not in NOT_FAILING]
    return ratio(
        sum(row.get(UNDETERMINED, 0) for row in rows), sum(sum(row.values()) for row in rows)
    )


def brier(tenths: Sequence[Tenth]) -> float | None:
    """Mean squared distance of confidence from hit, None without verdicts."""
    return ratio(
        sum(tenth.squared_error_sum for tenth in tenths), sum(tenth.count for tenth in tenths)
    )


@dataclass(frozen=True, slots=True)
class Reliability:
    """One tenth of confidence: what was claimed beside what came true."""

    lowest: float
    count: int
    mean_confidence: float
    hit_rate: float

    @property
    def difference(self) -> float:
        """Hit rate less mean confidence; negative where the claims were too bold."""
        return self.hit_rate - self.mean_confidence


def reliability(counts: Counts) -> tuple[Reliability, ...]:
    """The tenths of confidence that have verdicts, lowest first."""
    return tuple(
        Reliability(
            lowest=place / TENTHS,
            count=tenth.count,
            mean_confidence=tenth.confidence_sum / tenth.count,
            hit_rate=tenth.hits / tenth.count,
        )
        for place, tenth in enumerate(counts.tenths)
        if tenth.count
    )
