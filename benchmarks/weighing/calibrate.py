"""Fit confidence to how often verdicts are right on the tuning tenants: ``make calibrate``.

For each cause a curve of two numbers (logistic scaling): how far the cause leads, in log-odds,
becomes the log-odds of being right. Written to analyzer/hypotheses/calibration.py, with the
counts. The fit is penalised towards "as weighed" (shift 0, slope 1), so that a cause with few
verdicts, or without a mistake, stays near what its weights say. The levels of evidence tell the
same tenants again, so each verdict counts as one part in as many levels.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from analyzer.hypotheses import HYPOTHESES
from analyzer.hypotheses.curve import Curve
from analyzer.results import Cause
from benchmarks.accuracy import measures
from benchmarks.accuracy.counts import pooled
from benchmarks.accuracy.running import ROOT
from benchmarks.accuracy.seeds import parse_seeds, spelled
from benchmarks.weighing.collect import PEOPLE, SEEDS, collect
from benchmarks.weighing.scales import Tray

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from benchmarks.accuracy.counts import Counts

TABLE = ROOT / "analyzer" / "hypotheses" / "calibration.py"
PENALTY = 0.5
"""Of a shift by one, or of a slope e times as steep: half a unit of log-likelihood."""

AS_WEIGHED = {hypothesis.cause: Curve(distinct=98) for hypothesis in HYPOTHESES}
"""The softmax itself, at most 0.99."""


class Outcome(NamedTuple):
    """One verdict of one sample: how far it led, and whether it was right."""

    log_odds: float
    is_right: bool
    who: tuple[int, str, str]


def outcomes(trays: Iterable[Tray]) -> dict[Cause, list[Outcome]]:
    """All verdicts by cause, without ``undetermined``."""
    found: dict[Cause, list[Outcome]] = defaultdict(list)
    for tray in trays:
        for claim in tray.claims():
            decision, bundle = claim.lead.decision, claim.lead.bundle
            if decision.cause is not Cause.UNDETERMINED:
                who = (tray.sample.seed, bundle.user, bundle.facts.family)
                found[decision.cause].append(Outcome(decision.log_odds, tray.is_right(claim), who))
    return found


def fitted(trays: Sequence[Tray]) -> dict[Cause, Curve]:
    """A curve for each cause."""
    levels = len({tray.sample.level_name for tray in trays})
    found = outcomes(trays)
    return {h.cause: fit(found[h.cause], 1 / levels) for h in HYPOTHESES}


def fit(verdicts: Sequence[Outcome], weight: float) -> Curve:
    """The curve of one cause; each verdict counts as so much of one."""

    def loss(shift: float, steepness: float) -> float:
        slope = math.exp(steepness)
        wrong = sum(
            math.log1p(math.exp((shift + slope * log_odds) * (-1 if is_right else 1)))
            for log_odds, is_right, _ in verdicts
        )
        return weight * wrong + PENALTY * (shift**2 + steepness**2)

    shift, steepness = _lowest(loss)
    return Curve(
        shift=round(shift, 2),
        slope=round(math.exp(steepness), 2),
        right=sum(each.is_right for each in verdicts),
        verdicts=len(verdicts),
        distinct=len({each.who for each in verdicts}),
    )


def _lowest(loss: Callable[[float, float], float]) -> tuple[float, float]:
    """Where a convex-enough function of two numbers is lowest: eight directions, halving steps."""
    at, step = (0.0, 0.0), 0.5
    best = loss(*at)
    directions = [(x, y) for x in (-1, 0, 1) for y in (-1, 0, 1) if x or y]
    while step > 1e-3:
        tried = [(at[0] + step * x, at[1] + step * y) for x, y in directions]
        value, place = min((loss(*each), each) for each in tried)
        if value < best:
            best, at = value, place
        else:
            step /= 2
    return at


def table(curves: Mapping[Cause, Curve], seeds: Sequence[int], people: int | None) -> str:
    """The text of analyzer/hypotheses/calibration.py."""
    size = f"{people} people each" if people else "of any size"
    verdicts = sum(curve.verdicts for curve in curves.values())
    rows = "\n".join(
        f"    Cause.{cause.name}: Curve({c.shift}, {c.slope}, {c.right}, {c.verdicts}, "
        f"{c.distinct}),"
        for cause, c in curves.items()
    )
    return f'''"""How far a cause leads, and how often that was right: one curve for each cause.

Written by ``make calibrate`` (``python -m benchmarks.weighing.calibrate``), not by hand. Fitted on
the simulated tenants of tuning seeds {spelled(tuple(seeds))}, {size}, at every level of evidence:
{verdicts:,} verdicts. Columns: shift, slope, right, verdicts, distinct, as in ``Curve``.
"""

from __future__ import annotations

from analyzer.hypotheses.curve import Curve
from analyzer.results import Cause

CURVES: dict[Cause, Curve] = {{
{rows}
}}
'''


def report(name: str, trays: Sequence[Tray]) -> str:
    """Brier score and tenths of confidence (number, hit rate less confidence), by level."""
    by_level: dict[str, list[Counts]] = defaultdict(list)
    for tray in trays:
        by_level[tray.sample.level_name].append(tray.counts())
    lines = [name]
    for level, each in by_level.items():
        counts = pooled(each)
        tenths = "  ".join(
            f"{tenth.lowest:.1f}: {tenth.count} {tenth.difference:+.3f}"
            for tenth in measures.reliability(counts)
        )
        lines.append(f"  {level:15} Brier {measures.brier(counts.tenths) or 0:.4f}  {tenths}")
    return "\n".join(lines)


def held_out(trays: Sequence[Tray]) -> list[Tray]:
    """Every tenant calibrated by curves that are fitted on the other half of the tenants."""
    halves = [[tray for tray in trays if tray.sample.seed % 2 == half] for half in (0, 1)]
    curves = [fitted(half) for half in halves]
    return [tray.calibrated(curves[1 - tray.sample.seed % 2]) for tray in trays]


def main() -> None:
    """Collect, fit, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=parse_seeds, default=SEEDS, help="tuning tenants")
    parser.add_argument("--people", type=int, default=PEOPLE, help="in each tenant")
    parser.add_argument("--output", type=Path, default=TABLE)
    arguments = parser.parse_args()
    trays = [Tray.of(sample) for sample in collect(arguments.seeds, arguments.people)]
    curves = fitted(trays)
    arguments.output.write_text(table(curves, arguments.seeds, arguments.people), encoding="utf-8")
    print(report("as weighed", [tray.calibrated(AS_WEIGHED) for tray in trays]))
    print(report("calibrated", [tray.calibrated(curves) for tray in trays]))
    print(report("calibrated on the other half of the tenants", held_out(trays)))
    decided = fmean(curve.right / curve.verdicts for curve in curves.values() if curve.verdicts)
    print(f"wrote {arguments.output}; mean share of right verdicts {decided:.3f}", file=sys.stderr)


if __name__ == "__main__":
    main()
