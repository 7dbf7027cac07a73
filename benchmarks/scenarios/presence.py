"""Who works on which day, when, and where from: office, home, abroad, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.scenarios.event import Workday
from benchmarks.scenarios.places import FORBIDDEN_TRAVEL, TRAVEL
from benchmarks.scenarios.world import hour_of

if TYPE_CHECKING:
    import random
    from datetime import date

    from benchmarks.scenarios.people import Person
    from benchmarks.scenarios.world import World
    from benchmarks.tenant.world import Place


def draw_presence(world: World) -> None:
    """Give every member of staff the days of work of the window."""
    dice = world.dice("presence")
    trips = _draw_trips(world, world.dice("trips"))
    for person in world.staff:
        absences = _absences(world, dice)
        trip = trips.get(person.number, {})
        begins = dice.uniform(7.2, 9.6)
        hours = dice.choice((8.0, 8.5, 9.0, 9.5))
        off_weekday = dice.randrange(5) if dice.random() < 0.08 else -1
        days = []
        for number, day in enumerate(world.window.workdays):
            is_away = day in absences or day.weekday() == off_weekday or dice.random() < 0.03
            if is_away and day not in trip:
                continue
            start = begins + dice.uniform(-0.4, 0.4)
            home = person.homes[number / len(world.window.workdays) >= person.home_changes]
            days.append(
                Workday(
                    day,
                    hour_of(person, day, start),
                    hour_of(person, day, start + hours),
                    trip.get(day) or _desk(world, person, home, dice),
                    trip.get(day) or home,
                    day in trip,
                )
            )
        world.workdays[person.number] = days


def _desk(world: World, person: Person, home: Place, dice: random.Random) -> Place:
    """Office, home, or home through the organisation's own VPN."""
    at_home = person.works == "remote" or (person.works == "hybrid" and dice.random() < 0.45)
    if not at_home:
        return world.offices[person.office]
    return world.addresses.company_vpn(world.features.sites[0]) if dice.random() < 0.08 else home


def _absences(world: World, dice: random.Random) -> set[date]:
    """One holiday for some, in one piece."""
    workdays = world.window.workdays
    if dice.random() >= 0.18:
        return set()
    length = dice.choice((2, 3, 5, 5, 10))
    first = dice.randrange(len(workdays))
    return set(workdays[first : first + length])


def _draw_trips(world: World, dice: random.Random) -> dict[int, dict[date, Place]]:
    """Journeys of some days to a hotel abroad, now and then to a country that is blocked."""
    trips = {}
    workdays = world.window.workdays
    movers = [person for person in world.staff if world.moved_at(person.number) is not None]
    some = world.pick(dice, world.staff, world.count("travel", 9))
    for person in some + world.pick(dice, movers, world.count("travel", 5)):
        where = dice.choice(FORBIDDEN_TRAVEL if dice.random() < 0.2 else TRAVEL)
        hotel = world.addresses.hotel(where)
        first = dice.randrange(2, len(workdays) - 3)
        trips[person.number] = dict.fromkeys(workdays[first : first + dice.randint(2, 6)], hotel)
        world.note(person.number, "travel")
    return trips
