"""Ordinary days: what makes an address, a network and a country familiar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.tenant.ledger import march, workdays
from benchmarks.tenant.people import PEOPLE, as_of, home_of, mobile_of, office_of
from benchmarks.tenant.world import (
    OUTLOOK_MOBILE,
    OUTLOOK_MODERN,
    OUTLOOK_MODERN_BLANK,
    OWA,
    PORTAL,
    SYNC,
    TEAMS,
    WORD,
)

if TYPE_CHECKING:
    from datetime import date

    from benchmarks.tenant.ledger import Ledger
    from benchmarks.tenant.people import Person

# Evening of completion, local; first working day in the cloud is the next.
FIRST_CLOUD_DAY = {"w1": march(5), "w2": march(12), "w3": march(19)}
AWAY = {"liam", "grace"}
"""Not at work as others are: one account is disabled, one person travels."""
REMOTE = {"nadia", "colin"}
"""Works from home only, and the home address has no success of its own but Teams on the phone."""


def write_background(ledger: Ledger) -> None:
    """Everybody's normal month."""
    for person in PEOPLE.values():
        if person.office in {"toronto", "berlin"} and person.key not in AWAY | REMOTE:
            for day in workdays():
                _working_day(ledger, as_of(person, day), day)
    for key in sorted(REMOTE):
        _phone_only(ledger, PEOPLE[key])
    _outlook_of_those_who_moved_well(ledger)
    _directory_sync(ledger)


def _working_day(ledger: Ledger, person: Person, day: date) -> None:
    dice = ledger.random
    morning = ledger.at(person, day, 8.2 + dice.random())
    ledger.add(person, morning, TEAMS, office_of(person), "success", "success")
    if dice.random() < 0.45:
        noon = ledger.at(person, day, 11 + dice.random() * 3)
        outcome = "success-device" if person.number % 5 == 0 else "success"
        ledger.add(person, noon, PORTAL, office_of(person), outcome, "success")
    if dice.random() < 0.12:
        at = ledger.at(person, day, 10 + dice.random() * 5)
        ledger.add(person, at, PORTAL, office_of(person), "keep-signed-in", "interrupt")
    if dice.random() < 0.15:
        evening = ledger.at(person, day, 20)
        ledger.add(person, evening, PORTAL, home_of(person), "success", "success")
    if dice.random() < 0.2:
        way = ledger.at(person, day, 17.5)
        ledger.add(person, way, TEAMS, mobile_of(person), "success", "success")


def _phone_only(ledger: Ledger, person: Person) -> None:
    for day in workdays():
        at = ledger.at(person, day, 9)
        ledger.add(person, at, TEAMS, mobile_of(person), "success", "success")


def _outlook_of_those_who_moved_well(ledger: Ledger) -> None:
    for person in PEOPLE.values():
        if person.mapi_http != "True" or person.fate not in FIRST_CLOUD_DAY:
            continue
        for number, day in enumerate(workdays(FIRST_CLOUD_DAY[person.fate])):
            client = OUTLOOK_MODERN if number % 2 else OUTLOOK_MODERN_BLANK
            if number == 0 or ledger.random.random() < 0.5:
                at = ledger.at(person, day, 9.2)
                ledger.add(person, at, client, office_of(person), "success", "success")


def _directory_sync(ledger: Ledger) -> None:
    """``ropc`` with a modern client: not legacy."""
    sync = PEOPLE["sync"]
    for day in workdays():
        for hour in (1.0, 13.0):
            at = ledger.at(sync, day, hour)
            ledger.add(sync, at, SYNC, office_of(sync), "success", "success")
    for key, client in (("martin", WORD), ("victor", OUTLOOK_MOBILE), ("victor", OWA)):
        person = PEOPLE[key]
        for day in workdays(march(5)):
            at = ledger.at(person, day, 12.5)
            ledger.add(person, at, client, office_of(person), "success", "success")
