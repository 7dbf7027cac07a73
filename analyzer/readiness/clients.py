"""Clients that are blocked whatever is done to Outlook: phones, protocols, scripts, old Outlooks.

Source: field guide section 1: a phone's native mail app on ActiveSync is a legacy client, to be
added again with modern authentication or replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.readiness.model import LegacyClient
from analyzer.readiness.outlook import is_old_build
from analyzer.results import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from analyzer.evidence.onprem import OtherSeen
    from analyzer.readiness.outlook import Outlook

KIND_OF_FAMILY = {
    "activesync": "phone",
    "mail-protocol": "mail-protocol",
    "application": "script",
    "skype": "skype",
}
KIND_OF_PROTOCOL = {
    "activesync": "phone",
    "imap": "mail-protocol",
    "pop": "mail-protocol",
    "smtp": "mail-protocol",
    "ews": "script",
}
"""Autodiscover is asked by every client and stands for none."""

SIGN_INS = "sign-ins"
LOGS = "on-premises logs"
CAS = "Get-CASMailbox"


@dataclass(frozen=True, slots=True)
class SeenClient:
    """A legacy client of one person in the sign-ins.

    Attributes:
        family: Client family; ``outlook`` counts only with the agent of an old build.
        client: Client app and agent as logged.
    """

    family: str
    client: str
    agent: str
    last_seen: datetime


def legacy_clients(
    seen: Iterable[SeenClient],
    others: Iterable[OtherSeen],
    outlook: Outlook,
    *,
    activesync_allowed: bool | None,
    blocked: Answer,
    phones_blocked: Answer,
) -> tuple[LegacyClient, ...]:
    """The person's legacy clients, those that were seen first.

    Args:
        seen: From 30 days of sign-ins.
        others: From on-premises logs.
        outlook: The person's Outlook.
        activesync_allowed: What Get-CASMailbox says, None where it does not.
        blocked: Whether his legacy clients are turned away in Exchange Online.
        phones_blocked: The same of ActiveSync.
    """

    def judged(kind: str) -> Answer:
        return phones_blocked if kind == "phone" else blocked

    found: dict[tuple[str, str], LegacyClient] = {}
    for each in sorted(seen, key=lambda each: each.last_seen, reverse=True):
        kind = _kind(each)
        if kind:
            client = LegacyClient(kind, each.client, SIGN_INS, True, each.last_seen, judged(kind))
            found.setdefault((kind, each.client), client)
    for other in sorted(others, key=lambda other: other.last_seen, reverse=True):
        kind = KIND_OF_PROTOCOL.get(other.protocol, "")
        if kind and not _is_outlooks(other):
            client = LegacyClient(kind, other.client, LOGS, True, other.last_seen, judged(kind))
            found.setdefault((kind, other.client), client)
    if outlook.is_old and outlook.build:
        at = outlook.seen.at if outlook.seen else None
        where = LOGS if outlook.seen and outlook.seen.build == outlook.build else SIGN_INS
        old = LegacyClient("old-outlook", outlook.build, where, True, at, blocked)
        found.setdefault(("old-outlook", outlook.build), old)
    if activesync_allowed and not any(kind == "phone" for kind, _client in found):
        could = LegacyClient("phone", "", CAS, False, None, phones_blocked)
        found["phone", ""] = could
    return tuple(
        sorted(found.values(), key=lambda each: (not each.is_seen, each.kind, each.client))
    )


def _kind(seen: SeenClient) -> str:
    if seen.family == "outlook":
        return "old-outlook" if is_old_build(seen.agent) else ""
    return KIND_OF_FAMILY.get(seen.family, "")


def _is_outlooks(other: OtherSeen) -> bool:
    """Outlook itself uses Exchange Web Services, and names itself there."""
    agent = other.client.lower()
    return other.protocol == "ews" and ("microsoft outlook" in agent or "microsoft office" in agent)
