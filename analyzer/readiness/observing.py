"""On-premises logs as they would have been at an earlier time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.evidence.onprem import OutlookSeen

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.evidence.onprem import OnPrem, OutlookProtocol, Spell


def onprem_before(onprem: OnPrem, instant: datetime) -> OnPrem:
    """The logs without what came at an instant or later.

    Outlooks are told from their runs of days. Of other clients and of mailboxes opened only the
    last time is kept: those last seen later are left out, though they may have been there before.
    """
    outlooks = {
        key: seen
        for key, spells in onprem.spells.items()
        if (seen := _outlook(spells, instant, onprem.outlooks.get(key)))
    }
    others = {
        key: kept
        for key, found in onprem.others.items()
        if (kept := tuple(each for each in found if each.last_seen < instant))
    }
    opened = tuple(each for each in onprem.opened if each.last_seen < instant)
    last = min(onprem.last, instant) if onprem.last else None
    return replace(onprem, last=last, outlooks=outlooks, others=others, opened=opened)


def _outlook(
    spells: tuple[Spell, ...], instant: datetime, latest: OutlookSeen | None
) -> OutlookSeen | None:
    lasts: dict[OutlookProtocol, datetime] = {}
    for spell in spells:
        if spell.first < instant:
            # A run that goes on was still the protocol then: its end is the instant itself.
            end = min(spell.last, instant)
            lasts[spell.protocol] = max(end, lasts.get(spell.protocol, end))
    if not lasts:
        return None
    protocol, at = max(lasts.items(), key=lambda each: (each[1], each[0] == "rpc-http"))
    build = latest.build if latest else None
    return OutlookSeen(protocol, at, lasts.get("rpc-http"), lasts.get("mapi-http"), build)
