"""One scenario, drawn from a seed: what the service holds, when it shows it, and each pull."""

from __future__ import annotations

import dataclasses
import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.graph.dataset import make_signins
from tests.graph.faults import VARIANTS, Faults
from tests.pulling import names_its_person

HOUR = timedelta(hours=1)
BEGIN = datetime(2026, 3, 9, tzinfo=UTC)
"""Since when sign-ins are there; pulls begin a day later, back-fills reach into that day."""
SINCE = BEGIN + 24 * HOUR
_FIRST_NOW = SINCE + 44 * HOUR


@dataclass(frozen=True, slots=True)
class Row:
    """A sign-in as the checks need it."""

    id: str
    at: datetime
    person: str
    name: str
    client: str
    has_failed_policy: bool
    names_person: bool


@dataclass(frozen=True, slots=True)
class Aim:
    """Killed at a rename: the how-manieth, to which kind of name, before it or after."""

    ending: str
    nth: int
    is_before: bool


@dataclass(frozen=True, slots=True)
class Kill:
    """When a pull is killed: at a rename, or at a share of the time a stage or all of it takes."""

    stage: str | None = None
    share: float = 0.0
    aim: Aim | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One pull.

    Attributes:
        now: What it takes for the time of day.
        wish: Its wish, as keywords; ``since`` None goes on.
        kill: When it is killed; None lets it end.
        faults: What the service does to it.
        republished: Sign-ins that are published again before it, with another policy.
    """

    now: datetime
    wish: dict[str, Any]
    kill: Kill | None
    faults: Faults
    republished: int = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A tenant and the pulls of it.

    Attributes:
        seed: What it was drawn from.
        records: Sign-ins in full, with the instant each appears.
        rows: The same by id, as the checks need them.
        steps: Pulls in order; the last is not disturbed.
        settings: Of every pull: page size, pages of a window, timeout, looking ahead.
        reads_report: Whether reports are made and read, too.
    """

    seed: int
    records: list[tuple[datetime, dict[str, Any]]]
    rows: dict[str, Row]
    steps: list[Step]
    settings: dict[str, Any]
    reads_report: bool


def draw(seed: int) -> Scenario:
    """Draw a scenario."""
    rng = random.Random(seed)  # noqa: S311
    shortest_lag = rng.choice((1, 2)) * HOUR
    nows = [_FIRST_NOW]
    for _ in range(rng.choices((1, 2, 3, 4), (5, 3, 1, 1))[0]):
        nows.append(nows[-1] + rng.choice((0.0, 0.2, 1.0, 3.0, 20.0)) * HOUR)
    signins = make_signins(
        rng.randint(200, 1500),
        people=rng.choice((15, 40, 80)),
        start=BEGIN,
        end=nows[-1],
        seed=seed,
        legacy_share=rng.choice((0.03, 0.08, 0.15)),
    )
    late_share = rng.choice((0.0, 0.2, 0.6))
    records = []
    for each in signins:
        delay = rng.random() * 0.95 * shortest_lag if rng.random() < late_share else timedelta(0)
        records.append((datetime.fromisoformat(each["createdDateTime"]) + delay, each))
    rows = {each["id"].lower(): _row(each) for each in signins}
    plans = rng.choice((["full"], ["full"], ["triage"], ["triage"], ["triage", "full"]))
    steps = [
        _step(rng, seed * 10 + n, now, plans, shortest_lag, list(rows.values()))
        for n, now in enumerate(nows[:-1])
    ]
    last = {**steps[0].wish, "plan": plans[-1], "since": None, "until": None, "lag": 2 * HOUR}
    last.update(workers=4, give_up_seconds=60.0)
    steps.append(Step(nows[-1] + 9 * HOUR, last, None, Faults.none()))
    settings = {
        "page_size": rng.choice((20, 50, 100, 400)),
        "pages_wanted": rng.choice((2, 6, 40)),
        "timeout_seconds": 0.3,
        "looks_ahead": rng.random() < 0.2,
    }
    return Scenario(seed, records, rows, steps, settings, reads_report=rng.random() < 0.15)


def _row(signin: dict[str, Any]) -> Row:
    return Row(
        signin["id"].lower(),
        datetime.fromisoformat(signin["createdDateTime"]),
        signin["userId"].lower(),
        signin["userPrincipalName"].lower(),
        signin["clientAppUsed"].lower(),
        signin["conditionalAccessStatus"] == "failure",
        names_its_person(signin),
    )


def _step(
    rng: random.Random,
    seed: int,
    now: datetime,
    plans: list[str],
    shortest_lag: timedelta,
    rows: list[Row],
) -> Step:
    wish: dict[str, Any] = {
        "plan": rng.choice(plans),
        "since": rng.choice((None, None, SINCE, SINCE + 5 * HOUR)),
        "until": None,
        "lag": rng.choice((shortest_lag, shortest_lag, shortest_lag + HOUR, 6 * HOUR)),
        "overlap": rng.choice((0.0, 0.5, 4.0)) * HOUR,
        "workers": rng.choice((1, 2, 4, 8)),
        "give_up_seconds": rng.choice((0.2, 0.5, 1.5)),
    }
    if rng.random() < 0.2:  # a bounded back-fill
        wish["since"] = BEGIN + rng.randint(0, 12) * HOUR
        wish["until"] = wish["since"] + rng.randint(1, 20) * HOUR
    if wish["plan"] == "triage" and rng.random() < 0.3:
        movers = rng.sample(rows, 3)
        wish["mover_ids"] = frozenset(row.person for row in movers[:2])
        wish["mover_names"] = frozenset((movers[2].name,))
    return Step(now, wish, _kill(rng), _faults(rng, seed), rng.choice((0, 0, 2, 6)))


def _kill(rng: random.Random) -> Kill | None:
    chance = rng.random()
    if chance < 0.5:
        return Kill(share=rng.random())
    if chance < 0.7:
        return Kill(stage=rng.choice(("sorting", "opening", "opening")), share=rng.random())
    if chance < 0.95:
        ending, most = rng.choice(((".jsonl.gz", 12), (".parquet", 3)))
        return Kill(aim=Aim(ending, rng.randint(1, most), is_before=rng.random() < 0.3))
    return None


def _faults(rng: random.Random, seed: int) -> Faults:
    chance = rng.random()
    if chance < 0.1:
        faults = Faults.none()
    elif chance < 0.2:
        kind = rng.choice(sorted(VARIANTS.keys() - {"stalled", "slow", "forbidden"}))
        faults = Faults(seed=seed, **{kind: 0.9})  # type: ignore[arg-type]
    else:
        faults = Faults.mixed(seed, rng.choice((0.05, 0.15, 0.3, 0.5)))
        faults.forbidden = rng.choice((0.0, 0.0, 0.01))
    return dataclasses.replace(faults, retry_after_seconds=0, stall_seconds=0.4, slow_seconds=0.05)
