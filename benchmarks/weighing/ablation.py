"""Take every check off the scales in turn, and see who notices.

Written to docs/checks.md: for each check of each hypothesis, the cases that fail without it, the
bundles of the tuning tenants that lose or gain their right answer, and what becomes of macro-F1
and the Brier score.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.hypotheses import HYPOTHESES
from benchmarks.accuracy.markdown import table
from benchmarks.accuracy.running import ROOT
from benchmarks.accuracy.seeds import parse_seeds, spelled
from benchmarks.weighing.cases import read_cases
from benchmarks.weighing.collect import PEOPLE, SEEDS, collect
from benchmarks.weighing.scales import Measured, Tray, measured

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analyzer.hypotheses.model import Check, Hypothesis
    from benchmarks.weighing.cases import Case

PAGE = ROOT / "docs" / "checks.md"

INTRODUCTION = """# What each check carries

Every check of every hypothesis was left out in turn, everything else as it was. Made by
`python -m benchmarks.weighing.ablation`.

- *Cases*: those of `tests/cases/hypotheses.toml` whose answer is then wrong.
- *Lost* and *gained*: bundles of simulated tenants that lose, or only then get, their right answer.
  The same bundle counts once at each level of evidence.
- *F1* and *Brier*: change of the macro-F1 of bundles (mean over the levels of evidence) and of the
  Brier score of verdicts. A check carries something where leaving it out lowers the one or raises
  the other.
- Weights are natural log-odds; `unknown` weighs nothing.
"""


@dataclass(frozen=True, slots=True)
class Carried:
    """What is lost without one check.

    Attributes:
        cases: Names of the cases that fail.
        lost: Bundles that are right only with it; ``gained`` those right only without it.
        bundle_f1: Change of the macro-F1 of bundles without it.
        brier: Change of the Brier score of verdicts without it.
    """

    hypothesis: Hypothesis
    check: Check
    cases: tuple[str, ...]
    lost: int
    gained: int
    bundle_f1: float
    brier: float

    @property
    def is_noticed(self) -> bool:
        """Whether a case, or the answer to any bundle, needs the check."""
        return bool(self.cases or self.lost)


def carried(trays: Sequence[Tray], cases: Sequence[Case]) -> Iterator[Carried]:
    """Leave out every check in turn, in the order of the hypotheses."""
    whole = measured(trays)
    for hypothesis in HYPOTHESES:
        for check in hypothesis.checks:
            key = (hypothesis.cause, check.id)
            lighter = [tray.without(key) for tray in trays]
            less = measured(lighter)
            turned = [turn for pair in zip(trays, lighter, strict=True) for turn in _turned(*pair)]
            yield Carried(
                hypothesis,
                check,
                cases=tuple(case.name for case in cases if case.notices(key)),
                lost=turned.count(False),
                gained=turned.count(True),
                bundle_f1=less.bundle_f1 - whole.bundle_f1,
                brier=less.brier - whole.brier,
            )


def _turned(whole: Tray, lighter: Tray) -> Iterator[bool]:
    """For each bundle whose answer turns right or wrong: whether it turns right."""
    for before, after in zip(whole.rights(), lighter.rights(), strict=True):
        if before != after:
            yield after


def page(trays: Sequence[Tray], found: Sequence[Carried], whole: Measured) -> str:
    """The text of docs/checks.md."""
    seeds = spelled(tuple(dict.fromkeys(tray.sample.seed for tray in trays)))
    levels = len({tray.sample.level_name for tray in trays})
    bundles = sum(len(tray.bundles) for tray in trays)
    parts = [
        INTRODUCTION,
        f"Tuning seeds {seeds} at {levels} levels of evidence: {bundles:,} bundles, macro-F1 of "
        f"bundles {whole.bundle_f1:.3f}, of verdicts {whole.verdict_f1:.3f}, Brier score "
        f"{whole.brier:.4f}.",
        "",
    ]
    for hypothesis in HYPOTHESES:
        rows = [_row(each) for each in found if each.hypothesis is hypothesis]
        parts += [f"## {hypothesis.cause}", "", table(HEADER, rows, words=2), ""]
    return "\n".join(parts)


HEADER = ("check", "cases that notice", "yes", "no", "lost", "gained", "F1", "Brier")


def _row(each: Carried) -> tuple[str, ...]:
    return (
        f"`{each.check.id}`",
        _cases(each),
        f"{each.check.yes:+.1f}",
        f"{each.check.no:+.1f}",
        str(each.lost),
        str(each.gained),
        f"{each.bundle_f1:+.4f}",
        f"{each.brier:+.5f}",
    )


def _cases(each: Carried) -> str:
    if not each.cases:
        return "none" if each.lost else "**nothing notices**"
    more = len(each.cases) - 1
    return each.cases[0] + (f" (and {more} more)" if more else "")


def main() -> None:
    """Collect, leave out, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=parse_seeds, default=SEEDS, help="tuning tenants")
    parser.add_argument("--people", type=int, default=PEOPLE, help="in each tenant")
    parser.add_argument("--output", type=Path, default=PAGE)
    arguments = parser.parse_args()
    trays = [Tray.of(sample) for sample in collect(arguments.seeds, arguments.people)]
    found = list(carried(trays, read_cases()))
    arguments.output.write_text(page(trays, found, measured(trays)), encoding="utf-8")
    unnoticed = [each for each in found if not each.is_noticed]
    for each in unnoticed:
        print(f"nothing notices: {each.hypothesis.cause} {each.check.id}")
    print(f"{len(found)} checks, {len(unnoticed)} of them noticed by nothing: {arguments.output}")


if __name__ == "__main__":
    main()
