"""What really happened in a simulated tenant: its truth files, read."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOT_FAILING = frozenset({"success", "legacy-success", "interrupt"})
"""Causes of events that are no failures and lead to no verdict."""

UNDETERMINED = "undetermined"
Pair = tuple[str, str]
"""A person (user principal name, lower case) and a cause: the unit of verdicts."""


@dataclass(frozen=True, slots=True)
class TrueEvent:
    """One sign-in: whose, why it ended as it did, and the story it was written for."""

    user: str
    cause: str
    story: str


@dataclass(frozen=True, slots=True)
class TrueVerdict:
    """What there is to know of one person's one cause."""

    owners: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Truth:
    """Sign-ins by id, and verdicts by person and cause."""

    events: dict[str, TrueEvent]
    verdicts: dict[Pair, TrueVerdict]


def read_truth(folder: Path) -> Truth:
    """Read ``truth/events.csv`` and ``truth/verdicts.csv`` of a tenant's folder."""
    events = {
        row["signin_id"]: TrueEvent(row["user"].lower(), row["cause"], row["story"])
        for row in _rows(folder / "truth" / "events.csv")
    }
    owners: dict[Pair, set[str]] = defaultdict(set)
    statuses: dict[Pair, set[str]] = defaultdict(set)
    for row in _rows(folder / "truth" / "verdicts.csv"):
        pair = row["user"].lower(), row["cause"]
        owners[pair] |= set(names_in(row["owners"]))
        statuses[pair] |= {row["status"]} - {""}
    return Truth(
        events,
        {pair: TrueVerdict(frozenset(owners[pair]), frozenset(statuses[pair])) for pair in owners},
    )


def names_in(text: str) -> list[str]:
    """Names of a cell with several, lower case."""
    return [name.lower() for name in re.split(r"[;,|\s]+", text) if name]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
