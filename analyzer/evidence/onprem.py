"""What on-premises front-end logs say of people: how they connect, and whose mailbox they open."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from analyzer.identity import NameKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from analyzer.identity import People, Resolution

OutlookProtocol = Literal["rpc-http", "mapi-http"]
"""How an Outlook reached its mailbox: RPC over HTTP cannot do modern authentication."""

OUTLOOK_PROTOCOLS = ("rpc-http", "mapi-http")
OBSERVED_KIND = "observed"
OBSERVED_RIGHT = "access seen on premises"
"""Kind and text of a right that no export shows and the logs do."""

STALE = timedelta(days=30)
"""A connection longer ago than that says nothing of how Outlook connects."""

_GUID_LENGTH = 36
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class OutlookSeen:
    """The last Outlook connection of one person.

    Attributes:
        protocol: Of the last connection; ``rpc_last`` and ``mapi_last`` are the last of each.
        build: Outlook's version as it names itself, such as ``16.0.14326``; None where not told.
    """

    protocol: OutlookProtocol
    at: datetime
    rpc_last: datetime | None
    mapi_last: datetime | None
    build: str | None = None


@dataclass(frozen=True, slots=True)
class OtherSeen:
    """A client of one person that is no Outlook on RPC or MAPI over HTTP.

    Attributes:
        protocol: ``activesync``, ``ews``, ``autodiscover``, ``imap``, ``pop`` or ``smtp``.
        client: Agent, or device type and id, as logged; hostile text.
    """

    protocol: str
    client: str
    last_seen: datetime
    requests: int


@dataclass(frozen=True, slots=True)
class OpenedSeen:
    """Somebody opened a mailbox that is not his own.

    Attributes:
        protocol: Of the last time with Outlook, if there was one; ``last_seen`` likewise.
        requests: Successful ones of all protocols.
    """

    delegate_key: str
    owner_key: str
    protocol: str
    last_seen: datetime
    requests: int


def _pair(one: OpenedSeen) -> tuple[str, str]:
    return one.delegate_key, one.owner_key


@dataclass(frozen=True, slots=True)
class Connection:
    r"""One user's requests for one mailbox with one client, as logged.

    Attributes:
        user: Who authenticated, lower case: ``domain\sam``, an address, a legacyExchangeDN.
        mailbox: GUID, address or legacyExchangeDN of the mailbox, lower case; None where the
            request names none that can be told.
        agent: As logged, cut short; hostile text.
        requests: Successful ones; ``attempts`` are all.
        first: First attempt, UTC; ``last`` likewise.
        last_success: Last successful one.
    """

    user: str
    mailbox: str | None
    protocol: str
    agent: str | None
    device_type: str | None
    device_id: str | None
    build: str | None
    requests: int
    attempts: int
    first: datetime
    last: datetime
    last_success: datetime | None


@dataclass(frozen=True, slots=True)
class Spell:
    """A run of days in which a user's Outlook kept to one protocol.

    Attributes:
        is_success: Of requests that succeeded; else the user never had one that did.
    """

    user: str
    protocol: OutlookProtocol
    is_success: bool
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Connections:
    """What the logs hold, by the names they use.

    Attributes:
        first: Time of the first row, UTC; ``last`` of the last, probes included.
        notes: Sentences on files and rows that were not read.
        counts: Rows read, and what became of each.
    """

    rows: tuple[Connection, ...]
    spells: tuple[Spell, ...]
    first: datetime | None
    last: datetime | None
    notes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OutlookBefore:
    """How a person's Outlook connected up to an instant.

    Attributes:
        at: The last such connection before it, or, where the run of days goes on after it, the
            first of that run.
        goes_on: The same run goes on after the instant.
    """

    protocol: OutlookProtocol
    at: datetime
    goes_on: bool


@dataclass(frozen=True, slots=True)
class OnPrem:
    """On-premises logs by person key.

    Attributes:
        first, last: Time the logs cover.
        outlooks: Person key to the last Outlook connection.
        others: Person key to his other clients.
        opened: Mailboxes opened by others than their owner: observed delegates; sorted by the
            keys of delegate and owner.
        notes: Sentences for the coverage.
        counts: Numbers for the coverage: rows read, probes, anonymous, rejected, unresolved.
        spells: Person key to the runs of Outlook's protocols, in order of their ends.
    """

    first: datetime | None
    last: datetime | None
    outlooks: Mapping[str, OutlookSeen]
    others: Mapping[str, tuple[OtherSeen, ...]]
    opened: tuple[OpenedSeen, ...]
    notes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    spells: Mapping[str, tuple[Spell, ...]] = field(default_factory=dict)

    def opened_at(self, delegate_key: str, owner_key: str) -> datetime | None:
        """When somebody last opened another's mailbox with Outlook; None for never."""
        pair = (delegate_key, owner_key)
        at = bisect_left(self.opened, pair, key=_pair)
        found = self.opened[at] if at < len(self.opened) else None
        if found is None or _pair(found) != pair or found.protocol not in OUTLOOK_PROTOCOLS:
            return None
        return found.last_seen

    def outlook_before(self, person_key: str, instant: datetime) -> OutlookBefore | None:
        """How a person's Outlook last connected before an instant; None where not told."""
        best: OutlookBefore | None = None
        for spell in self.spells.get(person_key, ()):
            if spell.first > instant:
                continue
            goes_on = spell.last > instant
            seen = OutlookBefore(spell.protocol, spell.first if goes_on else spell.last, goes_on)
            if best is None or (seen.goes_on, seen.at) >= (best.goes_on, best.at):
                best = seen
        is_stale = best is not None and not best.goes_on and best.at < instant - STALE
        return None if is_stale else best


