"""Who is excluded from what blocks legacy clients, from when and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.scenarios.window import DAY, FOREVER

if TYPE_CHECKING:
    from benchmarks.scenarios.world import World


def draw_exclusions(world: World) -> None:
    """Services for good, some movers as a stopgap, and some people nobody remembers why.

    Security defaults know no exclusions.
    """
    if world.features.guard == "security-defaults":
        return
    dice = world.dice("exclusions")
    window, spans = world.window, world.guard.exclusions
    for service in world.of_kind("service")[1:]:
        if dice.random() < 0.35:
            closes = dice.random() < 0.4
            until = round(dice.uniform(window.start, window.end)) if closes else FOREVER
            spans[service.number] = [(0, until)]
            world.note(service.number, "excluded")
    likely_stuck = [
        person
        for person in world.staff
        if world.moved_at(person.number) is not None and not world.uses_mapi(person)
    ]
    some = world.pick(dice, world.staff, world.count("exclusions", 6))
    some += world.pick(dice, likely_stuck, world.count("exclusions", 5))
    for person in some:
        moved = world.moved_at(person.number)
        if moved is None:
            since = 0 if dice.random() < 0.6 else round(dice.uniform(window.start, window.end))
            until = FOREVER if dice.random() < 0.4 else since + dice.randint(4, 20) * DAY
            if since == 0 and until < FOREVER:
                until = round(dice.uniform(window.start, window.end))
        else:
            since = moved + dice.choice((-1, 0, 1, 3)) * DAY
            until = moved + dice.randint(4, 15) * DAY
        spans[person.number] = [(since, until)]
        world.note(person.number, "excluded")
