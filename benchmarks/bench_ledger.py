"""Measure the ledger of a store in which many people are named and which is pulled every hour.

Run as ``python -m benchmarks.bench_ledger``; ``--people 2000 --pulls 12`` for a quick look.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.collecting.lacking import Lacking
from analyzer.collecting.retention import Retention
from analyzer.collecting.streams import FAILED_POLICY, of_person
from analyzer.collecting.upkeep import status_of
from analyzer.sources.store.layout import Store
from analyzer.sources.store.ledger import PEOPLE, Slice
from analyzer.sources.store.raw import RawFile
from benchmarks.graph_process import days_ago
from benchmarks.measuring import Measurement, Run, save, table
from tests.graph.guids import guid

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from analyzer.sources.store.spans import Span

PEOPLE_NAMED, PULLS = 20_000, 48
_GROUP = 20
_LAG = timedelta(hours=2)
_HOUR = timedelta(hours=1)
_MIB = 2**20


def fill(store: Store, people: Sequence[str], pulls: int) -> list[float]:
    """Write down what hourly pulls of these people write; seconds of the ledger in each."""
    seconds = []
    begin = days_ago(pulls / 24 + 1)
    for number in range(pulls):
        now = begin + (number + 1) * _HOUR
        start = time.perf_counter()
        _pull(store, people, (max(begin, now - _LAG - _HOUR), now), now)
        seconds.append(time.perf_counter() - start)
    return seconds


def _pull(store: Store, people: Sequence[str], span: Span, now: datetime) -> None:
    ledger = store.ledger
    ledger.ask_all([FAILED_POLICY.name, PEOPLE], [span], now)
    ledger.ask_all(people, [span], now)
    seam = max(span[0], now - _LAG)
    for first in range(0, len(people), _GROUP):
        group = people[first : first + _GROUP]
        parts = [
            Slice(name, piece, is_closed=is_closed)
            for name in group
            for piece, is_closed in (((span[0], seam), True), ((seam, span[1]), False))
            if piece[0] < piece[1]
        ]
        file = RawFile(f"raw/signins/{now:%Y%m%dT%H%M%S}-{first}", 1, "", *span)
        parts[0] = Slice(group[0], parts[0].span, parts[0].is_closed, file, rows=1, requests=1)
        ledger.record(parts, now)
    ledger.record([Slice(FAILED_POLICY.name, span), Slice(PEOPLE, span)], now)


def _timed(work: Callable[[], object]) -> Run:
    begun, cpu = time.perf_counter(), time.process_time()
    work()
    return Run(time.perf_counter() - begun, 0.0, time.process_time() - cpu)


def main() -> None:
    """Fill a ledger, look at it, print and save."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE_NAMED)
    parser.add_argument("--pulls", type=int, default=PULLS)
    arguments = parser.parse_args()
    dice = _dice()
    streams = [of_person(guid(dice)) for _ in range(arguments.people)]
    people = [stream.name for stream in streams]
    with tempfile.TemporaryDirectory() as temporary:
        with Store.create(Path(temporary) / "store") as store:
            seconds = fill(store, people, arguments.pulls)
            size = store.ledger.path.stat().st_size
        with Store.open(Path(temporary) / "store") as store:
            lacking = Lacking(store.ledger, Retention(days_ago(0)), timedelta(minutes=30))
            later = (days_ago(1), days_ago(0))
            looks: dict[str, Callable[[], object]] = {
                "gaps": store.ledger.gaps,
                "gaps again": store.ledger.gaps,
                "status": lambda: status_of(store),
                "what a pull is to read": lambda: lacking.work(streams, later),
            }
            measurements = [Measurement(name, (_timed(work),)) for name, work in looks.items()]
            missing = len(store.ledger.gaps())
    facts: dict[str, object] = {
        "people": arguments.people,
        "pulls": arguments.pulls,
        "CPU seconds": {each.name: round(each.cpu_seconds, 2) for each in measurements},
        "ledger's own seconds in the first pull": round(seconds[0], 2),
        "ledger's own seconds in the last pull": round(seconds[-1], 2),
        "ledger, MiB": round(size / _MIB, 1),
        "gaps (0)": missing,
    }
    print(table(measurements, facts))
    if (arguments.people, arguments.pulls) == (PEOPLE_NAMED, PULLS):
        print(f"saved as benchmarks/results/{save('ledger', measurements, facts).name}")


def _dice() -> random.Random:
    from random import Random  # noqa: PLC0415

    return Random(1)


if __name__ == "__main__":
    main()
