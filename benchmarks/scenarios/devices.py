"""Phones, mail protocols, Skype for Business, and scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import (
    ANDROID_MAIL,
    APPLE_MAIL,
    EXCHANGELIB,
    IPAD,
    MAC_MAIL,
    OTHER_POP,
    OTHER_SMTP,
    OUTLOOK_SERVICE,
    REPORTING,
    SKYPE_NEW,
)
from benchmarks.scenarios.event import Act
from benchmarks.scenarios.ordinary import MOBILE_ACT
from benchmarks.scenarios.window import DAY, FOREVER, HOUR
from benchmarks.tenant.world import (
    ANDROID,
    APPLE_MAIL_OAUTH,
    EWS_SCRIPT,
    EWS_UNKNOWN,
    EXO_POWERSHELL,
    IMAP,
    IPHONE,
    OTHER_IMAP,
    OUTLOOK_MOBILE,
    PHONE_CERTIFICATE,
    PHONE_WITHOUT_AGENT,
    POP,
    SKYPE,
    SKYPE_UCC,
    SMTP,
    WINDOWS_MAIL,
)

if TYPE_CHECKING:
    import random

    from benchmarks.scenarios.event import Workday
    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World
    from benchmarks.tenant.world import Client, Place

APPLE = (IPHONE, IPHONE, IPAD)
PHONES = (*APPLE, ANDROID, ANDROID_MAIL, PHONE_WITHOUT_AGENT, PHONE_CERTIFICATE)
PROTOCOLS = (SMTP, SMTP, IMAP, POP, OTHER_IMAP, OTHER_SMTP, OTHER_POP)
SKYPES = (SKYPE, SKYPE_UCC, SKYPE_NEW)
SCRIPTS = (EWS_SCRIPT, EWS_SCRIPT, EXCHANGELIB, REPORTING, EWS_UNKNOWN)
PEOPLES_PROGRAMS = (MAC_MAIL, WINDOWS_MAIL, OUTLOOK_SERVICE, EXO_POWERSHELL, EWS_SCRIPT)


def live(world: World) -> None:
    """Let every other program of the organisation's own try its password."""
    _phones(world, world.dice("phones"))
    _protocols(world, world.dice("protocols"))
    _skype(world, world.dice("skype"))
    _applications(world, world.dice("applications"))


def cloud_since(world: World, person: Person) -> int | None:
    """From when on a program of the person meets Exchange Online; None for never."""
    return 0 if person.was_cloud else world.moved_at(person.number)


def _in_cloud(world: World) -> list[Person]:
    return [person for person in world.staff if cloud_since(world, person) is not None]


def _until(world: World, dice: random.Random, since: int, goes_on: float) -> int:
    """When somebody puts an end to it, for those who do."""
    if dice.random() < goes_on:
        return FOREVER
    return round(dice.uniform(max(since, world.window.start) + DAY, world.window.end))


def _phones(world: World, dice: random.Random) -> None:
    """Native mail follows to the cloud with its old password; some are added again with OAuth."""
    for person in world.pick(dice, _in_cloud(world), world.count("phones", 24)):
        _phone(world, dice, person, "phone")
        if dice.random() < 0.12:
            _phone(world, dice, person, "second phone")
    for person in world.pick(dice, _in_cloud(world), world.count("phones", 10)):
        act = Act("phone-with-oauth", "other-failure", "phone-with-oauth")
        for workday in world.workdays[person.number]:
            at = workday.begins - dice.randint(300, HOUR)
            if world.in_cloud_at(person.number, at):
                place = _on_the_move(world, dice, person, workday)
                world.tries(dice, person, at, APPLE_MAIL_OAUTH, place, act)


