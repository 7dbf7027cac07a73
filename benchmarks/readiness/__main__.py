"""Back-test readiness on simulated tenants.

Without options: the reporting seeds, written to docs/readiness-accuracy.md, its first table to the
end of docs/accuracy.md as well. A run of other seeds is only printed, unless --output names a file.
"""

from __future__ import annotations

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from benchmarks.accuracy.seeds import REPORTING, parse_seeds, spelled
from benchmarks.readiness.page import page, with_forecasts
from benchmarks.readiness.scoring import Row, score

DOCS = Path(__file__).parents[2] / "docs"
PAGE, ACCURACY = DOCS / "readiness-accuracy.md", DOCS / "accuracy.md"


def main() -> None:
    """Run, print, write."""
    options = _options()
    rows: list[Row] = []
    waves = {"waves": 0, "scored": 0}
    if options.rows_from:
        kept = json.loads(options.rows_from.read_text(encoding="utf-8"))
        rows, waves = [Row(**row) for row in kept["rows"]], kept["waves"]
        options.seeds = tuple(kept["seeds"])
    else:
        with ProcessPoolExecutor(max_workers=options.jobs) as pool:
            for seed, done in zip(options.seeds, pool.map(score, options.seeds), strict=True):
                rows += done[0]
                waves = {name: count + done[1][name] for name, count in waves.items()}
                print(f"{seed}: {done[1]['scored']} waves", file=sys.stderr, flush=True)
    if options.rows_to:
        told = {"rows": [asdict(row) for row in rows], "waves": waves, "seeds": options.seeds}
        options.rows_to.write_text(json.dumps(told), encoding="utf-8")
    text = page(rows, waves, options.seeds)
    print(text)
    output = options.output or (PAGE if options.seeds == REPORTING else None)
    if output:
        output.write_text(text, encoding="utf-8")
    if output == PAGE:
        accuracy = ACCURACY.read_text(encoding="utf-8")
        ACCURACY.write_text(with_forecasts(accuracy, text), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seeds", type=parse_seeds, default=REPORTING, metavar="SEEDS",
        help=f"tenants, like 1-20 or 3,7; by default {spelled(REPORTING)}",
    )  # fmt: skip
    parser.add_argument("--jobs", type=int, default=2, help="tenants at a time, by default 2")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write the page here")
    parser.add_argument("--rows-to", type=Path, metavar="FILE", help="keep all counts as JSON")
    parser.add_argument("--rows-from", type=Path, metavar="FILE", help="take the counts from there")
    return parser.parse_args()


if __name__ == "__main__":
    main()
