"""A small labelled scenario, and how its files are written."""

from __future__ import annotations

import csv
import json
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.tenant.records import Account, Ids, signin
from benchmarks.tenant.world import Client, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

DOMAIN = "contoso.example"
LAST_DAY = 26
SPACE = uuid.UUID("5ce0a210-0000-4000-8000-000000000002")


@dataclass(frozen=True)
class Event:
    """One or several sign-ins of one person, alike but for the time; ``cause`` is the truth.

    ``at`` is a UTC day and time of March 2021, ``12T13:30``; ``days`` repeats it on that many
    further days, Saturdays and Sundays left out. ``twins`` splits each sign-in over two records
    with half of the policies each.
    """

    user: str
    at: str
    client: Client
    place: Place
    outcome: str
    cause: str
    days: int = 0
    upn: str = ""
    twins: bool = False
    changes: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Move:
    """A row of Get-MoveRequestStatistics; ``evening`` is the UTC day of March it completed."""

    user: str
    evening: int
    status: str = "Completed"
    flags: str = "CrossOrg, Pull"
    hour: int = 1


@dataclass(frozen=True)
class Right:
    """A row of Get-MailboxPermission, or of Get-MailboxFolderPermission where ``folder`` is set."""

    owner: str
    user: str
    rights: str = "FullAccess"
    deny: bool = False
    inherited: bool = False
    folder: str = ""


@dataclass(frozen=True)
class Truth:
    """A verdict that must be given.

    ``|`` separates causes between which the documents leave it open; blank is anything.
    """

    user: str
    cause: str
    mailbox: str = ""
    status: str = ""


@dataclass(frozen=True)
class Scenario:
    """Events and evidence, and what a right judgement says.

    Attributes:
        verdicts: All of them: a verdict that is not listed is wrong too.
        moves: None for no moves export at all; empty for one that names nobody.
        alone: What counts about places or the window would touch other scenarios.
        names: Display names where they are not the handle's; rights may use them.
    """

    name: str
    events: tuple[Event, ...]
    verdicts: tuple[Truth, ...]
    moves: tuple[Move, ...] | None = ()
    rights: tuple[Right, ...] | None = ()
    mapi_http: tuple[tuple[str, str], ...] | None = None
    names: tuple[tuple[str, str], ...] = ()
    without_upn: tuple[str, ...] = ()
    alone: bool = False

    @property
    def is_alone(self) -> bool:
        """Whether it must be judged by itself, not together with others."""
        return (
            self.alone
            or self.moves is None
            or self.mapi_http is not None
            or any(truth.cause == "credential-attack" for truth in self.verdicts)
            or max(at.day for event in self.events for at in instants(event)) > LAST_DAY
        )


def upn(handle: str) -> str:
    """User principal name of a handle."""
    return f"{handle}@{DOMAIN}"


def user_id(handle: str) -> str:
    """Object id of a handle."""
    return str(uuid.uuid5(SPACE, handle))


def instants(event: Event) -> list[datetime]:
    """Every time of the event, UTC."""
    day, _, clock = event.at.partition("T")
    first = datetime.fromisoformat(f"2021-03-{int(day):02}T{clock}:00+00:00")
    all_days = [first + timedelta(days=number) for number in range(event.days + 1)]
    return [at for at in all_days if event.days == 0 or at.weekday() < 5]


def records(scenario: Scenario) -> list[tuple[dict[str, Any], str]]:
    """Graph records with their causes; the two of a twin have the same id."""
    ids = Ids(7)
    names = dict(scenario.names)
    out = []
    for event in scenario.events:
        name = names.get(event.user, event.user.title())
        account = Account(user_id(event.user), event.upn or upn(event.user), name)
        for at in instants(event):
            record = signin(ids, account, at, event.client, event.place, event.outcome)
            record |= dict(event.changes)
            halves = _halves(record) if event.twins else [record]
            out += [(half, event.cause) for half in halves]
    return out


def joined(scenarios: Sequence[Scenario]) -> Scenario:
    """One scenario of several, each with people of its own: ``s07.ann`` for ``ann``."""
    parts = [renamed(scenario, number) for number, scenario in enumerate(scenarios)]
    return Scenario(
        "; ".join(part.name for part in parts),
        tuple(event for part in parts for event in part.events),
        tuple(truth for part in parts for truth in part.verdicts),
        tuple(move for part in parts for move in part.moves or ()),
        tuple(right for part in parts for right in part.rights or ()),
        names=tuple(name for part in parts for name in part.names),
        without_upn=tuple(who for part in parts for who in part.without_upn),
    )


def renamed(scenario: Scenario, number: int) -> Scenario:
    """The scenario with everybody's names begun by ``s07.``, for number 7."""
    prefix = f"s{number:02}."

    def named(name: str) -> str:
        return prefix + name if name else name

    return replace(
        scenario,
        events=tuple(
            replace(event, user=named(event.user), upn=named(event.upn))
            for event in scenario.events
        ),
        verdicts=tuple(
            replace(truth, user=named(truth.user), mailbox=named(truth.mailbox))
            for truth in scenario.verdicts
        ),
        moves=tuple(replace(move, user=named(move.user)) for move in scenario.moves or ()),
        rights=tuple(
            replace(right, owner=named(right.owner), user=named(right.user))
            for right in scenario.rights or ()
        ),
        names=tuple((named(who), named(name)) for who, name in scenario.names),
        without_upn=tuple(named(who) for who in scenario.without_upn),
    )


