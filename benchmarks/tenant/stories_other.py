"""Planted: attacks, wrong passwords, other policies, other failures, prompts, guests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from benchmarks.tenant.ledger import LAST_DAY, march, workdays
from benchmarks.tenant.people import PEOPLE, SPRAYED, home_of, mobile_of, office_of
from benchmarks.tenant.records import signin
from benchmarks.tenant.world import (
    BUNDLE,
    DATA_CENTRE,
    GRAPH_APP,
    IMAP,
    IPHONE,
    LISBON_HOTEL,
    OUTLOOK_MOBILE,
    OWA,
    PORTAL,
    SPRAY,
    STRANGER,
    STRANGER_IPV6,
    SYNC,
    TEAMS,
    UNKNOWN,
    WORD,
)

if TYPE_CHECKING:
    from benchmarks.tenant.ledger import Ledger
    from benchmarks.tenant.records import Record

ATTACK = "credential-attack"


def write_other_stories(ledger: Ledger) -> None:
    """Everything that is no legacy program of the tenant's own."""
    _spray(ledger)
    _known_passwords(ledger)
    _wrong_passwords(ledger)
    _other_policies(ledger)
    _other_failures(ledger)
    _prompts(ledger)


def _spray(ledger: Ledger) -> None:
    """18 people from two addresses, 20 minutes, two hours into the third wave's window."""
    start = datetime(2021, 3, 19, 2, 0, tzinfo=UTC)
    for round_number, place in enumerate(SPRAY):
        for number, key in enumerate(SPRAYED):
            at = start + timedelta(minutes=25 * round_number, seconds=50 * number)
            outcome = "locked" if number % 6 == 5 else "wrong-password"
            ledger.add(PEOPLE[key], at, BUNDLE[2], place, outcome, ATTACK)
    victim = PEOPLE["hannah"]
    for minutes in (22, 23, 40):
        at = start + timedelta(minutes=minutes)
        ledger.add(victim, at, BUNDLE[0], SPRAY[0], "blocked", ATTACK)
    for key in SPRAYED:
        ledger.expect(PEOPLE[key], ATTACK, status="stopped")


def _known_passwords(ledger: Ledger) -> None:
    """A right password from an address, network and country where nobody of ours signs in."""
    for key, place, clients, hour in (
        ("rosa", STRANGER, BUNDLE[:1] + BUNDLE[2:3], 3.0),
        ("petra", STRANGER_IPV6, (IMAP,), 4.0),
    ):
        person = PEOPLE[key]
        for minutes in (0, 4, 9):
            at = ledger.at(person, march(20), hour) + timedelta(minutes=minutes)
            ledger.burst(person, at, clients, place, "blocked", ATTACK)
        ledger.expect(person, ATTACK, status="stopped")


def _wrong_passwords(ledger: Ledger) -> None:
    """A typo, an expired password, a locked account at home, a phone with last year's."""
    cases = (
        ("eva", PORTAL, "wrong-password", march(3), office_of),
        ("nils", PORTAL, "password-expired", march(15), office_of),
        ("lena", PORTAL, "locked", march(10), home_of),
    )
    for key, client, outcome, day, place_of in cases:
        person = PEOPLE[key]
        place = place_of(person)
        at = ledger.at(person, day, 8)
        for minutes in (0, 1, 3):
            failed_at = at + timedelta(minutes=minutes)
            ledger.add(person, failed_at, client, place, outcome, "wrong-password")
        ledger.add(person, at + timedelta(minutes=9), client, place, "success", "success")
        ledger.expect(person, "wrong-password")
    dirk = PEOPLE["dirk"]
    for day in workdays(march(17)):
        for hour in (7.0, 13.0, 19.0):
            at = ledger.at(dirk, day, hour)
            ledger.add(dirk, at, IPHONE, mobile_of(dirk), "wrong-password", "wrong-password")
    ledger.expect(dirk, "wrong-password", status="ongoing")
    sync = PEOPLE["sync"]
    at = ledger.at(sync, march(6), 1)
    ledger.add(sync, at, SYNC, DATA_CENTRE, "wrong-password", "wrong-password")
    ledger.expect(sync, "wrong-password")


