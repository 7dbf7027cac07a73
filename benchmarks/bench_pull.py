"""Measure ``analyzer pull``: its pace under Graph's limit, its CPU time, and its memory.

Run as ``python -m benchmarks.bench_pull``; ``--paced 6000 --cpu 4000 --memory 20000`` for a quick
look. The servers are processes of their own on loopback.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from benchmarks.graph_process import SIGN_INS, GraphProcess, days_ago
from benchmarks.measuring import Measurement, python, run_once, save, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from benchmarks.graph_process import Request

PACED, CPU, MEMORY = 60_000, 10_000, 1_000_000
RUNS = 3
RATE = 5
PAGE = 1000
ALLOWED_PER_SECOND = RATE / 10
THROTTLED = 429
RECORDS_A_DAY = 40_000
PEOPLE = 2_000
SMALLER = 10


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many records each part is measured with, and how often the CPU part is run."""

    paced: int = PACED
    cpu: int = CPU
    memory: int = MEMORY
    runs: int = RUNS


def pull(store: Path, since: datetime, until: datetime) -> list[str]:
    """Command line of the pull that is measured."""
    return python(
        "-m", "analyzer.cli", "pull", "--store", str(store), "--plan", "full", "--quiet",
        "--since", since.isoformat(), "--until", until.isoformat(),
    )  # fmt: skip


def measure_pace(records: int, folder: Path) -> tuple[Measurement, dict[str, object]]:
    """One pull at the default pace from a server that enforces it."""
    start, end = _time_of(records)
    with GraphProcess(
        "made-up", count=records, people=PEOPLE, start=start, end=end, rate=RATE
    ) as server:
        environment = {
            **server.environment,
            "ANALYZER_GRAPH_REQUESTS_PER_10_SECONDS": str(RATE),
            "ANALYZER_GRAPH_POLICY_REQUESTS_PER_SECOND": "1",
        }
        run = run_once(pull(folder / "paced", start, end), environment=environment)
        requests = server.requests()
    proper = pull_proper(requests, start)
    answered = [each for each in proper if each.is_answered]
    facts: dict[str, object] = {
        "paced: records": records,
        "paced: requests answered": len(answered),
        "paced: records over 1,000 a request": round(records / PAGE / len(answered), 3),
        "paced: answers 429 (0)": sum(each.status == THROTTLED for each in requests),
        **_pace(answered, records),
    }
    return Measurement(f"analyzer pull, {records:,} records, paced", (run,)), facts


def _pace(answered: Sequence[Request], records: int) -> dict[str, object]:
    """How fast the requests came; so few that the first burst is all of them tell nothing."""
    if len(answered) <= RATE:
        return {}
    seconds = answered[-1].at - answered[0].at
    pace = len(answered) / seconds
    return {
        "paced: seconds from first to last": round(seconds, 1),
        "paced: requests over allowed (at least 0.95)": round(pace / ALLOWED_PER_SECOND, 3),
        "paced: ten seconds over the time of five requests (at least 0.95)": round(
            10 / _time_of_five(answered), 3
        ),
        "paced: records per second (of 500)": round(records / seconds, 1),
    }


def _time_of_five(answered: Sequence[Request]) -> float:
    """Mean seconds from a request to the fifth after it.

    Ten at the allowed pace, whether a burst stands at the beginning and the end or not.
    """
    pairs = zip(answered, answered[RATE:], strict=False)
    return statistics.mean(later.at - earlier.at for earlier, later in pairs)


def pull_proper(requests: Sequence[Request], since: datetime) -> list[Request]:
    """Requests for sign-ins from the first window on: the looks ahead come before it."""
    begin = f"createdDateTime ge {since:%Y-%m-%dT%H:%M:%SZ}"
    own = [each for each in requests if each.is_of_signins]
    firsts = [n for n, each in enumerate(own) if begin in each.query.get("$filter", "")]
    return own[firsts[0] :] if firsts else []


