"""Many scenarios of pulls that are killed, side by side, and a table of what came of them."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

from analyzer.collecting.pull import PEOPLE
from analyzer.sources.store.layout import Store
from analyzer.sources.store.ledger import EVERYTHING
from analyzer.sources.store.marks import is_store
from analyzer.sources.store.raw import PARTIAL
from analyzer.sources.store.spans import united
from tests.graph.dataset import make_policies
from tests.graph.server import GraphServer
from tests.soak import pulls
from tests.soak.checks import Held, reported
from tests.soak.world import SINCE, Kill, Scenario, Step, draw

STAGES = ("reading", "renaming", "sorting into days", "between")
_STAGE_OF = {"reading": "reading", "sorting": "sorting into days"}
_PATIENCE_SECONDS = 120.0
_SAID_EVERY_SECONDS = 15.0


@dataclass
class Outcome:
    """What came of one scenario, or of many.

    Attributes:
        runs: Scenarios that were played.
        pulls: Pulls that were begun; ``kills`` those killed, by stage.
        faults: Faults injected, by kind.
        served: Ids that the service had in the end.
        lost: Ids that were asked for and are not there in the end, or no report would see.
        duplicated: Ids that are in the days' files twice, or that nobody asked for.
        silent: Ids missing without a gap, and gaps that a report does not tell.
        broken: What should not happen at all: a crash, or a gap after an undisturbed pull.
    """

    seed: int
    runs: int = 0
    pulls: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    reports: int = 0
    served: int = 0
    lost: int = 0
    duplicated: int = 0
    silent: int = 0
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether all that must be none is none."""
        return not (self.lost or self.duplicated or self.silent or self.broken)

    def add(self, other: Outcome) -> None:
        """Count another one in."""
        self.kills += other.kills
        self.faults += other.faults
        for name in ("runs", "pulls", "reports", "served", "lost", "duplicated", "silent"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.broken += [f"seed {other.seed}: {each}" for each in other.broken]


@dataclass
class Run:
    """A scenario under way."""

    scenario: Scenario
    server: GraphServer
    folder: Path
    outcome: Outcome
    shown: int = 0
    lengths: dict[str | None, float] = field(default_factory=dict)

    def play(self) -> None:
        """Measure a pull that nobody kills, then do all pulls, and check after each."""
        first, *_ = steps = self.scenario.steps
        self._publish(first)
        scratch = self.folder / "measured" / "store"
        scratch.parent.mkdir()
        self._pull(scratch, first, None)
        shutil.rmtree(scratch.parent)
        store = self.folder / "killed" / "store"
        store.parent.mkdir()
        for step in steps[:-1]:
            self._publish(step)
            self._pull(store, step, step.kill)
            if is_store(store):
                self._check(store, Held(store))
        self._publish(steps[-1])
        self._pull(store, steps[-1], None)
        self._check_end(store, steps[-1])

    def _publish(self, step: Step) -> None:
        """Let everything appear that appears until a pull, and some of it once more."""
        until = [record for at, record in self.scenario.records if at <= step.now]
        there = self.server.ids()
        self.server.add_signins([record for record in until if record["id"] not in there])
        newest = sorted(until, key=lambda record: record["createdDateTime"])[-40:]
        for n, record in enumerate(newest[: step.republished * 5 : 5]):
            policy = {"id": f"again-{n}", "displayName": "Again", "result": "failure"}
            self.server.replace_policies_of(record["id"], [policy])
        self.server.faults = step.faults

    def _pull(self, store: Path, step: Step, kill: Kill | None) -> None:
        wish = {**step.wish, "since": step.wish["since"] or self._since(store)}
        is_last = step is self.scenario.steps[-1]
        settings = dict(self.scenario.settings)
        if is_last:  # a busy machine is no fault
            settings["timeout_seconds"] = 30.0
        aim = kill.aim if kill else None
        order = pulls.Order(self.server.url, store, step.now, wish, settings, aim)
        ended = _watched(order, kill, self.lengths)
        if not self.lengths:
            self.lengths = ended.lengths
        self.outcome.pulls += 1
        if ended.code == pulls.CRASHED or (is_last and ended.code != pulls.ENDED):
            self.outcome.broken.append(f"a pull ended with {ended.code}: {ended.error}")
        elif ended.code == -signal.SIGKILL:
            self.outcome.kills[_stage(ended.stage, kill, store)] += 1
        self.outcome.faults += step.faults.injected
        step.faults.injected.clear()

    @staticmethod
    def _since(store: Path) -> datetime | None:
        """What a user must say where the store was killed before it knew anything."""
        if is_store(store):
            with Store.open(store) as held:
                if any(held.ledger.asked(stream) for stream in held.ledger.streams()):
                    return None
        return SINCE

    def _check(self, store: Path, held: Held) -> None:
        rows = {each: self.scenario.rows[each] for each in map(str.lower, self.server.ids())}
        silent = held.silent(rows)
        unread, duplicated = held.unread(), held.duplicated()
        self._count("silent", silent, "missing without a gap")
        self._count("lost", unread, "in no file that a report reads")
        self._count("duplicated", duplicated, "in the days twice")
        gaps = [gap for gap in held.gaps if gap.stream.startswith(EVERYTHING)]
        if self.scenario.reads_report and gaps:
            self.outcome.reports += 1
            is_complete, told = reported(store)
            if is_complete or not all(any(gap.why in text for text in told) for gap in gaps):
                self._count("silent", [str(gap) for gap in gaps], f"not told by a report: {told}")

    def _check_end(self, store: Path, last: Step) -> None:
        held = Held(store)
        self._check(store, held)
        rows = {each: self.scenario.rows[each] for each in map(str.lower, self.server.ids())}
        self.outcome.served = len(rows)
        self._count("lost", sorted(held.lost(rows)), "lost")
        self._count("duplicated", sorted(held.strange(rows)), "asked for by nobody")
        whole = (SINCE + timedelta(hours=5), last.now)
        # Everything, asked for after a triage, goes on where the triage ended.
        main = united([*held.asked.get(EVERYTHING, []), *held.asked.get(PEOPLE, [])])
        # The service's clock, told in whole seconds, may be a second behind.
        closed = (SINCE, last.now - last.wish["lag"] - timedelta(seconds=2))
        if not any(a <= whole[0] and whole[1] <= b for a, b in main):
            self.outcome.broken.append(f"what was asked is forgotten: {main}")
        if held.gaps or held.pending or held.still_open(closed):
            self.outcome.broken.append(
                f"not whole in the end: {held.gaps[:3]}, {len(held.pending)} files pending, "
                f"open {held.still_open(closed)}"
            )
        if self.scenario.reads_report:
            self.outcome.reports += 1
            _, told = reported(store)
            # Between a back-fill and the rest may lie what nobody asked for.
            if any(" was never asked for " not in text for text in told):
                self.outcome.broken.append(f"a report calls a whole store incomplete: {told}")

    def _count(self, what: str, found: Sequence[str], why: str) -> None:
        if found:
            setattr(self.outcome, what, getattr(self.outcome, what) + len(found))
            told = f"after pull {self.outcome.pulls}: {len(found)} {why}: {found[:2]}"
            self.outcome.broken.append(told)


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a process ended: its code, the last stage it told, its error, how long stages took."""

    code: int | None
    stage: str
    error: str
    lengths: dict[str | None, float]


def _watched(order: pulls.Order, kill: Kill | None, usual: dict[str | None, float]) -> _Ended:
    """Start a pull, kill it when its time has come, and wait for its end."""
    told, tells = _context().Pipe(duplex=False)
    process = _context().Process(target=pulls.run, args=(order, tells))
    process.start()
    tells.close()
    begun = time.monotonic()
    kill_at = begun + _PATIENCE_SECONDS
    stages: list[tuple[str, float]] = []
    error = ""
    while True:
        if not told.poll(max(0.0, kill_at - time.monotonic())):
            os.kill(process.pid or 0, signal.SIGKILL)
            break
        text = _received(told)
        if text is None:
            break
        if text.startswith("error "):
            error = text
            continue
        stages.append((text, time.monotonic()))
        if kill and not kill.aim and text == (kill.stage or "opening"):
            kill_at = time.monotonic() + kill.share * usual.get(kill.stage, 0.0)
    process.join()
    while (text := _received(told)) is not None:
        stages.append((text, time.monotonic()))
    told.close()
    if time.monotonic() > begun + _PATIENCE_SECONDS:
        error = f"killed after {_PATIENCE_SECONDS:g} seconds"
        return _Ended(pulls.CRASHED, "", error, {})
    times = [*stages, ("", time.monotonic())]
    lengths: dict[str | None, float] = {a[0]: b[1] - a[1] for a, b in pairwise(times)}
    lengths[None] = times[-1][1] - times[0][1]
    return _Ended(process.exitcode, stages[-1][0] if stages else "", error, lengths)


def _received(told: Connection) -> str | None:
    try:
        return told.recv_bytes().decode()
    except (EOFError, OSError):
        return None


def _stage(stage: str, kill: Kill | None, store: Path) -> str:
    """At what stage a process was killed: the last it told, or a rename, by what is there."""
    if kill and kill.aim:
        return "renaming" if kill.aim.ending != ".parquet" else "sorting into days"
    if stage == "reading":
        with Store.open(store) as held:
            known = {file.path for file in held.ledger.stored()}
        files = (path.relative_to(store).as_posix() for path in store.glob("raw/*/*/*"))
        if any(not name.endswith(PARTIAL) and name not in known for name in files):
            return "renaming"
    return _STAGE_OF.get(stage, "between")


def _context() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.soak.pulls"])
    return context


def play(seed: int) -> Outcome:
    """Play one scenario."""
    scenario = draw(seed)
    outcome = Outcome(seed, runs=1)
    begun = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        with GraphServer([], policies=make_policies()) as server:
            Run(scenario, server, folder, outcome).play()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    outcome.seconds = time.monotonic() - begun
    return outcome


def soak(
    seeds: Sequence[int], jobs: int, *, minutes: float | None = None
) -> tuple[Outcome, list[int]]:
    """Play scenarios side by side; returns all of them counted, and the seeds that failed."""
    total, failed = Outcome(0), []
    begun = said = time.monotonic()
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(play, seed): seed for seed in seeds}
        for future in as_completed(waiting):
            outcome = future.result()
            total.add(outcome)
            if not outcome.is_good:
                failed.append(outcome.seed)
                _say(f"seed {outcome.seed} FAILED: " + "\n  ".join(outcome.broken))
            if time.monotonic() - said > _SAID_EVERY_SECONDS or total.runs == len(seeds):
                said = time.monotonic()
                _say(
                    f"{total.runs} of {len(seeds)} runs, {total.kills.total()} kills, "
                    f"{len(failed)} failed, {said - begun:.0f} s"
                )
            if minutes is not None and time.monotonic() - begun > 60 * minutes:
                pool.shutdown(wait=False, cancel_futures=True)
                break
    total.seconds = time.monotonic() - begun
    return total, sorted(failed)


def table(total: Outcome, failed: Sequence[int]) -> str:
    """What came of all runs."""
    lines: list[tuple[str, Any]] = [
        ("runs", total.runs),
        ("pulls", total.pulls),
        ("kill -9", total.kills.total()),
        *((f"  while {stage}", total.kills[stage]) for stage in STAGES),
        ("faults injected", total.faults.total()),
        *((f"  {kind}", count) for kind, count in sorted(total.faults.items())),
        ("reports read", total.reports),
        ("ids served", total.served),
        ("lost", total.lost),
        ("duplicated", total.duplicated),
        ("silent gaps", total.silent),
        ("runs that failed", len(failed)),
        ("seconds", round(total.seconds)),
    ]
    return "\n".join(f"{name:<24}{value:>10,}" for name, value in lines)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak, and print the table; 1 where anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1, help="of the first run")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, help="begin no further runs after so many")
    parser.add_argument("--only", type=int, help="repeat the run of this seed")
    asked = parser.parse_args(arguments)
    seeds = [asked.only] if asked.only is not None else range(asked.seed, asked.seed + asked.runs)
    total, failed = soak(seeds, asked.jobs, minutes=asked.minutes)
    _say(table(total, failed))
    for seed in failed:
        _say(f"repeat with: python -m tests.soak --only {seed}")
    return 1 if failed else 0
