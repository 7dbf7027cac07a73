"""Many realistic Graph beta sign-ins, quickly: templates with the varying parts filled in.

About 4 KB a record and eight policies, failures confined to some 1,500 of 10,000 people, as in a
real tenant in mid-migration. Beside the sign-ins: moves, recipients and permissions.
"""

from __future__ import annotations

import csv
import json
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.tenant.records import Account, Ids, signin
from benchmarks.tenant.world import (
    ANDROID,
    BUNDLE,
    IMAP,
    IPHONE,
    OUTLOOK_MODERN,
    OWA,
    PORTAL,
    SPRAY,
    TEAMS,
    TENANT_ID,
    TORONTO,
    Client,
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PEOPLE_COUNT = 10_000
START = datetime(2021, 3, 1, tzinfo=UTC)
SPAN = timedelta(days=26)
MOVE_DAY = 12
SLOTS = ("@id@", "@at@", "@correlation@", "@user-id@", "@upn@", "@name@", "@ip@")
EIGHTH_POLICY = {
    "id": "1b9f0c55-6a0e-4d7e-8a1f-25c0b7d1e008",
    "displayName": "CA006: Sign-in frequency on unmanaged devices",
    "enforcedGrantControls": [],
    "enforcedSessionControls": ["SignInFrequency"],
    "result": "notApplied",
    "conditionsSatisfied": "application",
    "conditionsNotSatisfied": "users",
}


@dataclass(frozen=True, slots=True)
class Habit:
    """What some people do: programs with an outcome, and from which share of the month on."""

    first: int
    last: int
    clients: tuple[Client, ...]
    outcome: str
    after: float = 0.0
    weight: float = 0.0


# People by number. Everybody has modern successes; these have a trouble besides.
TROUBLES = (
    Habit(0, 700, BUNDLE, "blocked", after=11.2 / 26, weight=0.5),
    Habit(700, 900, (IPHONE,), "false-success", after=11.2 / 26, weight=0.4),
    Habit(900, 1000, (ANDROID,), "blocked", after=11.2 / 26, weight=0.4),
    Habit(1000, 1150, BUNDLE, "blocked", weight=0.5),
    Habit(1150, 1250, (IMAP,), "blocked", weight=0.4),
    Habit(1250, 1400, (PORTAL,), "wrong-password", weight=0.1),
    Habit(1400, 1500, (OWA,), "device", weight=0.2),
)
ORDINARY = (TEAMS, TEAMS, PORTAL, OWA, OUTLOOK_MODERN)


class Template:
    """One kind of record as text, cut where the varying parts go."""

    def __init__(self, client: Client, place: Place, outcome: str) -> None:
        account = Account("@user-id@", "@upn@", "@name@")
        record = signin(Ids(1), account, START, client, place, outcome)
        record |= {"id": "@id@", "originalRequestId": "@id@", "correlationId": "@correlation@"}
        record |= {"createdDateTime": "@at@", "ipAddress": "@ip@"}
        record["appliedConditionalAccessPolicies"].append(EIGHTH_POLICY)
        text = json.dumps(record | _rest_of_beta(), separators=(",", ":"))
        self._parts: list[str] = []
        self._slots: list[int] = []
        while True:
            found = [(text.find(slot), number) for number, slot in enumerate(SLOTS)]
            found = [(at, number) for at, number in found if at >= 0]
            if not found:
                break
            at, number = min(found)
            self._parts.append(text[:at])
            self._slots.append(number)
            text = text[at + len(SLOTS[number]) :]
        self._end = text + "\n"

    def fill(self, values: Sequence[str]) -> str:
        """One line, with ``values`` in the order of ``SLOTS``."""
        pairs = zip(self._parts, self._slots, strict=True)
        return "".join(part + values[slot] for part, slot in pairs) + self._end


def _rest_of_beta() -> dict[str, Any]:
    """Some of beta's properties that nothing here reads."""
    return {
        "resourceServicePrincipalId": "a6033f22-27f9-45cb-8f63-7dd8a0590e4e",
        "uniqueTokenIdentifier": "ZTE0OTk3YTQtZjg5Mi00YjBiLWIwNTEtZmViZTA1YzJhNDli",
        "mfaDetail": None,
        "clientCredentialType": "none",
        "privateLinkDetails": {"policyId": "", "resourceId": "", "policyTenantId": TENANT_ID},
    }


def write_signins(path: Path, count: int, seed: int = 4) -> None:
    """Write ``count`` sign-ins, one on each line, in time order."""
    with path.open("w", encoding="utf-8", buffering=1 << 22) as file:
        file.writelines(_lines(count, seed))


def _lines(count: int, seed: int) -> Iterator[str]:
    dice = random.Random(seed)
    ordinary = [Template(client, TORONTO, "success") for client in ORDINARY]
    troubles = [
        [Template(client, TORONTO, habit.outcome) for client in habit.clients] for habit in TROUBLES
    ]
    trouble_of = {
        number: which
        for which, habit in enumerate(TROUBLES)
        for number in range(habit.first, habit.last)
    }
    spray = Template(BUNDLE[2], SPRAY[0], "wrong-password")
    people = [(_user_id(number), _upn(number), _name(number)) for number in range(PEOPLE_COUNT)]
    sprayed_from, sprayed_to = int(count * 0.5), int(count * 0.5) + 200
    for line in range(count):
        share = line / count
        at = (START + SPAN * share).strftime("%Y-%m-%dT%H:%M:%SZ")
        number = dice.randrange(PEOPLE_COUNT)
        template, ip = ordinary[line % len(ordinary)], TORONTO.ip
        which = trouble_of.get(number)
        if which is not None and share >= TROUBLES[which].after:
            if dice.random() < TROUBLES[which].weight:
                template = dice.choice(troubles[which])
        elif line % 11 == 0:
            ip = f"198.51.100.{number % 250}"
        if sprayed_from <= line < sprayed_to and line % 2:
            template, ip, number = spray, SPRAY[0].ip, line % 1500
        one, two = _identifier(dice), _identifier(dice)
        yield template.fill((one, at, two, *people[number], ip))


def _identifier(dice: random.Random) -> str:
    text = f"{dice.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _user_id(number: int) -> str:
    return str(uuid.UUID(int=0xC0A7_0000_4000_8000_0000_0000_0000_0000 + number))


def _upn(number: int) -> str:
    return f"user{number:05}@contoso.example"


def _name(number: int) -> str:
    return f"User {number:05}"


def write_evidence(folder: Path) -> None:
    """Write moves (4,000 people), recipients (all) and permissions (500 delegates)."""
    guids = [str(uuid.UUID(int=(0xE0 << 120) + number)) for number in range(PEOPLE_COUNT)]
    _csv(folder / "recipients.csv", [
        {"DisplayName": _name(n), "Alias": f"user{n:05}", "UserPrincipalName": _upn(n),
         "PrimarySmtpAddress": _upn(n), "SamAccountName": f"user{n:05}",
         "ExchangeGuid": guids[n], "ExternalDirectoryObjectId": _user_id(n)}
        for n in range(PEOPLE_COUNT)
    ])  # fmt: skip
    _csv(folder / "moves.csv", [
        {"MailboxIdentity": f"contoso.example/Users/user{n:05}", "DisplayName": _name(n),
         "ExchangeGuid": guids[n], "Status": "Completed", "Flags": "CrossOrg, Pull",
         "Direction": "Pull", "BatchName": "MigrationService:wave",
         "CompletionTimestamp": f"3/{MOVE_DAY}/2021 4:{n % 60:02}:00 AM"}
        for n in [*range(1000), *range(5000, 8000)]
    ])  # fmt: skip
    _csv(folder / "permissions.csv", [
        {"Identity": f"contoso.example/Users/user{5000 + n:05}",
         "User": f"CONTOSO\\user{9000 + n:05}",
         "AccessRights": "FullAccess", "IsInherited": "False", "Deny": "False"}
        for n in range(500)
    ])  # fmt: skip


def _csv(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
