"""The migration: which mailboxes move in which wave, and requests that move nothing."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle
from typing import TYPE_CHECKING

from benchmarks.scenarios.evidence_model import Move
from benchmarks.scenarios.window import DAY, SATURDAY, local

if TYPE_CHECKING:
    import random

    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World

RETENTION_DAYS = 30
NO_CUTOVERS = ("archive", "failed", "synced", "intra", "offboarding")


def draw_moves(world: World) -> None:
    """Let the waves bring their mailboxes to the cloud."""
    dice = world.dice("waves")
    features = world.features
    waiting = [person for person in world.staff if not person.was_cloud]
    dice.shuffle(waiting)
    movers = waiting[: round(features.mover_share * len(world.staff))]
    movers += [person for person in world.of_kind("shared") if dice.random() < 0.75]
    evenings = _evenings(world, dice)
    waves: list[list[Person]] = [[] for _ in evenings]
    for person in movers:
        waves[min(int(dice.triangular(0, len(evenings), len(evenings) * 0.6)), len(evenings) - 1)
              ].append(person)  # fmt: skip
    for number, (evening, members) in enumerate(zip(evenings, waves, strict=True), 1):
        _move(world, dice, f"Wave {number}", evening, members)
    stayers = waiting[len(movers) :]
    fates = dice.sample(NO_CUTOVERS, len(NO_CUTOVERS))
    some = world.pick(dice, stayers, max(3, len(world.staff) // 70))
    for fate, person in zip(cycle(fates), some, strict=False):
        at = local(features.sites[0].zone, world.window.day(dice.uniform(0.1, 0.8)), 20)
        _record(world, Move(person.number, at, "Odds and ends", fate, True))
        world.note(person.number, f"no-cutover-{fate}")


def _evenings(world: World, dice: random.Random) -> list[date]:
    """One working-day evening a wave."""
    count = world.features.wave_count
    window = world.window
    if world.features.phase == "after":
        days = [window.first + timedelta(days=dice.randint(-12, 4)) for _ in range(count)]
    elif world.features.phase == "before":
        days = [window.day(dice.uniform(0.8, 0.9))]
    else:
        days = [window.day(0.08 + 0.75 * (n + dice.random() * 0.8) / count) for n in range(count)]
    return sorted(day - timedelta(days=max(0, day.weekday() - SATURDAY + 1)) for day in days)


def _move(
    world: World, dice: random.Random, wave: str, evening: date, members: list[Person]
) -> None:
    zone = world.features.sites[0].zone
    at = local(zone, evening, dice.uniform(18, 21.5))
    name = f"{wave} - {dice.choice(('Pilot', 'Finance', 'Sales', 'Floor 3', 'North'))}"
    for person in members:
        at += dice.randint(5, 240)
        fate = "warning" if dice.random() < 0.06 else "completed"
        _record(world, Move(person.number, at, name, fate, True))


def _record(world: World, move: Move) -> None:
    """Exchange purges a request after 30 days; some admins export in time."""
    exported_at = world.window.end + world.features.exported_after_days * DAY
    is_kept = world.features.keeps_records or move.at > exported_at - RETENTION_DAYS * DAY
    world.moves[move.person] = Move(move.person, move.at, move.wave, move.fate, is_kept)