def write(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """Write the scenario's files; the arguments for ``Case.load``."""
    lines = "".join(json.dumps(record) + "\n" for record, _ in records(scenario))
    (folder / "signins.ndjson").write_text(lines, encoding="utf-8")
    loads: dict[str, Any] = {"signins": [str(folder / "signins.ndjson")]}
    people = _people(scenario)
    loads["recipients"] = _csv(folder / "recipients.csv", [_recipient(p, scenario) for p in people])
    if scenario.moves is not None:
        moves = [_move(move, scenario) for move in scenario.moves] or [_nobody()]
        loads["moves"] = _csv(folder / "moves.csv", moves)
        loads["moves_timezone"] = "UTC"
        loads["date_order"] = "mdy"
    if scenario.rights is not None:
        loads["permissions"] = _permissions(scenario, folder)
    if scenario.mapi_http is not None:
        loads |= _mapi_http(scenario.mapi_http, folder)
    return loads


def _mapi_http(states: tuple[tuple[str, str], ...], folder: Path) -> dict[str, Any]:
    rows = [
        {"Identity": who, "PrimarySmtpAddress": upn(who), "MapiHttpEnabled": state}
        for who, state in states
    ]
    organisation = folder / "organisation.txt"
    organisation.write_text("\nName            : Contoso\nMapiHttpEnabled : False\n")
    return {"cas_mailbox": _csv(folder / "cas.csv", rows), "org_config": [organisation]}


def _halves(record: dict[str, Any]) -> list[dict[str, Any]]:
    key = "appliedConditionalAccessPolicies"
    return [{**record, key: record[key][3:]}, {**record, key: record[key][:3]}]


def _people(scenario: Scenario) -> list[str]:
    """Everybody who is named anywhere, in order of appearance."""
    named = [event.user for event in scenario.events if "#" not in event.upn]
    named += [move.user for move in scenario.moves or ()]
    named += [who for right in scenario.rights or () for who in (right.owner, right.user)]
    named += [who for who, _ in scenario.names]
    displayed = {name for _, name in scenario.names}
    return [who for who in dict.fromkeys(named) if who not in displayed]


def _display_name(who: str, scenario: Scenario) -> str:
    return dict(scenario.names).get(who, who.title())


def _guid(who: str) -> str:
    return str(uuid.uuid5(SPACE, "mailbox:" + who))


def _recipient(who: str, scenario: Scenario) -> dict[str, str]:
    return {
        "DisplayName": _display_name(who, scenario),
        "Alias": who,
        "SamAccountName": who,
        "UserPrincipalName": "" if who in scenario.without_upn else upn(who),
        "PrimarySmtpAddress": upn(who),
        "ExchangeGuid": _guid(who),
        "ExternalDirectoryObjectId": user_id(who),
        "RecipientTypeDetails": "UserMailbox",
    }


def _move(move: Move, scenario: Scenario) -> dict[str, str]:
    done = datetime(2021, 3, move.evening, move.hour, 10, tzinfo=UTC)
    finished = move.status.startswith("Completed")
    return {
        "MailboxIdentity": f"{DOMAIN}/Users/{move.user}",
        "DisplayName": _display_name(move.user, scenario),
        "Alias": move.user,
        "ExchangeGuid": _guid(move.user),
        "Status": move.status,
        "Flags": move.flags,
        "Direction": "Pull",
        "RecipientTypeDetails": "UserMailbox",
        "BatchName": "MigrationService:wave",
        "CompletionTimestamp": f"{done:%m/%d/%Y %H:%M:%S}" if finished else "",
    }


def _nobody() -> dict[str, str]:
    """An export that is about somebody else: the file is there, no record is."""
    return _move(Move("somebody.else", 20), Scenario("", (), ()))


def _permissions(scenario: Scenario, folder: Path) -> list[Path]:
    files = []
    whole = [right for right in scenario.rights or () if not right.folder]
    self_only = Right("somebody.else", "NT AUTHORITY\\SELF")
    files += _csv(
        folder / "permissions.csv",
        [
            {
                "Identity": f"{DOMAIN}/Users/{right.owner}",
                "User": right.user if "\\" in right.user else f"CONTOSO\\{right.user}",
                "AccessRights": right.rights,
                "IsInherited": str(right.inherited),
                "Deny": str(right.deny),
            }
            for right in [*whole, self_only]
        ],
    )
    parts = [right for right in scenario.rights or () if right.folder]
    if parts:
        files += _csv(
            folder / "folders.csv",
            [
                {
                    "Identity": f"{upn(right.owner)}:\\{right.folder}",
                    "FolderName": right.folder,
                    "User": right.user,
                    "AccessRights": right.rights,
                }
                for right in parts
            ],
        )
    return files


def _csv(path: Path, rows: list[dict[str, str]]) -> list[Path]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)
    return [path]
