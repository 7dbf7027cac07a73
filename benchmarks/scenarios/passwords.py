"""People's own mistyped, stale and expired passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import CAPABLE_BUILDS, OWA_CHROME, bundle
from benchmarks.scenarios.devices import cloud_since
from benchmarks.scenarios.event import Act
from benchmarks.scenarios.window import HOUR
from benchmarks.tenant.world import ANDROID, IPHONE, OWA, PORTAL, SMTP, TEAMS

if TYPE_CHECKING:
    import random

    from benchmarks.scenarios.event import Workday
    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World

CAUSE = "wrong-password"
MODERN = ((PORTAL, "browser"), (OWA, "browser"), (OWA_CHROME, "browser"), (TEAMS, "teams"))


def live(world: World) -> None:
    """Let people get their passwords wrong."""
    dice = world.dice("passwords")
    _mistyped(world, dice)
    _after_a_change(world, dice)
    _prompts_of_stuck_outlooks(world, dice)
    _forgotten_in_a_device(world, dice)


def _some_day(world: World, dice: random.Random, person: Person) -> Workday | None:
    days = world.workdays[person.number]
    return dice.choice(days) if days else None


def _mistyped(world: World, dice: random.Random) -> None:
    """Once or twice wrong, then right; some lock themselves out, some come back with a new one."""
    for person in world.pick(dice, world.staff, world.count("passwords", 45)):
        workday = _some_day(world, dice, person)
        if workday is None:
            continue
        client, instance = dice.choice(MODERN)
        roll = dice.random()
        story = "mistyped" if roll < 0.75 else "locked-out" if roll < 0.87 else "expired"
        act = Act(story, CAUSE, instance)
        at = workday.begins + dice.randint(0, 8 * HOUR)
        place = world.place_at(dice, workday, at)
        tries = dice.randint(1, 3) if story != "locked-out" else dice.randint(9, 12)
        trouble = "password-expired" if story == "expired" else "wrong-password"
        for _ in range(tries):
            world.tries(dice, person, at, client, place, act, trouble=trouble)
            at += dice.randint(8, 60)
        if story == "locked-out":
            for _ in range(dice.randint(1, 3)):
                world.tries(dice, person, at, client, place, act, trouble="locked")
                at += dice.randint(20, 300)
            at += HOUR
        if dice.random() < 0.9:
            world.tries(dice, person, at + 15, client, place, act)


def _after_a_change(world: World, dice: random.Random) -> None:
    """The phone goes on with the old password until somebody types the new one in."""
    cloud = [person for person in world.staff if cloud_since(world, person) is not None]
    for person in world.pick(dice, cloud, world.count("passwords", 9)):
        changed = _some_day(world, dice, person)
        if changed is None:
            continue
        client = dice.choice((IPHONE, ANDROID))
        act = Act("stale-on-phone", CAUSE, "stale phone")
        since = max(changed.begins, cloud_since(world, person) or 0)
        until = since + dice.randint(4, 120) * HOUR
        for workday in world.workdays[person.number]:
            for _ in range(dice.randint(2, 5)):
                at = workday.begins + dice.randint(-HOUR, 12 * HOUR)
                if since <= at < until:
                    place = world.addresses.mobile(person.site)
                    if dice.random() < 0.5:
                        place = workday.desk if at < workday.ends else workday.home
                    world.tries(dice, person, at, client, place, act, trouble="wrong-password")


def _prompts_of_stuck_outlooks(world: World, dice: random.Random) -> None:
    """Endless prompts are answered wrongly now and then, in the middle of a reconfiguration."""
    stuck = [
        person
        for person in world.staff
        if {"mover-stuck", "mover-recovered", "mover-stopped"}
        & set(world.stories.get(person.number, ()))
    ]
    for person in world.pick(dice, stuck, len(stuck) // 6):
        moved = world.moved_at(person.number) or 0
        days = [workday for workday in world.workdays[person.number] if workday.begins > moved]
        if not days:
            continue
        workday = days[0]
        clients = bundle("agents", dice.choice(CAPABLE_BUILDS))[2:3]
        act = Act("mistyped-in-prompt", CAUSE, "outlook")
        at = workday.begins + dice.randint(900, 3 * HOUR)
        for _ in range(dice.randint(1, 3)):
            world.round(dice, person, at, clients, workday.desk, act, trouble="wrong-password")
            at += dice.randint(20, 120)


def _forgotten_in_a_device(world: World, dice: random.Random) -> None:
    """A device that nobody told of the new password."""
    place = world.addresses.data_centre(world.features.sites[0])
    for service in world.pick(dice, world.of_kind("service")[1:], 1):
        act = Act("stale-on-device", CAUSE, "stale device")
        at = round(dice.uniform(world.window.start, world.window.end))
        until = at + dice.randint(10, 200) * HOUR
        while at < until:
            world.tries(dice, service, at, SMTP, place, act, trouble="wrong-password")
            at += dice.randint(2 * HOUR, 8 * HOUR)
