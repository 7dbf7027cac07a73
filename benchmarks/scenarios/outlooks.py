"""Every Outlook of a cloud mailbox: the ones that moved well, the stuck, the old ones."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import (
    BUNDLE_STYLES,
    CAPABLE_BUILDS,
    MAC_OUTLOOK,
    MAC_OUTLOOK_2011,
    MAC_OUTLOOK_MODERN,
    OLD_BUILDS,
    bundle,
    modern_outlook,
)
from benchmarks.scenarios.event import Act
from benchmarks.scenarios.window import DAY, FOREVER, HOUR

if TYPE_CHECKING:
    import random

    from benchmarks.scenarios.event import Workday
    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World
    from benchmarks.tenant.world import Client

RECONFIGURATION = "outlook-reconfiguration"
LEGACY_OUTLOOK = "legacy-outlook"
ROUND_SECONDS = 90
WATCHED_DAYS = 6
"""How long a log must see an old Outlook fail before a move, for anybody to know it as old."""
OLD = ("outlook-2010", "outlook-set-to-basic") * 3 + ("mac-outlook-2011",)
"""What Outlooks that cannot do modern authentication are, in proportion."""
STUCK = ("mover-stuck", "mover-recovered", "mover-stopped")


@dataclass(frozen=True, slots=True)
class Life:
    """What becomes of one person's Outlook; spans in seconds since 1970.

    Attributes:
        stuck_from: First instant it is turned away; ``stuck_until`` the last.
        modern_from: When it has begun to use modern authentication; ``FOREVER`` for never.
        rounds: How often a day it asks while stuck.
    """

    story: str
    cause: str
    clients: tuple[Client, ...]
    build: tuple[str, str]
    stuck_from: int
    stuck_until: int
    modern_from: int
    rounds: int
    asks_at_night: bool = False

    def is_stuck_at(self, at: int) -> bool:
        """Whether a round that begins at an instant is turned away to its end."""
        return self.stuck_from <= at < self.stuck_until - ROUND_SECONDS


def live(world: World) -> dict[int, Life]:
    """Let every Outlook ask for its mail; tell what became of each."""
    dice = world.dice("outlooks")
    old = _cast_old_outlooks(world, world.dice("old outlooks"))
    lives = {}
    for person in world.staff:
        life = old.get(person.number) or _life(world, dice, person)
        if life:
            lives[person.number] = life
            use(world, dice, person, life)
            if life.story in STUCK and dice.random() < 0.06:
                _second_computer(world, dice, person, life)
    return lives


def _life(world: World, dice: random.Random, person: Person) -> Life | None:
    """An Outlook that can do modern authentication; None while its mailbox is on-premises."""
    build = dice.choice(CAPABLE_BUILDS)
    clients = bundle(dice.choice(BUNDLE_STYLES), build)
    moved = 0 if person.was_cloud else world.moved_at(person.number)
    if moved is None:
        return None
    story, until, rounds = "modern-outlook", moved, 0
    if moved and dice.random() < 0.025:
        return _mac(dice, moved)
    if moved and world.uses_mapi(person):
        story = "mover-mapi"
        if dice.random() < 0.15:
            story, until, rounds = "mover-mapi-hiccup", moved + dice.randint(12, 18) * HOUR, 1
    elif moved and dice.random() > world.features.stuck_despite_rpc:
        story = "mover-reconfigured"
    elif moved:
        return _stuck(dice, moved, clients, build)
    return Life(story, RECONFIGURATION, clients, build, moved, until, until, rounds)


def _stuck(
    dice: random.Random, moved: int, clients: tuple[Client, ...], build: tuple[str, str]
) -> Life:
    """Recovers when Outlook is restarted or the profile rebuilt, gives up, or goes on."""
    end = dice.choices(("recovered", "stopped", "ongoing"), (0.45, 0.15, 0.4))[0]
    until = moved + round(dice.lognormvariate(1.3, 0.8) * DAY) + 14 * HOUR
    at_night = dice.random() < 0.2
    rounds = dice.randint(1, 4)
    if end == "ongoing":
        return Life("mover-stuck", RECONFIGURATION, clients, build, moved, FOREVER, FOREVER,
                    rounds, at_night)  # fmt: skip
    modern_from = until if end == "recovered" else FOREVER
    return Life(f"mover-{end}", RECONFIGURATION, clients, build, moved, until, modern_from,
                rounds, at_night)  # fmt: skip


def _second_computer(world: World, dice: random.Random, person: Person, first: Life) -> None:
    """At the same desk, with another build, and repaired on another day."""
    build = dice.choice(CAPABLE_BUILDS)
    clients = bundle(dice.choice(BUNDLE_STYLES), build)
    second = _stuck(dice, first.stuck_from, clients, build)
    use(world, dice, person, second, instance="outlook of the second computer")
    world.note(person.number, "second-computer")


def _mac(dice: random.Random, moved: int) -> Life:
    """Outlook for Mac speaks EWS alone; the one of 2011 cannot do modern authentication."""
    build = CAPABLE_BUILDS[0]
    if dice.random() < 0.4:
        return Life("mac-outlook-2011", LEGACY_OUTLOOK, (MAC_OUTLOOK_2011,), build, moved, FOREVER,
                    FOREVER, 3)  # fmt: skip
    until = moved + dice.randint(1, 12) * DAY
    return Life("mac-outlook", RECONFIGURATION, (MAC_OUTLOOK,), build, moved, until, until, 3)


def _cast_old_outlooks(world: World, dice: random.Random) -> dict[int, Life]:
    """Outlooks that cannot, or are set not to, do modern authentication, since before any move."""
    settled = [person for person in world.staff if world.moved_at(person.number) is None]
    moving = [person for person in world.staff if world.moved_at(person.number) is not None]
    lives = {}
    some = world.pick(dice, settled, world.count("legacy-outlook", 10))
    for story, person in zip(cycle(dice.sample(OLD, len(OLD))), some, strict=False):
        build = dice.choice(OLD_BUILDS if story == "outlook-2010" else CAPABLE_BUILDS)
        clients = bundle(dice.choice(BUNDLE_STYLES), build)
        if story == "mac-outlook-2011":
            clients = (MAC_OUTLOOK_2011,)
        lives[person.number] = _old(world, dice, story, clients, build, 0)
    for person in world.pick(dice, moving, max(1, len(moving) // 50)):
        build = dice.choice(OLD_BUILDS)
        clients = bundle(dice.choice(("agents", "mapi")), build)
        moved = world.moved_at(person.number) or 0
        lives[person.number] = _old(world, dice, "mover-outlook-2010", clients, build, moved)
    for person in world.pick(dice, moving, max(1, len(moving) // 60)):
        moved = world.moved_at(person.number) or 0
        if person.number in lives or moved < world.window.start + WATCHED_DAYS * DAY:
            continue
        build = dice.choice(CAPABLE_BUILDS)
        clients = bundle(dice.choice(BUNDLE_STYLES), build)
        lives[person.number] = _old(world, dice, "blocked-before-move", clients, build, 0)
    return lives


def _old(
    world: World,
    dice: random.Random,
    story: str,
    clients: tuple[Client, ...],
    build: tuple[str, str],
    since: int,
) -> Life:
    until, modern_from = FOREVER, FOREVER
    if story == "outlook-set-to-basic" and dice.random() < 0.25:
        until = modern_from = round(dice.uniform(world.window.start, world.window.end))
    elif dice.random() < 0.15:
        until = round(dice.uniform(world.window.start, world.window.end))
    return Life(story, LEGACY_OUTLOOK, clients, build, since, until, modern_from,
                dice.randint(1, 3))  # fmt: skip


def use(
    world: World,
    dice: random.Random,
    person: Person,
    life: Life,
    owners: tuple[str, ...] | None = None,
    instance: str = "outlook",
) -> None:
    """Let one Outlook ask on every day the person works.

    Args:
        world: Where it happens.
        dice: Chance.
        person: Whose Outlook.
        life: What becomes of it.
        owners: UPNs of the mailboxes that explain failures; the person's own by default.
        instance: Which computer's Outlook.
    """
    if owners is None:
        owners = (person.upn,) if life.cause == RECONFIGURATION else ()
    act = Act(life.story, life.cause, instance, owners)
    if life.asks_at_night and life.stuck_from:
        _first_night(world, dice, person, life, act)
    for workday in world.workdays[person.number]:
        _one_day(world, dice, person, workday, life, act)
    world.note(person.number, life.story)


def _first_night(world: World, dice: random.Random, person: Person, life: Life, act: Act) -> None:
    """The computer was left on when the mailbox moved."""
    place = world.offices[person.office] if person.works == "office" else person.homes[0]
    at = life.stuck_from
    for _ in range(dice.randint(1, 4)):
        at += dice.randint(60, 2 * HOUR)
        if life.is_stuck_at(at):
            world.round(dice, person, at, life.clients, place, act)


def _one_day(
    world: World, dice: random.Random, person: Person, workday: Workday, life: Life, act: Act
) -> None:
    for number in range(life.rounds):
        at = workday.begins + 600 if not number else world.in_working_hours(dice, workday)
        if number == 2 and dice.random() < 0.3:
            at = workday.ends + dice.randint(HOUR, 4 * HOUR)
        at += dice.randint(0, 900)
        if life.is_stuck_at(at):
            place = world.place_at(dice, workday, at)
            world.round(dice, person, at, life.clients, place, act)
    for _ in range(1 + (dice.random() < 0.3)):
        at = world.in_working_hours(dice, workday)
        if at >= life.modern_from:
            is_mac = life.clients[0] is MAC_OUTLOOK
            client = MAC_OUTLOOK_MODERN if is_mac else modern_outlook(dice, life.build)
            world.tries(dice, person, at, client, workday.desk, act)
