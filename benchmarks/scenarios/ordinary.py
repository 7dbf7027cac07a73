"""Ordinary days: what makes an address, a network and a country familiar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import ONEDRIVE, OWA_CHROME, SHAREPOINT
from benchmarks.scenarios.event import Act
from benchmarks.scenarios.places import VPN_NETWORK
from benchmarks.scenarios.window import HOUR
from benchmarks.tenant.world import OUTLOOK_MOBILE, OWA, PORTAL, SYNC, TEAMS, WORD, Place

if TYPE_CHECKING:
    import random

    from benchmarks.scenarios.event import Workday
    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World

NOTHING_FAILS = "other-failure"
TEAMS_ACT = Act("ordinary", NOTHING_FAILS, "teams")
BROWSER_ACT = Act("ordinary", NOTHING_FAILS, "browser")
OFFICE_ACT = Act("ordinary", NOTHING_FAILS, "office")
MOBILE_ACT = Act("ordinary", NOTHING_FAILS, "outlook-mobile")


def live(world: World) -> None:
    """Everybody's normal days; Outlook's are told elsewhere."""
    dice = world.dice("ordinary")
    has_mobile = {person.number for person in world.staff if dice.random() < 0.35}
    tethered = {person.number for person in world.staff if dice.random() < 0.04}
    on_vpn = {person.number for person in world.staff if dice.random() < 0.02}
    for person in world.staff:
        for workday in world.workdays[person.number]:
            if person.number in tethered and workday.desk in person.homes:
                _teams_on_the_phone(world, dice, person, workday)
            else:
                _working_day(world, dice, person, workday)
            if person.number in has_mobile:
                _on_the_phone(world, dice, person, workday)
            if person.number in on_vpn and dice.random() < 0.3:
                _through_a_public_vpn(world, dice, person, workday)
    _directory_sync(world, dice)


def _working_day(world: World, dice: random.Random, person: Person, workday: Workday) -> None:
    desk = workday.desk
    arrives = workday.begins + dice.randint(0, 900)
    world.tries(dice, person, arrives, TEAMS, desk, TEAMS_ACT)
    if dice.random() < 0.7:
        at = world.in_working_hours(dice, workday)
        client = WORD if dice.random() < 0.6 else ONEDRIVE
        world.tries(dice, person, at, client, desk, OFFICE_ACT)
    if dice.random() < 0.5:
        at = world.in_working_hours(dice, workday)
        world.tries(dice, person, at, ONEDRIVE, desk, OFFICE_ACT)
    if dice.random() < 0.6:
        at = world.in_working_hours(dice, workday)
        client = dice.choice((PORTAL, SHAREPOINT, OWA_CHROME))
        if dice.random() < 0.15:
            prompt = dice.choice(("keep-signed-in", "no-session", "keep-signed-in"))
            world.tries(dice, person, at - 8, client, desk, BROWSER_ACT, prompt=prompt)
        world.tries(dice, person, at, client, desk, BROWSER_ACT)
    if dice.random() < 0.4 and world.in_cloud_at(person.number, workday.begins):
        world.tries(dice, person, workday.begins + 5 * HOUR, OWA, desk, BROWSER_ACT)
    if dice.random() < 0.5:
        at = world.in_working_hours(dice, workday)
        world.tries(dice, person, at, TEAMS, desk, TEAMS_ACT)
    if dice.random() < 0.2:
        evening = workday.ends + dice.randint(2 * HOUR, 5 * HOUR)
        place = workday.home
        world.tries(dice, person, evening, PORTAL, place, BROWSER_ACT)


def _teams_on_the_phone(
    world: World, dice: random.Random, person: Person, workday: Workday
) -> None:
    """At home, only old programs use the household's line: it has no success of its own."""
    for _ in range(2):
        at = world.in_working_hours(dice, workday)
        world.tries(dice, person, at, TEAMS, world.addresses.mobile(person.site), TEAMS_ACT)
    world.note(person.number, "quiet-home")


def _on_the_phone(world: World, dice: random.Random, person: Person, workday: Workday) -> None:
    at = workday.begins - dice.randint(300, 5400)
    place = workday.desk if workday.is_trip else world.addresses.mobile(person.site)
    if world.in_cloud_at(person.number, at) and dice.random() < 0.6:
        world.tries(dice, person, at, OUTLOOK_MOBILE, place, MOBILE_ACT)
    if dice.random() < 0.4:
        place = workday.desk if workday.is_trip else world.addresses.mobile(person.site)
        world.tries(dice, person, workday.ends + dice.randint(300, 7200), TEAMS, place, TEAMS_ACT)


def _through_a_public_vpn(
    world: World, dice: random.Random, person: Person, workday: Workday
) -> None:
    """A commercial VPN: another exit each time, in a network where attackers rent too."""
    exit_ = Place(f"100.125.{person.number % 50}.{dice.randrange(1, 30)}", VPN_NETWORK,
                  person.site.country, person.site.state, person.site.city)  # fmt: skip
    at = workday.ends + dice.randint(HOUR, 4 * HOUR)
    world.tries(dice, person, at, PORTAL, exit_, BROWSER_ACT)
    world.note(person.number, "public-vpn")


def _directory_sync(world: World, dice: random.Random) -> None:
    """``ropc`` with a modern client: not legacy (field guide section 3)."""
    account = world.of_kind("service")[0]
    place = world.addresses.data_centre(world.features.sites[0])
    act = Act("directory-sync", NOTHING_FAILS, "sync")
    for at in range(world.window.start, world.window.end, 12 * HOUR):
        world.tries(dice, account, at + dice.randint(0, 600), SYNC, place, act)
