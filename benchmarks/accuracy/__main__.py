"""Score the analyzer on simulated tenants.

Without options: the reporting seeds at every level, written to docs/accuracy.md. A run of other
seeds, sizes or levels is only printed, unless --output names a file.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.accuracy import tenants
from benchmarks.accuracy.levels import LEVEL_BY_NAME, LEVELS, Level
from benchmarks.accuracy.mistakes import write_mistakes
from benchmarks.accuracy.page import page
from benchmarks.accuracy.running import ROOT, Plan, run
from benchmarks.accuracy.seeds import REPORTING, parse_seeds, spelled

PAGE = ROOT / "docs" / "accuracy.md"


def main() -> None:
    """Run, print, write."""
    arguments = _arguments()
    plan = Plan(
        seeds=arguments.seeds,
        people=arguments.people,
        levels=arguments.levels,
        jobs=arguments.jobs,
        keep=arguments.keep.resolve() if arguments.keep else None,
    )
    is_whole = (plan.seeds, plan.people, plan.levels) == (REPORTING, None, LEVELS)
    output = arguments.output or (PAGE if is_whole else None)
    simulator = tenants.simulator_digest()
    done = run(plan, lambda line: print(line, file=sys.stderr, flush=True))
    if not done.outcomes:
        sys.exit("\n".join(f"{each.what}: {each.error}" for each in done.not_scored))
    text = page(done.outcomes, simulator, done.not_scored)
    print(text)
    if output:
        output.write_text(text, encoding="utf-8")
    if arguments.mistakes:
        write_mistakes(done.outcomes, arguments.mistakes)
    if done.not_scored:
        sys.exit("\n".join(f"not scored: {each.what}: {each.error}" for each in done.not_scored))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seeds",
        type=parse_seeds,
        default=REPORTING,
        metavar="SEEDS",
        help=f"tenants, like 1-20 or 3,7; by default {spelled(REPORTING)}",
    )
    parser.add_argument("--people", type=int, help="in each tenant; by default as its seed says")
    parser.add_argument(
        "--levels",
        type=_levels,
        default=LEVELS,
        metavar="LEVELS",
        help=f"some of {','.join(LEVEL_BY_NAME)}; by default all",
    )
    parser.add_argument("--jobs", type=int, default=2, help="tenants at a time, by default 2")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep all verdicts and events")
    parser.add_argument("--mistakes", type=Path, metavar="FILE", help="CSV of every mistake")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the report here")
    return parser.parse_args()


def _levels(text: str) -> tuple[Level, ...]:
    unknown = set(text.split(",")) - set(LEVEL_BY_NAME)
    if unknown:
        msg = f"no level is called {', '.join(sorted(unknown))}"
        raise argparse.ArgumentTypeError(msg)
    return tuple(LEVEL_BY_NAME[name] for name in text.split(","))


if __name__ == "__main__":
    main()
