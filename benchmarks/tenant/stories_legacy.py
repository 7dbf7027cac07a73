"""Planted: movers, delegates, phones, protocols and old programs, each with its truth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.tenant.background import FIRST_CLOUD_DAY
from benchmarks.tenant.ledger import LAST_DAY, march, workdays
from benchmarks.tenant.people import PEOPLE, RENAMED_ON, as_of, home_of, mobile_of, office_of
from benchmarks.tenant.world import (
    ANDROID,
    APPLE_MAIL_OAUTH,
    BUNDLE,
    BUNDLE_2010,
    BUNDLE_MAPI,
    BUNDLE_UNNAMED,
    BUNDLE_WITHOUT_AGENTS,
    EWS_SCRIPT,
    EXO_POWERSHELL,
    IMAP,
    IPHONE,
    LONDON_HOTEL,
    NEW_HOME,
    OTHER_IMAP,
    OUTLOOK_MODERN,
    OUTLOOK_MODERN_BLANK,
    OWA,
    PHONE_CERTIFICATE,
    PHONE_WITHOUT_AGENT,
    POP,
    SKYPE,
    SKYPE_UCC,
    SMTP,
    TEAMS,
    UNKNOWN,
    WINDOWS_MAIL,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from benchmarks.tenant.ledger import Ledger
    from benchmarks.tenant.world import Client, Place

RECONFIGURATION = "outlook-reconfiguration"
DELEGATE = "delegate-access"
W1, W2, W3 = (FIRST_CLOUD_DAY[wave] for wave in ("w1", "w2", "w3"))
STUCK_IN_WAVE_3 = (
    "aaron", "bianca", "carlos", "diana", "ethan", "fatima", "george", "hannah", "ivan",
    "julia", "kevin", "laura", "miguel", "nora", "oscar", "paula", "quentin", "rosa", "simon",
    "tanya", "umar", "vera", "walter", "xenia", "yannick",
)  # fmt: skip


def write_legacy_stories(ledger: Ledger) -> None:
    """Everything that meets the legacy block."""
    _movers(ledger)
    _movers_with_a_twist(ledger)
    _office_full_of_stuck_outlooks(ledger)
    _delegates(ledger)
    _delegate_who_later_moves(ledger)
    _phones(ledger)
    _skype(ledger)
    _protocols_and_scripts(ledger)
    _old_outlooks(ledger)


def _mover(
    ledger: Ledger,
    key: str,
    days: tuple[date, date],
    clients: Sequence[Client],
    status: str,
    places: Sequence[Place] = (),
) -> None:
    """A mover's stuck Outlook; a recovered one signs in with modern auth the day after."""
    person = PEOPLE[key]
    ledger.stuck(person, days, clients, RECONFIGURATION, places=places)
    if status == "recovered":
        _modern_outlook_after(ledger, key, days[1])
    ledger.expect(person, RECONFIGURATION, mailbox=person.upn, status=status)


def _modern_outlook_after(ledger: Ledger, key: str, last_bad_day: date) -> None:
    person = PEOPLE[key]
    for number, day in enumerate(workdays(last_bad_day)):
        if number:
            client = OUTLOOK_MODERN if number % 2 else OUTLOOK_MODERN_BLANK
            at = ledger.at(person, day, 9.1)
            ledger.add(person, at, client, office_of(person), "success", "success")


def _movers(ledger: Ledger) -> None:
    _mover(ledger, "leela", (W1, LAST_DAY), BUNDLE, "ongoing")
    _mover(ledger, "martin", (W1, LAST_DAY), BUNDLE, "ongoing")
    _mover(ledger, "priya", (W1, march(9)), BUNDLE_WITHOUT_AGENTS, "recovered")
    _mover(ledger, "owen", (W1, march(8)), BUNDLE, "stopped")
    _mover(ledger, "sofia", (W1, LAST_DAY), BUNDLE_WITHOUT_AGENTS, "ongoing")
    _mover(ledger, "victor", (W2, LAST_DAY), BUNDLE, "ongoing")
    _mover(ledger, "jurgen", (W2, march(16)), BUNDLE, "recovered")
    owen = PEOPLE["owen"]
    for day in workdays(march(9)):
        ledger.add(owen, ledger.at(owen, day, 10), OWA, office_of(owen), "success", "success")


