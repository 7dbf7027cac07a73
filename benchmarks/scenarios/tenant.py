"""Build a tenant from a seed: who is there, what happens, in which order it is told."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from benchmarks.scenarios import (
    attacks,
    delegates,
    devices,
    ordinary,
    outlooks,
    passwords,
    refusals,
)
from benchmarks.scenarios.exclusions import draw_exclusions
from benchmarks.scenarios.features import draw_features
from benchmarks.scenarios.people import Habits, Register
from benchmarks.scenarios.places import Addresses
from benchmarks.scenarios.policies import Guard, draw_policies
from benchmarks.scenarios.presence import draw_presence
from benchmarks.scenarios.waves import draw_moves
from benchmarks.scenarios.window import draw_window
from benchmarks.scenarios.world import World
from benchmarks.scenarios.writing import write_folder

if TYPE_CHECKING:
    from pathlib import Path

Tenant = World
"""A simulated tenant, its events in the order they happened."""


def simulate(seed: int, people: int | None = None) -> Tenant:
    """Simulate one tenant.

    Args:
        seed: Draws everything; the same seed and size give the same tenant.
        people: Members of staff; by default 200 to 2,000, mostly 200 to 600.
    """
    world = _empty_world(seed, people)
    draw_moves(world)
    draw_presence(world)
    draw_exclusions(world)
    ordinary.live(world)
    lives = outlooks.live(world)
    delegates.live(world, lives)
    devices.live(world)
    passwords.live(world)
    attacks.live(world)
    refusals.live(world)
    world.events.sort(key=lambda event: (event.at, event.id))
    return world


def write(tenant: Tenant, folder: Path) -> None:
    """Write the tenant's sign-ins, exports and truth into ``folder``."""
    write_folder(tenant, folder)


def _empty_world(seed: int, people: int | None) -> World:
    dice = random.Random(f"{seed}/tenant")
    features = draw_features(dice, seed)
    if people is None:
        people = dice.randint(200, 600) if dice.random() < 0.9 else dice.randint(600, 2000)
    window = draw_window(dice, features.weeks)
    addresses = Addresses(random.Random(f"{seed}/addresses"))
    register = Register(random.Random(f"{seed}/people"), addresses, features.sites)
    habits = Habits(
        hybrid=dice.uniform(0.1, 0.5),
        remote=dice.uniform(0.02, 0.2),
        was_cloud=features.was_cloud,
        mapi_on=features.mapi_on,
        mapi_off=features.mapi_off,
        renamed=0.012,
    )
    register.staff(people, habits, window.start, window.end)
    register.others(min(10, 3 + people // 70), min(12, 5 + people // 90), max(2, people // 60))
    guard = Guard(features, window, draw_policies(dice, features))
    offices = [addresses.office(number, site) for number, site in enumerate(features.sites)]
    return World(seed, features, window, register.people, addresses, offices, guard)