def link_onprem(connections: Connections, people: People) -> OnPrem:
    """Join the logs' names to people: exact, or refused and counted."""
    joiner = _Joiner(people)
    spells = _by_person(joiner, connections.spells)
    rows: dict[str, list[Connection]] = defaultdict(list)
    for row in connections.rows:
        key = joiner.person(row.user)
        if key is not None:
            rows[key].append(row)
    opened = _opened(joiner, rows)
    counts = {**connections.counts, **joiner.counts(), "onprem_delegations": len(opened)}
    return OnPrem(
        first=connections.first,
        last=connections.last,
        outlooks={key: _outlook(runs, rows[key]) for key, runs in spells.items()},
        others={key: others for key in sorted(rows) if (others := _others(rows[key]))},
        opened=opened,
        notes=(_read(connections), *connections.notes, *joiner.notes()),
        counts=counts,
        spells=spells,
    )


class _Joiner:
    """Resolves the logs' names, each once."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._users: dict[str, Resolution] = {}
        self._mailboxes: dict[str, Resolution] = {}

    def person(self, user: str) -> str | None:
        """Key of whoever authenticated under a name."""
        if user not in self._users:
            self._users[user] = self._people.resolve(user)
        return self._users[user].key

    def owner(self, mailbox: str) -> str | None:
        """Key of whose mailbox it is."""
        if mailbox not in self._mailboxes:
            is_guid = len(mailbox) == _GUID_LENGTH and "@" not in mailbox and "/" not in mailbox
            hint = NameKind.EXCHANGE_GUID.value if is_guid else None
            self._mailboxes[mailbox] = self._people.resolve(mailbox, hint)
        return self._mailboxes[mailbox].key

    def counts(self) -> dict[str, int]:
        """How many names joined nobody."""
        return {
            "onprem_users_unknown": len(self._lost(self._users, is_ambiguous=False)),
            "onprem_users_ambiguous": len(self._lost(self._users, is_ambiguous=True)),
            "onprem_mailboxes_unresolved": sum(one.key is None for one in self._mailboxes.values()),
        }

    def notes(self) -> list[str]:
        """Sentences on the names that joined nobody."""
        unknown = self._lost(self._users, is_ambiguous=False)
        ambiguous = self._lost(self._users, is_ambiguous=True)
        mailboxes = [name for name, one in self._mailboxes.items() if one.key is None]
        told = (
            (unknown, "user|users", "fit nobody in the sign-ins or recipients"),
            (ambiguous, "user|users", "fit more than one person and joined nobody"),
            (
                mailboxes,
                "mailbox|mailboxes",
                "cannot be told whose they are (an archive's GUID is in no export): nobody is "
                "called a delegate for them",
            ),
        )
        return [_lost_note(names, noun, why) for names, noun, why in told if names]

    @staticmethod
    def _lost(found: Mapping[str, Resolution], *, is_ambiguous: bool) -> list[str]:
        return [
            name
            for name, one in found.items()
            if one.key is None and bool(one.candidates) is is_ambiguous
        ]


def _lost_note(names: list[str], noun: str, why: str) -> str:
    one, several = noun.split("|")
    shown = ", ".join(repr(name[:60]) for name in sorted(names)[:_SHOWN])
    more = ", ..." if len(names) > _SHOWN else ""
    said = one if len(names) == 1 else several
    return f"On-premises logs: {len(names)} {said} {why}: {shown}{more}."


def _read(connections: Connections) -> str:
    counts = connections.counts
    if connections.first is None or connections.last is None:
        return f"On-premises logs: {counts.get('onprem_files', 0)} files without a readable row."
    number = {name: counts.get(f"onprem_{name}", 0) for name in _WHAT}
    parts = ", ".join(f"{number[name]:,} {what}" for name, what in _WHAT.items() if number[name])
    files = counts.get("onprem_files", 0)
    return (
        f"On-premises logs: {files} file{'' if files == 1 else 's'} with "
        f"{counts.get('onprem_rows', 0):,} rows from {connections.first:%Y-%m-%d %H:%M} to "
        f"{connections.last:%Y-%m-%d %H:%M} UTC: {parts}."
    )


_WHAT = {
    "used": "used",
    "probe": "of health probes and servers dropped",
    "anonymous": "without an authenticated user dropped",
    "other": "of protocols that say nothing here",
    "rejected": "rejected",
}


def _by_person(joiner: _Joiner, spells: Iterable[Spell]) -> dict[str, tuple[Spell, ...]]:
    found: dict[str, list[Spell]] = defaultdict(list)
    for spell in spells:
        key = joiner.person(spell.user)
        if key is not None:
            found[key].append(spell)
    merged = {}
    for key, runs in sorted(found.items()):
        good = [spell for spell in runs if spell.is_success] or runs
        merged[key] = tuple(sorted(good, key=lambda spell: (spell.last, spell.protocol)))
    return merged


def _outlook(runs: tuple[Spell, ...], rows: list[Connection]) -> OutlookSeen:
    last = runs[-1]
    by_protocol = {spell.protocol: spell.last for spell in runs}
    return OutlookSeen(
        protocol=last.protocol,
        at=last.last,
        rpc_last=by_protocol.get("rpc-http"),
        mapi_last=by_protocol.get("mapi-http"),
        build=_build(rows),
    )


def _build(rows: list[Connection]) -> str | None:
    """Build that Outlook named last; RPC over HTTP names none, Autodiscover and EWS do."""
    told = [row for row in rows if row.build]
    return max(told, key=lambda row: (row.last, row.build or "")).build if told else None


def _others(rows: list[Connection]) -> tuple[OtherSeen, ...]:
    found: dict[tuple[str, str], list[Connection]] = defaultdict(list)
    for row in rows:
        if row.protocol not in OUTLOOK_PROTOCOLS:
            found[row.protocol, _client(row)].append(row)
    return tuple(
        OtherSeen(
            protocol, client, max(row.last for row in same), sum(row.requests for row in same)
        )
        for (protocol, client), same in sorted(found.items())
    )


def _client(row: Connection) -> str:
    device = " ".join(part for part in (row.device_type, row.device_id) if part)
    return device or row.agent or ""


def _opened(joiner: _Joiner, rows: Mapping[str, list[Connection]]) -> tuple[OpenedSeen, ...]:
    found: dict[tuple[str, str], list[tuple[datetime, Connection]]] = defaultdict(list)
    for key, of_person in rows.items():
        for row in of_person:
            owner = joiner.owner(row.mailbox) if row.mailbox else None
            if owner is not None and owner != key and row.last_success is not None:
                found[key, owner].append((row.last_success, row))
    opened = []
    for (delegate, owner), same in sorted(found.items()):
        by_outlook = [pair for pair in same if pair[1].protocol in OUTLOOK_PROTOCOLS]
        at, last = max(by_outlook or same, key=lambda pair: (pair[0], pair[1].protocol))
        requests = sum(row.requests for _, row in same)
        opened.append(OpenedSeen(delegate, owner, last.protocol, at, requests))
    return tuple(opened)