def _movers_with_a_twist(ledger: Ledger) -> None:
    nadia = PEOPLE["nadia"]
    _mover(ledger, "nadia", (W2, LAST_DAY), BUNDLE, "ongoing", [home_of(nadia)])
    _mover(ledger, "colin", (W2, LAST_DAY), BUNDLE_WITHOUT_AGENTS, "ongoing", [NEW_HOME])
    _mover(ledger, "grace", (W2, LAST_DAY), BUNDLE, "ongoing", [LONDON_HOTEL])
    grace = PEOPLE["grace"]
    for day in workdays():
        place = office_of(grace) if day < march(8) else LONDON_HOTEL
        for client, hour in ((OWA, 4.0), (TEAMS, 5.0)):
            ledger.add(grace, ledger.at(grace, day, hour), client, place, "success", "success")
    before = as_of(PEOPLE["beatriz"], W2)
    ledger.stuck(before, (W2, march(15)), BUNDLE, RECONFIGURATION)
    _mover(ledger, "beatriz", (RENAMED_ON, LAST_DAY), BUNDLE, "ongoing")
    shouted = replace(PEOPLE["kaya"], upn="Kaya.Brandt@Contoso.Example")
    ledger.stuck(shouted, (W2, march(17)), BUNDLE_UNNAMED, RECONFIGURATION)
    _mover(ledger, "kaya", (march(18), LAST_DAY), BUNDLE_UNNAMED, "ongoing")


def _office_full_of_stuck_outlooks(ledger: Ledger) -> None:
    """25 stuck Outlooks and six mistyped passwords behind one shared address: no attack."""
    fates = (("recovered", march(23)), ("ongoing", LAST_DAY), ("stopped", march(22)))
    for number, key in enumerate(STUCK_IN_WAVE_3):
        status, last = fates[number % 3]
        clients = BUNDLE if number % 2 else BUNDLE_WITHOUT_AGENTS
        place = office_of(PEOPLE[key])
        _mover(ledger, key, (W3, last), clients, status, [place])
    for key in ("kevin", "laura", "miguel", "nora", "oscar", "paula"):
        person = PEOPLE[key]
        for hour in (9.0, 9.05):
            at = ledger.at(person, march(22), hour)
            place = office_of(person)
            ledger.add(person, at, BUNDLE[2], place, "wrong-password", "wrong-password")
        ledger.expect(person, "wrong-password")


def _delegates(ledger: Ledger) -> None:
    cases = (
        ("amelia", "helen", W1, LAST_DAY, BUNDLE, "ongoing"),
        ("brian", "sofia", W1, LAST_DAY, BUNDLE_WITHOUT_AGENTS, "ongoing"),
        ("clara", "info", W2, LAST_DAY, BUNDLE, "ongoing"),
        ("derek", "info", W2, march(18), BUNDLE, "recovered"),
        ("edith", "leela", W1, march(19), BUNDLE_UNNAMED, "stopped"),
        ("jack", "victor", W2, LAST_DAY, BUNDLE, "ongoing"),
        ("marie", "jurgen", W2, LAST_DAY, BUNDLE_WITHOUT_AGENTS, "ongoing"),
    )
    for key, owner, first, last, clients, status in cases:
        person = PEOPLE[key]
        ledger.stuck(person, (first, last), clients, DELEGATE)
        if status == "recovered":
            _modern_outlook_after(ledger, key, last)
        ledger.expect(person, DELEGATE, mailbox=PEOPLE[owner].upn, status=status)


def _delegate_who_later_moves(ledger: Ledger) -> None:
    """Delegate of Helen until his own move, a mover of his own from then on."""
    eleanor = PEOPLE["eleanor"]
    ledger.stuck(eleanor, (W1, march(11)), BUNDLE, DELEGATE, hours=(9.0, 13.0))
    ledger.expect(eleanor, DELEGATE, mailbox=PEOPLE["helen"].upn)
    _mover(ledger, "eleanor", (W2, LAST_DAY), BUNDLE, "ongoing")


