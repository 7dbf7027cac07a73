"""What happens: attempts, sign-ins, and days of work."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.scenarios.policies import Outcome

if TYPE_CHECKING:
    from datetime import date

    from benchmarks.tenant.world import Client, Place

# Codes that come before Conditional Access, and so say nothing of policies.
TROUBLES = {
    "wrong-password": 50126,
    "password-expired": 50055,
    "locked": 50053,
    "no-such-user": 50034,
    "disabled": 50057,
    "guest-not-here": 90072,
    "not-assigned": 50105,
    "no-such-resource": 500011,
    "no-such-app": 700016,
    "app-secret": 7000215,
}
PROMPTS = {
    "keep-signed-in": 50140,
    "no-session": 50058,
    "second-factor": 50074,
    "device-prompt": 50097,
    "consent": 65001,
    "password-change": 50125,
    "register": 50079,
}


class Event(NamedTuple):
    """One sign-in that happened, with why."""

    at: int
    id: str
    correlation: str
    person: int
    name: str
    client: Client
    place: Place
    outcome: Outcome
    cause: str
    owners: tuple[str, ...]
    story: str
    instance: str


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody tries, and what it means if it fails.

    Attributes:
        story: Short name of the story.
        cause: The cause if the attempt fails.
        instance: Which program on which device; a later modern success of it is a recovery.
        owners: UPNs of the moved mailboxes that explain a failure.
    """

    story: str
    cause: str
    instance: str
    owners: tuple[str, ...] = ()


class Workday(NamedTuple):
    """A day somebody works, and where."""

    day: date
    begins: int
    ends: int
    desk: Place
    home: Place
    is_trip: bool


def identifier(dice: random.Random) -> str:
    """A random identifier in the usual form."""
    text = f"{dice.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
