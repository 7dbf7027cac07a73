"""Where the stories write what happened, and what a right judgement of it is."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from benchmarks.tenant.people import Person, home_of, mobile_of, office_of
from benchmarks.tenant.records import Ids, Record, signin

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.tenant.world import Client, Place

FIRST_DAY = date(2021, 3, 1)
LAST_DAY = date(2021, 3, 26)
ZONES = {"berlin": ZoneInfo("Europe/Berlin"), "toronto": ZoneInfo("America/Toronto")}
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Expected:
    """A verdict that a right judgement gives.

    Attributes:
        user: User principal name.
        cause: Design 4.1's cause.
        mailbox: UPN of the moved mailbox the verdict rests on; blank for none.
        status: ``ongoing``, ``recovered``, ``stopped``; blank where the documents leave it open.
    """

    user: str
    cause: str
    mailbox: str = ""
    status: str = ""


class Ledger:
    """Collects sign-ins with the true cause of each, and the verdicts they should lead to."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ids = Ids(seed + 1)
        self.signins: list[tuple[Record, str]] = []
        self.expected: list[Expected] = []

    def add(
        self, person: Person, at: datetime, client: Client, place: Place, outcome: str, cause: str
    ) -> Record:
        """Write one sign-in and its true cause."""
        record = signin(self.ids, person.account, at, client, place, outcome)
        self.signins.append((record, cause))
        return record

    def expect(self, person: Person, cause: str, *, mailbox: str = "", status: str = "") -> None:
        """Write a verdict that the sign-ins of ``person`` should lead to."""
        self.expected.append(Expected(person.upn, cause, mailbox, status))

    def burst(
        self,
        person: Person,
        at: datetime,
        clients: Sequence[Client],
        place: Place,
        outcome: str,
        cause: str,
    ) -> None:
        """One round of an Outlook's connections, seconds apart."""
        for client in clients:
            self.add(person, at, client, place, outcome, cause)
            at += timedelta(seconds=self.random.randint(1, 9))

    def at(self, person: Person, day: date, hour: float) -> datetime:
        """The instant of a local clock time, with a little scatter, in UTC."""
        zone = ZONES.get(person.office, ZONES["toronto"])
        start = datetime.combine(day, time(0), tzinfo=zone)
        seconds = int(hour * 3600) + self.random.randint(0, 900)
        return (
            (start.replace(tzinfo=None) + timedelta(seconds=seconds))
            .replace(tzinfo=zone)
            .astimezone(UTC)
        )

    def usual_place(self, person: Person) -> Place:
        """Office four times in five, else home."""
        return office_of(person) if self.random.random() < 0.8 else home_of(person)

    def stuck(
        self,
        person: Person,
        days: tuple[date, date],
        clients: Sequence[Client],
        cause: str,
        *,
        outcome: str = "blocked",
        places: Sequence[Place] = (),
        hours: Sequence[float] = (9.0, 14.5),
    ) -> None:
        """A program that asks and is turned away, every working day of a span, both ends in."""
        for day in workdays(*days):
            place = self.random.choice(places) if places else self.usual_place(person)
            for hour in hours:
                self.burst(person, self.at(person, day, hour), clients, place, outcome, cause)


def workdays(first: date = FIRST_DAY, last: date = LAST_DAY) -> Iterator[date]:
    """Monday to Friday, both ends in."""
    day = first
    while day <= last:
        if day.weekday() < SATURDAY:
            yield day
        day += timedelta(days=1)


def march(day: int) -> date:
    """A day of the made-up month."""
    return date(2021, 3, day)


__all__ = ["Expected", "Ledger", "home_of", "march", "mobile_of", "office_of", "workdays"]