def _phones(ledger: Ledger) -> None:
    cases = (
        ("daniel", IPHONE, "false-success", W1, LAST_DAY, "ongoing"),
        ("sofia", IPHONE, "false-success", W1, LAST_DAY, "ongoing"),
        ("samuel", ANDROID, "blocked", W2, march(17), "stopped"),
        ("hugo", PHONE_CERTIFICATE, "blocked", W2, LAST_DAY, "ongoing"),
        ("ingrid", IPHONE, "false-success", W1, march(16), "recovered"),
        ("lena", PHONE_WITHOUT_AGENT, "blocked", W2, LAST_DAY, "ongoing"),
    )
    for key, client, outcome, first, last, status in cases:
        person = PEOPLE[key]
        places = [mobile_of(person), home_of(person), office_of(person)]
        hours = (7.5, 12.0, 18.0)
        cause = "native-activesync"
        ledger.stuck(
            person, (first, last), [client], cause, outcome=outcome, places=places, hours=hours
        )
        ledger.expect(person, cause, status=status)
    ingrid = PEOPLE["ingrid"]
    for day in workdays(march(17)):
        at = ledger.at(ingrid, day, 7.5)
        ledger.add(ingrid, at, APPLE_MAIL_OAUTH, mobile_of(ingrid), "success", "success")


def _skype(ledger: Ledger) -> None:
    cases = (
        ("tomas", SKYPE, W1, LAST_DAY, "ongoing"),
        ("raj", SKYPE_UCC, W1, march(15), "stopped"),
    )
    for key, client, first, last, status in cases:
        person = PEOPLE[key]
        ledger.stuck(person, (first, last), [client], "skype-for-business", hours=(9, 11, 15))
        ledger.expect(person, "skype-for-business", status=status)


def _protocols_and_scripts(ledger: Ledger) -> None:
    first = march(1)
    cases = (
        ("scan", SMTP, "mail-protocol", first, LAST_DAY, "ongoing"),
        ("fax", POP, "mail-protocol", first, LAST_DAY, "ongoing"),
        ("uwe", OTHER_IMAP, "mail-protocol", first, LAST_DAY, "ongoing"),
        ("crm", EWS_SCRIPT, "legacy-application", first, LAST_DAY, "ongoing"),
        ("admin", EXO_POWERSHELL, "legacy-application", march(8), march(10), "stopped"),
        ("zofia", WINDOWS_MAIL, "legacy-application", W2, march(19), "stopped"),
    )
    for key, client, cause, start, last, status in cases:
        person = PEOPLE[key]
        ledger.stuck(
            person, (start, last), [client], cause, places=[office_of(person)], hours=(8, 16)
        )
        ledger.expect(person, cause, status=status)
    archiver = PEOPLE["archiver"]
    for day in workdays():
        at = ledger.at(archiver, day, 3)
        ledger.add(archiver, at, IMAP, office_of(archiver), "let-in", "legacy-success")


def _old_outlooks(ledger: Ledger) -> None:
    """Blocked the same way before any move, or never moved: no reconfiguration failure."""
    cases = (
        ("frank", BUNDLE_2010),
        ("gavin", BUNDLE_MAPI),
        ("gwen", BUNDLE),
        ("howard", BUNDLE),
        ("irene", BUNDLE_WITHOUT_AGENTS),
    )
    for key, clients in cases:
        person = PEOPLE[key]
        ledger.stuck(person, (march(1), LAST_DAY), clients, "legacy-outlook", hours=(9.5,))
        ledger.expect(person, "legacy-outlook", status="ongoing")
    karen = PEOPLE["karen"]
    ledger.stuck(karen, (march(5), LAST_DAY), [UNKNOWN], "undetermined", hours=(9, 10, 15))
    ledger.expect(karen, "undetermined", status="ongoing")