def measure_cpu(
    records: int, runs: int, folder: Path
) -> tuple[list[Measurement], dict[str, object]]:
    """CPU per record of the pull, of its reading part, and of msgraph-sdk's models."""
    start, end = _time_of(records)
    empty = end + timedelta(hours=1), end + timedelta(hours=2)
    with GraphProcess("made-up", count=records, people=PEOPLE, start=start, end=end) as server:
        asked = folder / "asked.json"
        run_once(pull(folder / "warm", start, end), environment=server.environment)
        asked.write_text(json.dumps(_first_pages(server, start)), encoding="utf-8")
        nothing = folder / "nothing.json"
        nothing.write_text("[]", encoding="utf-8")
        taken: dict[str, list] = {}  # type: ignore[type-arg]
        for turn in range(runs):
            commands = {
                "pull": pull(folder / f"p{turn}", start, end),
                "pull of nothing": pull(folder / f"pn{turn}", *empty),
                "reading": _reading(folder / f"r{turn}", start, end),
                "reading of nothing": _reading(folder / f"rn{turn}", *empty),
                "sdk": python("-m", "benchmarks.sdk_reading", server.url, str(asked)),
                "sdk of nothing": python("-m", "benchmarks.sdk_reading", server.url, str(nothing)),
            }
            for name, command in commands.items():
                run = run_once(command, environment=server.environment)
                taken.setdefault(name, []).append(run)
    measured = {name: Measurement(f"{name}, {records:,} records" if "nothing" not in name else name,
                                  tuple(done)) for name, done in taken.items()}  # fmt: skip
    cost = {
        name: (measured[name].cpu_seconds - measured[f"{name} of nothing"].cpu_seconds) / records
        for name in ("pull", "reading", "sdk")
    }
    facts: dict[str, object] = {
        f"cpu: microseconds per record, {name}": round(each * 1e6, 1) for name, each in cost.items()
    }
    facts["cpu: pull over msgraph-sdk's models (at most 0.05)"] = round(
        cost["pull"] / cost["sdk"], 4
    )
    facts["cpu: reading part over msgraph-sdk's models"] = round(cost["reading"] / cost["sdk"], 4)
    return list(measured.values()), facts


def _reading(store: Path, since: datetime, until: datetime) -> list[str]:
    return python("-m", "benchmarks.reading_only", str(store), since.isoformat(), until.isoformat())


def _first_pages(server: GraphProcess, since: datetime) -> list[str]:
    """Addresses of the first page of each window of the pull that was just made."""
    return [
        f"{server.url}{SIGN_INS}?{urlencode(each.query, quote_via=quote, safe='$')}"
        for each in pull_proper(server.requests(), since)
        if "$skiptoken" not in each.query
    ]


def measure_memory(records: int, folder: Path) -> tuple[list[Measurement], dict[str, object]]:
    """Peak memory of pulls of a tenth, and of all, at the same number of records a day."""
    done = []
    for count in (records // SMALLER, records):
        start, end = _time_of(count)
        with GraphProcess("lean", count=count, start=start, end=end) as server:
            store = folder / f"memory-{count}"
            run = run_once(pull(store, start, end), environment=server.environment)
        done.append(Measurement(f"analyzer pull, {count:,} records", (run,)))
    small, large = done
    facts: dict[str, object] = {
        "memory: peak at ten times the records over peak (at most 1.2)": round(
            large.peak_mib / small.peak_mib, 2
        )
    }
    return done, facts


def _time_of(records: int) -> tuple[datetime, datetime]:
    """A time that ended a while ago, long enough for the records."""
    days = records / RECORDS_A_DAY
    return days_ago(days + 1), days_ago(1)


def measure(sizes: Sizes) -> tuple[list[Measurement], dict[str, object]]:
    """All three parts, one after the other."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        paced, facts = measure_pace(sizes.paced, folder)
        cpu, more = measure_cpu(sizes.cpu, sizes.runs, folder)
        memory, most = measure_memory(sizes.memory, folder)
    return [paced, *cpu, *memory], facts | more | most


def main() -> None:
    """Measure, print and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paced", type=int, default=PACED, help="records at the default pace")
    parser.add_argument("--cpu", type=int, default=CPU, help="records for the CPU time")
    parser.add_argument("--memory", type=int, default=MEMORY, help="records for the memory")
    parser.add_argument("--runs", type=int, default=RUNS, help="turns of the CPU part")
    sizes = Sizes(**vars(parser.parse_args()))
    measurements, facts = measure(sizes)
    print(table(measurements, facts))
    if sizes == Sizes():
        print(f"saved as benchmarks/results/{save('pull', measurements, facts).name}")


if __name__ == "__main__":
    main()
