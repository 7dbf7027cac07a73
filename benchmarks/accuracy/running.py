"""Every tenant at every level, each in a process of its own, a few at a time."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.accuracy import outcome, tenants

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.accuracy.levels import Level
    from benchmarks.accuracy.outcome import Outcome

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run.

    Attributes:
        seeds: Tenants.
        people: In each tenant, None for as many as its seed says.
        levels: Of evidence.
        jobs: Tenants at a time.
        keep: Folder for everything the analyzer says, if it is to be kept.
    """

    seeds: tuple[int, ...]
    people: int | None
    levels: tuple[Level, ...]
    jobs: int
    keep: Path | None = None


@dataclass(frozen=True, slots=True)
class NotScored:
    """A tenant that could not be made, or that the analyzer ended with an error on.

    Attributes:
        what: Seed and level.
        error: What the process wrote.
    """

    what: str
    error: str


@dataclass(frozen=True, slots=True)
class Done:
    """Everything that a run came to, in the order of seeds and levels."""

    outcomes: tuple[Outcome, ...]
    not_scored: tuple[NotScored, ...]


class _EndedError(Exception):
    """A process ended with an error."""


def run(plan: Plan, say: Callable[[str], None]) -> Done:
    """Score the plan's tenants; one that cannot be scored does not stop the others.

    Args:
        plan: What to run.
        say: Called with one short line for each tenant and level that is done.
    """
    with ThreadPoolExecutor(max_workers=plan.jobs) as pool:
        running = [pool.submit(_tenant, seed, plan, say) for seed in plan.seeds]
        try:
            each = [one for future in running for one in future.result()]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return Done(
        outcomes=tuple(one for one in each if not isinstance(one, NotScored)),
        not_scored=tuple(one for one in each if isinstance(one, NotScored)),
    )


def _tenant(seed: int, plan: Plan, say: Callable[[str], None]) -> list[Outcome | NotScored]:
    try:
        folder = _made(seed, plan, say)
    except _EndedError as error:
        return [NotScored(f"seed {seed}", str(error))]
    done: list[Outcome | NotScored] = []
    for level in plan.levels:
        try:
            done.append(_level(seed, folder, level, plan, say))
        except _EndedError as error:
            say(f"{seed}: {level.name}, not scored")
            done.append(NotScored(f"seed {seed}, {level.name}", str(error)))
    return done


def _made(seed: int, plan: Plan, say: Callable[[str], None]) -> Path:
    folder = tenants.folder_of(seed, plan.people)
    if not folder.exists():
        people = [] if plan.people is None else ["--people", str(plan.people)]
        _python("benchmarks.accuracy.tenants", str(seed), str(folder), *people)
        say(f"{seed}: simulated")
    return folder


def _level(
    seed: int, folder: Path, level: Level, plan: Plan, say: Callable[[str], None]
) -> Outcome:
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "outcome.json"
        keep = ["--keep", str(plan.keep / f"{seed}-{level.name}")] if plan.keep else []
        _python("benchmarks.accuracy.outcome", str(folder), level.name, str(path), *keep)
        done = outcome.from_json(json.loads(path.read_text(encoding="utf-8")))
    say(f"{seed}: {level.name}, {done.events} sign-ins, {len(done.mistakes)} mistakes")
    return done


def _python(module: str, *arguments: str) -> None:
    command: Sequence[str] = (sys.executable, "-m", module, *arguments)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise _EndedError(done.stderr.strip())
