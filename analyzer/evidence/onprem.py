"""What on-premises front-end logs say of people: how they connect, and whose mailbox they open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import datetime

OutlookProtocol = Literal["rpc-http", "mapi-http"]
"""How an Outlook reached its mailbox: RPC over HTTP cannot do modern authentication."""


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
    """Somebody opened a mailbox that is not his own."""

    delegate_key: str
    owner_key: str
    protocol: str
    last_seen: datetime
    requests: int


@dataclass(frozen=True, slots=True)
class OnPrem:
    """On-premises logs by person key.

    Attributes:
        first, last: Time the logs cover.
        outlooks: Person key to the last Outlook connection.
        others: Person key to his other clients.
        opened: Mailboxes opened by others than their owner: observed delegates.
        notes: Sentences for the coverage.
        counts: Numbers for the coverage: rows read, probes, anonymous, rejected, unresolved.
    """

    first: datetime | None
    last: datetime | None
    outlooks: Mapping[str, OutlookSeen]
    others: Mapping[str, tuple[OtherSeen, ...]]
    opened: tuple[OpenedSeen, ...]
    notes: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
