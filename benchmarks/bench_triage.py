"""Measure ``analyzer triage`` end to end against DuckDB's bare scan of the same file.

Run as ``python -m benchmarks.bench_triage``; ``--records 30000 --runs 1`` for a quick look. The
data is written into ``benchmarks/data`` once and kept.
"""

from __future__ import annotations

import argparse
from itertools import islice
from pathlib import Path

from benchmarks import bulk
from benchmarks.measuring import Measurement, Run, python, run_once, save, table

DATA = Path(__file__).parent / "data"
RECORDS = 300_000
RUNS = 3
SAMPLE_SHARE = 10


def data_file(count: int) -> Path:
    """File of ``count`` sign-ins, written if it is not there."""
    DATA.mkdir(exist_ok=True)
    path = DATA / f"signins-{count}.ndjson"
    if not path.exists():
        half_written = path.with_suffix(".partial")
        bulk.write_signins(half_written, count)
        half_written.replace(path)
    return path


def sample_of(path: Path, count: int) -> Path:
    """File of the first ``count`` lines of ``path``."""
    target = path.with_name(f"{path.stem}-first-{count}.ndjson")
    if not target.exists():
        with path.open(encoding="utf-8") as lines, target.open("w", encoding="utf-8") as out:
            out.writelines(islice(lines, count))
    return target


def triage(path: Path, output: Path) -> list[str]:
    """Command line of a triage of one file."""
    return python(
        "-m", "analyzer.cli", "triage", str(path), "--format", "json", "--output", str(output)
    )


def triage_with_evidence(path: Path, output: Path) -> list[str]:
    """Command line of a triage with 10,000 recipients, 4,000 moves and 500 permissions."""
    return python(
        "-m", "analyzer.cli", "triage", str(path),
        "--moves", str(DATA / "moves.csv"), "--moves-timezone", "UTC", "--date-order", "mdy",
        "--recipients", str(DATA / "recipients.csv"),
        "--permissions", str(DATA / "permissions.csv"),
        "--format", "json", "--output", str(output),
    )  # fmt: skip


def bare_scan(path: Path) -> list[str]:
    """Command line of the floor."""
    return python("-m", "benchmarks.bare_scan", str(path), str(DATA / "bare.parquet"))


def measure(records: int, runs: int) -> tuple[list[Measurement], dict[str, object]]:
    """Run everything, turn by turn, after one warm-up of each."""
    once, twice = data_file(records), data_file(2 * records)
    bulk.write_evidence(DATA)
    part = sample_of(once, records // SAMPLE_SHARE)
    commands = {
        f"DuckDB bare typed scan, {records:,} records": bare_scan(once),
        f"analyzer triage, {records:,} records": triage(once, DATA / "once.json"),
        f"the same with all evidence, {records:,} records": triage_with_evidence(
            once, DATA / "once.json"
        ),
        f"the same with all evidence, {2 * records:,} records": triage_with_evidence(
            twice, DATA / "twice.json"
        ),
        f"json + pandas.json_normalize, {records:,} records": python(
            "-m", "benchmarks.plain_pandas", str(part)
        ),
    }
    taken: dict[str, list[Run]] = {name: [] for name in commands}
    for command in commands.values():
        run_once(command)
    for _ in range(runs):
        for name, command in commands.items():
            taken[name].append(run_once(command))
    scan, alone, one, two, plain = (
        Measurement(name, tuple(done), SAMPLE_SHARE if name.startswith("json") else 1)
        for name, done in taken.items()
    )
    facts: dict[str, object] = {
        "bytes per record": round(once.stat().st_size / records),
        "triage over bare scan (at most 2)": round(alone.seconds / scan.seconds, 2),
        "triage with all evidence over bare scan": round(one.seconds / scan.seconds, 2),
        "peak of triage, MiB (at most 1536)": round(one.peak_mib),
        "peak at twice the records over peak (at most 1.2)": round(two.peak_mib / one.peak_mib, 2),
    }
    return [scan, alone, one, two, plain], facts


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--runs", type=int, default=RUNS)
    arguments = parser.parse_args()
    measurements, facts = measure(arguments.records, arguments.runs)
    print(table(measurements, facts))
    if arguments.records == RECORDS:
        print(f"saved as benchmarks/results/{save('triage', measurements, facts).name}")


if __name__ == "__main__":
    main()
