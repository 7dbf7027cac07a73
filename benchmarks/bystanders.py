"""A tenant in which few have anything to do with legacy clients: a simulated one among bystanders.

Bystanders work, mistype passwords, are prompted and are stopped by policies like everybody else;
they have no legacy client, no move and no rights.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.scenarios import ordinary, passwords, refusals
from benchmarks.scenarios.clients import is_legacy
from benchmarks.scenarios.people import Habits, Register
from benchmarks.scenarios.presence import draw_presence
from benchmarks.scenarios.tenant import simulate
from benchmarks.scenarios.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.scenarios.event import Event
    from benchmarks.scenarios.people import Person

ATTACK = "credential-attack"
CORE_SHARE = 0.068
"""Share of the people who are in the stories, so that about 2 % use legacy clients."""


def simulate_among_bystanders(seed: int, people: int, core_share: float = CORE_SHARE) -> World:
    """A tenant of so many members of staff, of whom few are in the simulator's stories."""
    core = simulate(seed, max(50, round(people * core_share)))
    crowd = _crowd(core, people - len(core.staff))
    others = World(
        seed=seed + 10_000,
        features=core.features,
        window=core.window,
        people=[*core.people, *crowd],
        addresses=core.addresses,
        offices=core.offices,
        guard=core.guard,
    )
    others.__dict__["staff"] = crowd
    draw_presence(others)
    ordinary.live(others)
    passwords.live(others)
    refusals.live(others)
    numbers = {person.number for person in crowd}
    events = [e for e in others.events if e.person in numbers and not is_legacy(e.client)]
    events += _of_nobody(core.events, {person.upn for person in crowd})
    whole = replace(core, people=others.people, events=sorted(events, key=_when))
    whole.workdays = {**core.workdays, **others.workdays}
    whole.stories = {**others.stories, **core.stories}
    return whole


def legacy_share(world: World) -> float:
    """Share of the staff with at least one sign-in by a legacy client of their own."""
    users = {e.person for e in world.events if is_legacy(e.client) and e.cause != ATTACK}
    return len(users & {person.number for person in world.staff}) / len(world.staff)


def _of_nobody(events: list[Event], taken: set[str]) -> Iterator[Event]:
    """The core's events; what was tried as nobody's name is still nobody's."""
    for event in events:
        yield event._replace(name=f"ex.{event.name}") if event.name in taken else event


def _when(event: Event) -> tuple[int, str]:
    return event.at, event.id


def _crowd(core: World, count: int) -> list[Person]:
    """More members of staff, numbered on from the others."""
    register = Register(core.dice("bystanders"), core.addresses, core.features.sites)
    register.go_on(core.people)
    habits = Habits(hybrid=0.3, remote=0.1, was_cloud=1.0, mapi_on=1.0, mapi_off=0.0, renamed=0.0)
    register.staff(count, habits, core.window.start, core.window.end)
    return register.people[len(core.people) :]
