"""Modern clients that a policy stops, prompts, guests, and failures of other kinds."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import OWA_CHROME, SHAREPOINT, is_legacy
from benchmarks.scenarios.event import PROMPTS, Act
from benchmarks.scenarios.places import FORBIDDEN_TRAVEL
from benchmarks.scenarios.window import DAY, HOUR
from benchmarks.tenant.world import OUTLOOK_MOBILE, OWA, PORTAL, TEAMS, WORD

if TYPE_CHECKING:
    import random

    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World

OTHER_POLICY = "other-policy"
OTHER_FAILURE = "other-failure"
# Policy, code, programs it stops. 53000 device not compliant, 53001 not joined, 53004 enrolment.
STOPS = (
    ("device", 53000, (WORD, TEAMS)),
    ("device", 53001, (OWA, SHAREPOINT)),
    ("mfa", 53004, (PORTAL, OWA_CHROME)),
)


def live(world: World) -> None:
    """Everything that is turned away and is no legacy client."""
    if world.guard.policies:
        _stopped_by_policy(world, world.dice("refusals"))
        _forbidden_countries(world, world.dice("forbidden"))
    _failures(world, world.dice("failures"))
    _guests(world, world.dice("guests"))
    _prompts(world, world.dice("prompts"))


def _stopped_by_policy(world: World, dice: random.Random) -> None:
    for person in world.pick(dice, world.staff, world.count("refusals", 8)):
        policy, code, programs = dice.choice(STOPS)
        client = dice.choice(programs)
        act = Act(f"stopped-by-{policy}", OTHER_POLICY, "unmanaged computer")
        since = round(dice.uniform(world.window.start, world.window.end - 2 * DAY))
        until = since + dice.randint(1, 20) * DAY
        is_solved = dice.random() < 0.4
        for workday in world.workdays[person.number]:
            at = world.in_working_hours(dice, workday)
            place = workday.home if dice.random() < 0.5 else workday.desk
            if since <= at < until:
                for _ in range(dice.randint(1, 3)):
                    world.tries(dice, person, at, client, place, act, refused=(policy, code))
                    at += dice.randint(10, 900)
            elif at >= until and is_solved:
                world.tries(dice, person, at, client, place, act)


def _forbidden_countries(world: World, dice: random.Random) -> None:
    """Travellers to a blocked country are stopped there; their phones and Teams as well."""
    if "country" not in world.guard.policies:
        return
    act = Act("blocked-country", OTHER_POLICY, "browser")
    where = dice.choice(FORBIDDEN_TRAVEL)
    for person in world.pick(dice, world.staff, world.count("refusals", 1.5)):
        place = world.addresses.hotel(where)
        at = round(dice.uniform(world.window.start, world.window.end - 3 * DAY))
        for _ in range(dice.randint(2, 7)):
            world.tries(dice, person, at, dice.choice((OWA, OUTLOOK_MOBILE)), place, act,
                        refused=("country", 53003))  # fmt: skip
            at += dice.randint(60, 8 * HOUR)
    _stop_travellers(world)


def _stop_travellers(world: World) -> None:
    """Let nobody in from a forbidden country.

    Old programs stay at home there: a blocked one from where nobody is ever let in could be told
    from a stranger's by no log.
    """
    countries = {country for country, _, _ in FORBIDDEN_TRAVEL}
    refused = world.guard.refused("country", 53003)
    kept = []
    for event in world.events:
        if event.place.country not in countries:
            kept.append(event)
        elif not is_legacy(event.client):
            if event.cause == "success":
                event = event._replace(  # noqa: PLW2901 - the same sign-in, stopped
                    outcome=refused, cause=OTHER_POLICY, story="blocked-country"
                )
            kept.append(event)
            world.note(event.person, "blocked-country")
    world.events[:] = kept


def _failures(world: World, dice: random.Random) -> None:
    """Disabled accounts, programs nobody was assigned to, resources that are not there."""
    troubles = ("disabled", "not-assigned", "no-such-resource", "no-such-app", "app-secret")
    others = cycle(dice.sample(troubles[1:], len(troubles) - 1))
    some = world.pick(dice, world.staff, world.count("failures", 8))
    for trouble, person in zip(others, some, strict=False):
        act = Act(trouble, OTHER_FAILURE, "broken program")
        for workday in world.workdays[person.number][:: dice.randint(2, 9)]:
            at = world.in_working_hours(dice, workday)
            client = dice.choice((PORTAL, SHAREPOINT, TEAMS))
            world.tries(dice, person, at, client, workday.desk, act, trouble=trouble)
    for person in world.pick(dice, world.staff, 2):
        _leaver(world, dice, person)


def _leaver(world: World, dice: random.Random, person: Person) -> None:
    """The account is disabled; the phone does not know, and nothing else signs in."""
    left_at = round(dice.uniform(world.window.start, world.window.end))
    world.events[:] = [
        event for event in world.events if event.person != person.number or event.at < left_at
        or event.cause == "credential-attack"
    ]  # fmt: skip
    act = Act("leaver", OTHER_FAILURE, "teams")
    for workday in world.workdays[person.number]:
        at = world.in_working_hours(dice, workday)
        if left_at <= at < left_at + 12 * DAY:
            place = world.addresses.mobile(person.site)
            world.tries(dice, person, at, TEAMS, place, act, trouble="disabled")


def _guests(world: World, dice: random.Random) -> None:
    """People of another organisation; some the tenant does not know."""
    for guest in world.of_kind("guest"):
        is_known = dice.random() < 0.7
        act = Act("guest" if is_known else "unknown-guest", OTHER_FAILURE, "guest")
        for _ in range(dice.randint(1, 10)):
            at = round(dice.uniform(world.window.start, world.window.end))
            world.tries(dice, guest, at, SHAREPOINT, guest.homes[0], act,
                        trouble="" if is_known else "guest-not-here")  # fmt: skip


def _prompts(world: World, dice: random.Random) -> None:
    """Questions in a sign-in, not failures."""
    act = Act("prompted", OTHER_FAILURE, "browser")
    for person in world.pick(dice, world.staff, world.count("prompts", 60)):
        for workday in world.workdays[person.number][:: dice.randint(3, 9)]:
            at = world.in_working_hours(dice, workday)
            prompt = dice.choice(tuple(PROMPTS))
            client = OUTLOOK_MOBILE if prompt == "device-prompt" else PORTAL
            place = world.place_at(dice, workday, at)
            world.tries(dice, person, at, client, place, act, prompt=prompt)
            if dice.random() < 0.9:
                world.tries(dice, person, at + dice.randint(9, 90), client, place, act)
