"""Words that scenarios are written with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.tenant.world import (
    BUNDLE,
    OUTLOOK_MODERN,
    PORTAL,
    TEAMS,
    TORONTO,
    Client,
    Place,
)
from tests.scenarios.model import Event

if TYPE_CHECKING:
    from collections.abc import Sequence

RECONFIGURATION = "outlook-reconfiguration"
DELEGATE = "delegate-access"
LEGACY_OUTLOOK = "legacy-outlook"
PHONE = "native-activesync"
ATTACK = "credential-attack"
PASSWORD = "wrong-password"  # noqa: S105 - a cause

HOME = Place("198.51.100.44", 64501, "CA", "Ontario", "Mississauga")
CARRIER = Place("100.64.8.12", 64503, "CA", "Ontario", "Toronto")
HOTEL = Place("2001:db8:4c0:2::19", 64507, "GB", "England", "London")
HOTEL_LONG = Place("2001:0DB8:04c0:0002:0000:0000:0000:0019", 64507, "GB", "England", "London")
BRANCH = Place("203.0.113.150", 64508, "CA", "Quebec", "Laval")

DELEGATES_OWN_MOVE_DAY = 18


def everyday(*users: str, place: Place = TORONTO) -> tuple[Event, ...]:
    """A month of modern sign-ins at the office for each, and somebody at the window's end."""
    days = [
        Event(user, "1T13:00", TEAMS, place, "success", "success", days=25)
        for user in (*users, "zoe")
    ]
    return (*days, Event("zoe", "26T20:00", PORTAL, place, "success", "success"))


def outlook(
    user: str,
    first: int,
    last: int,
    *,
    cause: str = RECONFIGURATION,
    clients: Sequence[Client] = BUNDLE,
    place: Place = TORONTO,
    outcome: str = "blocked",
    hours: Sequence[str] = ("13:30", "18:15"),
    upn: str = "",
    changes: tuple[tuple[str, object], ...] = (),
) -> tuple[Event, ...]:
    """An Outlook's round of connections, twice every working day from ``first`` to ``last``."""
    return tuple(
        Event(
            user, f"{first}T{hour[:3]}{int(hour[3:]) + second:02}", client, place, outcome, cause,
            days=last - first, upn=upn, changes=changes,
        )
        for hour in hours
        for second, client in enumerate(clients)
    )  # fmt: skip


def program(
    user: str,
    first: int,
    last: int,
    client: Client,
    cause: str,
    *,
    place: Place = TORONTO,
    outcome: str = "blocked",
) -> tuple[Event, ...]:
    """One program, three times every working day."""
    return outlook(
        user, first, last, cause=cause, clients=(client,), place=place, outcome=outcome,
        hours=("12:10", "15:20", "19:05"),
    )  # fmt: skip


def modern_outlook(user: str, first: int, last: int = 26) -> tuple[Event, ...]:
    """Outlook with modern authentication, every working day."""
    return outlook(user, first, last, clients=(OUTLOOK_MODERN,), outcome="success", cause="success")


def spray(users: Sequence[str], place: Place, day: int, client: Client) -> tuple[Event, ...]:
    """One wrong password for each of ``users``, a minute apart, from one address."""
    return tuple(
        Event(user, f"{day}T02:{minute:02}", client, place, "wrong-password", ATTACK)
        for minute, user in enumerate(users)
    )
