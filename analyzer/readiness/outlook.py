"""How a person's Outlook connects: what the setting allows, what was seen, what its build can.

Sources: Set-CASMailbox and Set-OrganizationConfig (MicrosoftDocs/office-docs-powershell) for the
setting; KB 3126599 (MicrosoftDocs/OfficeDocs-Support) for RPC over HTTP, which cannot do modern
authentication; MicrosoftDocs/OfficeDocs-Exchange, mapi-over-http, for versions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from analyzer.results import Answer

if TYPE_CHECKING:
    from analyzer.evidence.linking import MapiState, State
    from analyzer.evidence.onprem import OutlookSeen

FIRST_CAPABLE_BUILD = (15, 0, 4569)
"""Outlook 2013 SP1. What is older does neither MAPI over HTTP nor modern authentication; Outlook
2010 with updates does the first, never the second."""

BOTH_WITHIN = timedelta(days=1)
"""RPC and MAPI over HTTP seen so close together may be two computers, or the switch itself."""

SettingFrom = Literal["mailbox", "organisation", "exchange-2010", "none"]

_IN_AGENT = re.compile(r"outlook[ /](\d{1,3})\.(\d{1,3})\.(\d{1,6})", re.IGNORECASE)
_BARE = re.compile(r"^\s*(\d{1,3})\.(\d{1,3})(?:\.(\d{1,6}))?")
_MAJOR_IN_AGENT = re.compile(r"(?:outlook|office)[ /](\d{1,3})\.(\d{1,3})", re.IGNORECASE)
# Outlook for Mac counts its versions in the same numbers and speaks Exchange Web Services only.
_MAC = re.compile(r"macoutlook", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of a person's Outlook.

    Attributes:
        setting: Effective MAPI over HTTP; ``setting_from`` is whose value it is.
        seen: Last connection in on-premises logs.
        build: As an agent or a log names it; ``is_old`` whether it cannot do modern
            authentication, None where no build is known.
    """

    setting: State
    setting_from: SettingFrom
    seen: OutlookSeen | None = None
    build: str | None = None

    @property
    def is_old(self) -> bool | None:
        """Whether this build can never do modern authentication."""
        return is_old_build(self.build)

    @property
    def on_rpc(self) -> Answer:
        """Whether it talks RPC over HTTP. What was seen beats what is set."""
        if self.seen is not None:
            return _seen_on_rpc(self.seen)
        return {"on": Answer.NO, "off": Answer.YES, "unknown": Answer.UNKNOWN}[self.setting]


def outlook_of(
    own: MapiState, seen: OutlookSeen | None, build: str | None, *, is_on_exchange_2010: bool
) -> Outlook:
    """Put together what is known; a mailbox on Exchange 2010 cannot have MAPI over HTTP."""
    told = build or (seen.build if seen else None)
    if is_on_exchange_2010:
        return Outlook("off", "exchange-2010", seen, told)
    return Outlook(own.state, own.source, seen, told)


def is_old_build(build: str | None) -> bool | None:
    """Whether a build, or an agent that names one, is older than Outlook 2013 SP1.

    None where it names no build, or only ``15.0``, which both sides share.
    """
    if not build or _MAC.search(build):
        return None
    exact = _IN_AGENT.search(build) or _BARE.match(build)
    if exact and exact[3]:
        return (int(exact[1]), int(exact[2]), int(exact[3])) < FIRST_CAPABLE_BUILD
    major = exact or _MAJOR_IN_AGENT.search(build)
    if major is None or (int(major[1]), int(major[2])) == FIRST_CAPABLE_BUILD[:2]:
        return None
    return (int(major[1]), int(major[2])) < FIRST_CAPABLE_BUILD[:2]


def _seen_on_rpc(seen: OutlookSeen) -> Answer:
    if seen.rpc_last and seen.mapi_last and abs(seen.mapi_last - seen.rpc_last) < BOTH_WITHIN:
        return Answer.UNKNOWN
    return Answer.YES if seen.protocol == "rpc-http" else Answer.NO
