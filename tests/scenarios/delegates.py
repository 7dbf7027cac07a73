"""Scenarios: people who open moved mailboxes that are not theirs."""

from __future__ import annotations

from benchmarks.tenant.world import BUNDLE_WITHOUT_AGENTS
from tests.scenarios.building import (
    DELEGATE,
    LEGACY_OUTLOOK,
    RECONFIGURATION,
    everyday,
    modern_outlook,
    outlook,
)
from tests.scenarios.model import Move, Right, Scenario, Truth, upn

BOB = upn("bob")
OWNER = upn("owner")
HELPS = (Right("owner", "bob"),)
MOVED = (Move("owner", 12),)
STUCK = Truth(BOB, DELEGATE, OWNER, "ongoing")
DAYS = everyday("bob", "owner")
FAILS = outlook("bob", 12, 26, cause=DELEGATE)

SCENARIOS = (
    Scenario("a delegate fails since the owner moved", (*DAYS, *FAILS), (STUCK,), MOVED, HELPS),
    Scenario(
        "the same without any user agent in the log",
        (*DAYS, *outlook("bob", 12, 26, cause=DELEGATE, clients=BUNDLE_WITHOUT_AGENTS)),
        (STUCK,),
        MOVED,
        HELPS,
    ),
    Scenario(
        "of two owners, the one who moved is the reason",
        (*DAYS, *FAILS),
        (STUCK,),
        MOVED,
        (*HELPS, Right("stayer", "bob")),
    ),
    Scenario(
        "of two owners who moved, the one whose move the failures follow is the reason",
        (*DAYS, *outlook("bob", 5, 26, cause=DELEGATE)),
        (Truth(BOB, DELEGATE, upn("early"), "ongoing"),),
        (Move("early", 5), Move("owner", 19)),
        (*HELPS, Right("early", "bob")),
    ),
    Scenario(
        "a delegate who moves later is a delegate before and a mover after",
        (
            *DAYS,
            *outlook("bob", 5, 11, cause=DELEGATE),
            *outlook("bob", 12, 26, cause=RECONFIGURATION),
        ),
        (Truth(BOB, DELEGATE, OWNER), Truth(BOB, RECONFIGURATION, BOB, "ongoing")),
        (Move("owner", 5), Move("bob", 12)),
        HELPS,
    ),
    Scenario(
        "a delegate whose own move is only synced has not moved",
        (*DAYS, *FAILS),
        (STUCK,),
        (*MOVED, Move("bob", 12, status="Synced")),
        HELPS,
    ),
    Scenario(
        "a shared mailbox whose user principal name nobody knows goes by its address",
        (*everyday("bob"), *FAILS),
        (STUCK,),
        MOVED,
        HELPS,
        without_upn=("owner",),
    ),
    Scenario(
        "a folder right under a display name that one person has",
        (*DAYS, *FAILS),
        (STUCK,),
        MOVED,
        (Right("owner", "Bob Stone", "Editor", folder="Calendar"),),
        names=(("bob", "Bob Stone"),),
    ),
    Scenario(
        "a folder right under a display name that two people have joins nobody",
        (*DAYS, *outlook("bob", 12, 26, cause="")),
        (Truth(BOB, f"undetermined|{LEGACY_OUTLOOK}"),),
        MOVED,
        (Right("owner", "Bob Stone", "Editor", folder="Calendar"),),
        names=(("bob", "Bob Stone"), ("bob2", "Bob Stone")),
    ),
    Scenario(
        "a denied right and an inherited one open nothing",
        (*DAYS, *outlook("bob", 1, 26, cause=LEGACY_OUTLOOK)),
        (Truth(BOB, LEGACY_OUTLOOK, "", "ongoing"),),
        MOVED,
        (Right("owner", "bob", deny=True), Right("owner", "bob", inherited=True)),
    ),
    Scenario(
        "a delegate blocked for weeks before the owner moved is a legacy Outlook",
        (*DAYS, *outlook("bob", 1, 26, cause=LEGACY_OUTLOOK)),
        (Truth(BOB, LEGACY_OUTLOOK, "", "ongoing"),),
        MOVED,
        HELPS,
    ),
    Scenario(
        "a delegate whose Outlook reconfigures has recovered",
        (*DAYS, *outlook("bob", 12, 18, cause=DELEGATE), *modern_outlook("bob", 19)),
        (Truth(BOB, DELEGATE, OWNER, "recovered"),),
        MOVED,
        HELPS,
    ),
    Scenario(
        "a mover who is also a delegate is judged by his own move",
        (*DAYS, *outlook("bob", 12, 26)),
        (Truth(BOB, RECONFIGURATION, BOB, "ongoing"),),
        (Move("bob", 12), Move("owner", 12)),
        HELPS,
    ),
)
