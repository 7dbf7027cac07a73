"""Mistakes as developers read them: all in a CSV, the frequent ones in the report."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.accuracy.markdown import table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.accuracy.outcome import Outcome

COLUMNS = (
    "level",
    "seed",
    "unit",
    "user",
    "story",
    "truth_cause",
    "predicted_cause",
    "confidence",
    "events",
)


class _Key(NamedTuple):
    level: str
    truth: str
    story: str
    said: str


_SHOWN = 12
_EXAMPLES = 3


def write_mistakes(outcomes: Sequence[Outcome], path: Path) -> None:
    """Write every mistake of the analyzer as CSV, the widest first at each level and seed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for outcome in outcomes:
            for wrong in sorted(outcome.mistakes, key=lambda m: (m.unit, -m.events, m.user)):
                confidence = "" if wrong.confidence is None else f"{wrong.confidence:.4f}"
                writer.writerow(
                    (
                        outcome.level,
                        outcome.seed,
                        wrong.unit,
                        wrong.user,
                        wrong.story,
                        wrong.truth_cause,
                        wrong.predicted_cause,
                        confidence,
                        wrong.events,
                    )
                )


def frequent(outcomes: Sequence[Outcome]) -> str:
    """The most frequent mistakes of each level, with whom to look at; not owners, who are many."""
    people: dict[_Key, dict[str, None]] = defaultdict(dict)
    events: dict[_Key, int] = defaultdict(int)
    for outcome in outcomes:
        for wrong in outcome.mistakes:
            if wrong.unit == "owner":
                continue
            key = _Key(outcome.level, wrong.truth_cause, wrong.story, wrong.predicted_cause)
            people[key][f"{outcome.seed} {wrong.user}"] = None
            events[key] += wrong.events if wrong.unit == "events" else 0
    rows = []
    for level in dict.fromkeys(outcome.level for outcome in outcomes):
        own = sorted(
            (key for key in people if key.level == level),
            key=lambda key: (-len(people[key]), -events[key], key),
        )
        rows += [
            (
                *key,
                ", ".join(list(people[key])[:_EXAMPLES]),
                f"{len(people[key]):,}",
                f"{events[key]:,}",
            )
            for key in own[:_SHOWN]
        ]
    header = ("level", "truth", "story", "said", "examples (seed, person)", "people", "events")
    return table(header, rows, words=5)
