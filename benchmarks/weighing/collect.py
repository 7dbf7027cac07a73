"""Samples of the tuning tenants: triaged once, kept on disk, read back in a second.

The facts are taken where the product itself hands them from ``gather`` to ``judge``.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from unittest import mock

import pandas as pd

import analyzer
from analyzer.case import pipeline
from analyzer.correlate.bundles import KEY
from analyzer.hypotheses import verdicts
from benchmarks.accuracy import tenants
from benchmarks.accuracy.levels import LEVELS, inputs_of
from benchmarks.accuracy.running import ROOT
from benchmarks.accuracy.seeds import TUNING
from benchmarks.accuracy.truth import UNDETERMINED, read_truth
from benchmarks.weighing.samples import Bundle, Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from analyzer.hypotheses.facts import Facts
    from analyzer.hypotheses.verdicts import Judged, Naming
    from benchmarks.accuracy.levels import Level
    from benchmarks.accuracy.truth import Truth

CACHE = tenants.BENCHMARKS / "data" / "weighing"
SEEDS = TUNING[:12]
PEOPLE = 200
"""In each tenant: small ones, since many tenants say more than large ones."""

_NOT_FACTS = ("cli/*", "report/*", "hypotheses/*")
_FACTS = tuple(
    f"hypotheses/{name}.py"
    for name in ("facts", "gather", "inferring", "known", "owners", "supposing")
)


def collect(
    seeds: Sequence[int] = SEEDS,
    people: int | None = PEOPLE,
    levels: Sequence[Level] = LEVELS,
    say: Callable[[str], None] = lambda text: print(text, file=sys.stderr, flush=True),
) -> tuple[Sample, ...]:
    """Samples of these tenants at these levels, from disk where they are still true.

    Args:
        seeds: Tenants; only tuning seeds are taken.
        people: In each tenant, None for as many as its seed says.
        levels: Of evidence.
        say: Called with one short line for each sample that has to be made.

    Raises:
        ValueError: A seed is kept for reporting.
    """
    if strangers := set(seeds) - set(TUNING):
        msg = f"seeds {sorted(strangers)} are not for tuning"
        raise ValueError(msg)
    digest = _facts_digest()
    CACHE.mkdir(parents=True, exist_ok=True)
    samples: list[Sample] = []
    for seed in seeds:
        for level in levels:
            name = f"{seed}-{people or 'any'}-{level.name}"
            path = CACHE / f"{name}-{tenants.simulator_digest()}-{digest}.pickle"
            if not path.exists():
                _make(path, seed, people, level)
                say(f"{seed}: facts at level {level.name}")
                for older in CACHE.glob(f"{name}-*"):
                    if older != path:
                        older.unlink()
            samples.append(pickle.loads(path.read_bytes()))  # noqa: S301 - our own file
    return tuple(samples)


def _facts_digest() -> str:
    """Short digest of everything in the product that the facts can depend on."""
    product = ROOT / "analyzer"
    left_out = {path for pattern in _NOT_FACTS for path in product.glob(pattern)}
    sources = set(product.rglob("*.py")) - left_out | {product / name for name in _FACTS}
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(path.relative_to(product).as_posix().encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def _make(path: Path, seed: int, people: int | None, level: Level) -> None:
    folder = tenants.folder_of(seed, people)
    if not folder.exists():
        tenants.make(seed, people, folder)
    partial = path.with_suffix(".partial")
    partial.write_bytes(pickle.dumps(sample_of(folder, seed, level)))
    partial.replace(path)


def sample_of(folder: Path, seed: int, level: Level) -> Sample:
    """Triage a tenant and keep the facts of its bundles beside their truth."""
    gathered: list[Facts] = []
    users: dict[str, str] = {}

    def judge(facts: Iterable[Facts], naming: Callable[[str], Naming]) -> Judged:
        gathered.extend(facts)
        users.update({key: naming(key).user.lower() for key in {f.person_key for f in gathered}})
        return verdicts.judge(gathered, naming)

    truth = read_truth(folder)
    with (
        mock.patch.object(pipeline, "judge", judge),
        analyzer.Case.load(**inputs_of(folder, level)) as case,
    ):
        causes = _causes(case, gathered, truth)
    return Sample(
        seed=seed,
        level_name=level.name,
        bundles=tuple(
            Bundle(facts, users[facts.person_key], dict(causes[number]))
            for number, facts in enumerate(gathered)
            if causes[number]
        ),
        pairs=frozenset(pair for pair in truth.verdicts if pair[1] != UNDETERMINED),
    )


def _causes(case: analyzer.Case, gathered: list[Facts], truth: Truth) -> dict[int, Counter[str]]:
    """Sign-ins of each bundle by true cause."""
    rows = [(*(getattr(facts, name) for name in KEY), n) for n, facts in enumerate(gathered)]
    numbers = pd.DataFrame(rows, columns=[*KEY, "number"]).astype(dict.fromkeys(KEY, "object"))
    run = case._run
    of_bundle = run.correlated.work.join(run.workspace.push(numbers), on=list(KEY), how="inner")
    table = run.workspace.collect(of_bundle.select("signin_id", "number"))
    causes: dict[int, Counter[str]] = defaultdict(Counter)
    for signin_id, number in zip(table["signin_id"], table["number"], strict=True):
        if event := truth.events.get(signin_id):
            causes[number][event.cause] += 1
    return causes
