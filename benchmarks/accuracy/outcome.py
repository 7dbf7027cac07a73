"""One tenant scored at one level: run in a process of its own, handed back as JSON."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.accuracy import baselines, counts
from benchmarks.accuracy.levels import LEVEL_BY_NAME, lacking
from benchmarks.accuracy.predicted import predict
from benchmarks.accuracy.scoring import Mistake, score
from benchmarks.accuracy.truth import read_truth

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.accuracy.counts import Counts
    from benchmarks.accuracy.levels import Level
    from benchmarks.accuracy.predicted import Prediction

ANALYZER = "analyzer"
METHODS: dict[str, Callable[[Prediction], Prediction]] = {
    ANALYZER: lambda prediction: prediction,
    "client app only": baselines.client_app_only,
    "every legacy failure is an attack": baselines.every_legacy_failure_is_an_attack,
}
"""Who answers: the analyzer, and the two baselines, which see the same log."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one tenant at one level came to.

    Attributes:
        seed: Of the tenant.
        people: In the tenant.
        events: Sign-ins in the truth.
        level: Name of the level.
        lacking: Evidence that the tenant does not have at any level.
        counts: By method.
        mistakes: The analyzer's.
    """

    seed: int
    people: int
    events: int
    level: str
    lacking: tuple[str, ...]
    counts: dict[str, Counts]
    mistakes: tuple[Mistake, ...]


def outcome_of(folder: Path, level: Level, *, keep: Path | None = None) -> Outcome:
    """Triage a tenant and score the answer and the baselines."""
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    truth = read_truth(folder)
    prediction = predict(folder, level, keep=keep)
    scores = {name: score(truth, say(prediction), level) for name, say in METHODS.items()}
    return Outcome(
        seed=about["seed"],
        people=about["people"],
        events=len(truth.events),
        level=level.name,
        lacking=tuple(lacking(folder)),
        counts={name: scored.counts for name, scored in scores.items()},
        mistakes=scores[ANALYZER].mistakes,
    )


def to_json(outcome: Outcome) -> dict[str, Any]:
    """Outcome as JSON values."""
    return asdict(outcome)


def from_json(value: Mapping[str, Any]) -> Outcome:
    """Outcome from :func:`to_json`'s values."""
    return Outcome(
        **{
            **value,
            "lacking": tuple(value["lacking"]),
            "counts": {name: counts.from_json(each) for name, each in value["counts"].items()},
            "mistakes": tuple(Mistake(**mistake) for mistake in value["mistakes"]),
        }
    )


def main() -> None:
    """Score one tenant at one level and write the outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("level", choices=list(LEVEL_BY_NAME))
    parser.add_argument("output", type=Path)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    outcome = outcome_of(arguments.folder, LEVEL_BY_NAME[arguments.level], keep=arguments.keep)
    arguments.output.write_text(json.dumps(to_json(outcome)), encoding="utf-8")


if __name__ == "__main__":
    main()
