"""On-premises logs as of an earlier time: nothing of what came later is left in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from analyzer.evidence.onprem import OnPrem, OpenedSeen, OtherSeen, OutlookSeen, Spell
from analyzer.readiness.observing import onprem_before

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
RPC, MAPI = "rpc-http", "mapi-http"


def spell(protocol, first, last):
    return Spell("amy", protocol, True, AT + first * DAY, AT + last * DAY)


def outlook_before(*spells):
    latest = OutlookSeen(MAPI, AT + 9 * DAY, None, AT + 9 * DAY, "16.0.14326")
    logs = OnPrem(AT - 9 * DAY, AT + 9 * DAY, {"amy": latest}, {}, (), spells={"amy": spells})
    return onprem_before(logs, AT).outlooks.get("amy")


@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ((spell(RPC, -5, -2),), OutlookSeen(RPC, AT - 2 * DAY, AT - 2 * DAY, None, "16.0.14326")),
        ((spell(RPC, -5, 3),), OutlookSeen(RPC, AT, AT, None, "16.0.14326")),
        (
            (spell(RPC, -5, -3), spell(MAPI, -3, 3)),
            OutlookSeen(MAPI, AT, AT - 3 * DAY, AT, "16.0.14326"),
        ),
        (
            (spell(RPC, -5, -1), spell(MAPI, 1, 3)),
            OutlookSeen(RPC, AT - DAY, AT - DAY, None, "16.0.14326"),
        ),
        # Both go on at that time: RPC is the one that matters.
        ((spell(RPC, -5, 3), spell(MAPI, -5, 3)), OutlookSeen(RPC, AT, AT, AT, "16.0.14326")),
        ((spell(RPC, 1, 3),), None),
        ((), None),
    ],
)
def test_the_last_protocol_before_an_instant(spells, expected):
    assert outlook_before(*spells) == expected


def test_clients_and_delegations_seen_later_are_left_out():
    early, late = AT - DAY, AT + DAY
    phone = OtherSeen("activesync", "Apple-iPhone", early, 3)
    opened = OpenedSeen("bo", "amy", RPC, early, 2)
    logs = OnPrem(
        AT - 2 * DAY, AT + 2 * DAY, {},
        {"amy": (phone, OtherSeen("imap", "x", late, 1)), "bo": (OtherSeen("pop", "y", late, 1),)},
        (opened, OpenedSeen("cy", "amy", RPC, late, 2)),
    )  # fmt: skip

    assert onprem_before(logs, AT) == OnPrem(AT - 2 * DAY, AT, {}, {"amy": (phone,)}, (opened,))