def _phone(world: World, dice: random.Random, person: Person, instance: str) -> None:
    client = dice.choice(PHONES)
    since = (cloud_since(world, person) or 0) + dice.randint(300, 3 * HOUR)
    until = _until(world, dice, since, 0.6)
    lies = dice.random() < 0.7
    act = Act("phone", "native-activesync", instance)
    ends = dice.choice(("removed", "oauth", "outlook-mobile"))
    for workday in world.workdays[person.number]:
        for _ in range(dice.randint(1, 4)):
            at = workday.begins + dice.randint(-2 * HOUR, 12 * HOUR)
            place = _on_the_move(world, dice, person, workday)
            if since <= at < until:
                world.tries(dice, person, at, client, place, act, lies=lies)
        at = workday.begins - dice.randint(600, HOUR)
        if at >= until and ends == "oauth" and client in APPLE:
            modern = dice.choice((APPLE_MAIL_OAUTH, APPLE_MAIL))
            place = _on_the_move(world, dice, person, workday)
            world.tries(dice, person, at, modern, place, act)
        elif at >= until and ends == "outlook-mobile":
            place = _on_the_move(world, dice, person, workday)
            world.tries(dice, person, at, OUTLOOK_MOBILE, place, MOBILE_ACT)


def _on_the_move(world: World, dice: random.Random, person: Person, workday: Workday) -> Place:
    if workday.is_trip:
        return workday.desk
    roll = dice.random()
    if roll < 0.5:
        return world.addresses.mobile(person.site)
    return workday.desk if roll < 0.75 else workday.home


def _protocols(world: World, dice: random.Random) -> None:
    """Printers and applications day and night; a few people with an IMAP program."""
    services = world.of_kind("service")[1:]
    data_centre = world.addresses.data_centre(world.features.sites[0])
    for service in world.pick(dice, services, max(2, len(services) // 2)):
        place = data_centre if dice.random() < 0.7 else dice.choice(world.offices)
        act = Act("device-mail", "mail-protocol", "device")
        client, until = dice.choice(PROTOCOLS), _until(world, dice, 0, 0.8)
        _run(world, dice, service, client, place, act, dice.uniform(3, 12), until)
    for person in world.pick(dice, _in_cloud(world), world.count("protocols", 7)):
        client = dice.choice((IMAP, IMAP, POP, OTHER_IMAP, SMTP))
        since = cloud_since(world, person) or 0
        _personal(world, dice, person, client, since,
                  Act("imap-program", "mail-protocol", "imap"))  # fmt: skip


def _skype(world: World, dice: random.Random) -> None:
    """Falls back to a password on EWS from the move on (field guide section 3)."""
    movers = [person for person in world.staff if world.moved_at(person.number) is not None]
    for person in world.pick(dice, movers, world.count("skype", 8)):
        act = Act("skype", "skype-for-business", "skype")
        since = world.moved_at(person.number) or 0
        _personal(world, dice, person, dice.choice(SKYPES), since, act)


def _applications(world: World, dice: random.Random) -> None:
    """Scripts of service accounts, and programs of people that are no Outlook."""
    services = world.of_kind("service")[1:]
    data_centre = world.addresses.data_centre(world.features.sites[0])
    for service in world.pick(dice, services, max(2, len(services) // 3)):
        act = Act("script", "legacy-application", "script")
        until = _until(world, dice, 0, 0.75)
        client = dice.choice(SCRIPTS)
        _run(world, dice, service, client, data_centre, act, dice.uniform(4, 24), until)
    for person in world.pick(dice, _in_cloud(world), world.count("applications", 5)):
        since = cloud_since(world, person) or 0
        act = Act("program-of-a-person", "legacy-application", "program")
        _personal(world, dice, person, dice.choice(PEOPLES_PROGRAMS), since, act)


def _run(
    world: World,
    dice: random.Random,
    service: Person,
    client: Client,
    place: Place,
    act: Act,
    every_hours: float,
    until: int,
) -> None:
    at = world.window.start + dice.randint(0, 6 * HOUR)
    while at < min(until, world.window.end):
        world.tries(dice, service, at, client, place, act)
        at += round(every_hours * HOUR * dice.uniform(0.7, 1.3))


def _personal(
    world: World, dice: random.Random, person: Person, client: Client, since: int, act: Act
) -> None:
    until = _until(world, dice, since, 0.6)
    times = dice.randint(1, 4)
    for workday in world.workdays[person.number]:
        for _ in range(times):
            at = world.in_working_hours(dice, workday)
            if since <= at < until:
                world.tries(dice, person, at, client, workday.desk, act)