def _other_policies(ledger: Ledger) -> None:
    monica = PEOPLE["monica"]
    for day in workdays(march(8)):
        at = ledger.at(monica, day, 13)
        ledger.add(monica, at, WORD, office_of(monica), "device", "other-policy")
    ledger.expect(monica, "other-policy", status="ongoing")
    stefan = PEOPLE["stefan"]
    for day in (march(8), march(9)):
        at = ledger.at(stefan, day, 10)
        ledger.add(stefan, at, OWA, home_of(stefan), "device-joined", "other-policy")
    ledger.expect(stefan, "other-policy")
    neil = PEOPLE["neil"]
    for day in (march(13), march(14)):
        for hour in (10, 15):
            at = ledger.at(neil, day, hour)
            ledger.add(neil, at, OWA, LISBON_HOTEL, "country", "other-policy")
    ledger.expect(neil, "other-policy")


def _other_failures(ledger: Ledger) -> None:
    liam = PEOPLE["liam"]
    for day in workdays(march(1), march(12)):
        at = ledger.at(liam, day, 9)
        ledger.add(liam, at, TEAMS, mobile_of(liam), "disabled", "other-failure")
    ledger.expect(liam, "other-failure", status="stopped")
    known, unknown = PEOPLE["guest1"], PEOPLE["guest2"]
    for day in workdays(march(15), march(17)):
        at = ledger.at(known, day, 11)
        ledger.add(known, at, PORTAL, home_of(known), "success", "success")
        ledger.add(unknown, at, PORTAL, home_of(unknown), "guest-not-here", "other-failure")
    ledger.expect(unknown, "other-failure", status="stopped")
    for day in workdays(march(22), LAST_DAY):
        at = ledger.at(known, day, 2)
        record = signin(ledger.ids, known.account, at, UNKNOWN, DATA_CENTRE, "app-secret")
        ledger.signins.append((as_service_principal(record), "other-failure"))


def as_service_principal(record: Record) -> Record:
    """The sign-in of an app with a secret: no user, no client."""
    nobody = {
        "userDisplayName": "",
        "userPrincipalName": "",
        "userId": "",
        "signInIdentifier": "",
        "clientAppUsed": "",
        "signInEventTypes": ["servicePrincipal"],
        "servicePrincipalId": "7d0d6a5e-37ce-4a6a-9c39-0b52b1a9c001",
        "servicePrincipalName": "Payroll export",
        "appId": "7d0d6a5e-37ce-4a6a-9c39-0b52b1a9c002",
        "appDisplayName": "Payroll export",
        "resourceId": GRAPH_APP[0],
        "resourceDisplayName": GRAPH_APP[1],
        "appliedConditionalAccessPolicies": [],
        "authenticationDetails": [],
    }
    return {**record, **nobody}


def _prompts(ledger: Ledger) -> None:
    """Questions in a sign-in, not failures."""
    admin = PEOPLE["admin"]
    for day in workdays(march(8), march(10)):
        at = ledger.at(admin, day, 8)
        place = office_of(admin)
        ledger.add(admin, at, PORTAL, place, "second-factor", "interrupt")
        ledger.add(admin, at + timedelta(minutes=1), PORTAL, place, "success", "success")
    olga = PEOPLE["olga"]
    for day in workdays(march(10), march(12)):
        at = ledger.at(olga, day, 7)
        place = mobile_of(olga)
        ledger.add(olga, at, OUTLOOK_MOBILE, place, "device-prompt", "interrupt")
        ledger.add(olga, at + timedelta(minutes=1), OUTLOOK_MOBILE, place, "success", "success")
        ledger.add(olga, at + timedelta(hours=3), PORTAL, place, "no-session", "interrupt")
