"""Scenarios: combinations and near-misses beyond the plain cases."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.tenant.world import (
    BUNDLE,
    BUNDLE_2010,
    IMAP,
    IPHONE,
    POLICIES,
    SKYPE,
    SPRAY,
    STRANGER,
    STRANGER_IPV6,
)
from tests.scenarios.building import (
    ATTACK,
    DELEGATE,
    LEGACY_OUTLOOK,
    PHONE,
    RECONFIGURATION,
    everyday,
    outlook,
    program,
)
from tests.scenarios.model import Event, Move, Right, Scenario, Truth, upn, user_id

ANN = upn("ann")
MOVED = (Move("ann", 12),)
STUCK = Truth(ANN, RECONFIGURATION, ANN, "ongoing")
CROWD = ("ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal")
NOT_UNDERSTOOD = (
    "appliedConditionalAccessPolicies",
    [
        {
            "id": policy.id,
            "displayName": policy.name,
            "enforcedGrantControls": list(policy.grant_controls),
            "enforcedSessionControls": [],
            "result": "unknownFutureValue",
            "conditionsSatisfied": "application,users",
            "conditionsNotSatisfied": "none",
        }
        for policy in POLICIES.values()
    ],
)

SCENARIOS = (
    Scenario(
        "Office's own Autodiscover probes before the move are no Outlook blocked before it",
        (
            *everyday("ann"),
            *outlook("ann", 9, 10, cause="", clients=BUNDLE[:1], hours=("13:30",)),
            *outlook("ann", 12, 26),
        ),
        (STUCK, Truth(ANN, f"{LEGACY_OUTLOOK}|undetermined|{RECONFIGURATION}")),
        MOVED,
    ),
    Scenario(
        "a failure five minutes before the recorded completion belongs to the move",
        (*everyday("ann"), *outlook("ann", 12, 26, hours=("01:05", "13:30"))),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "an MFA policy that a legacy client cannot answer blocks a stuck Outlook as well",
        (*everyday("ann"), *outlook("ann", 12, 26, outcome="second-factor-impossible")),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "policy results that the reader did not ask to understand do not change the cause",
        (*everyday("ann"), *outlook("ann", 12, 26, changes=(NOT_UNDERSTOOD,))),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "rows that name the user by object id are the same person's",
        (
            *everyday("ann"),
            *outlook("ann", 12, 16, changes=(("userPrincipalName", user_id("ann")),)),
            *outlook("ann", 17, 26),
        ),
        (STUCK,),
        MOVED,
        alone=True,
    ),
    Scenario(
        "a mover's Outlook 2010 cannot do modern authentication, move or no move",
        (*everyday("ann"), *outlook("ann", 12, 26, cause=LEGACY_OUTLOOK, clients=BUNDLE_2010)),
        (Truth(ANN, LEGACY_OUTLOOK, "", "ongoing"),),
        MOVED,
    ),
    Scenario(
        "a stuck Outlook, Skype, a phone and an IMAP program of one mover are four causes",
        (
            *everyday("ann"),
            *outlook("ann", 12, 26),
            *program("ann", 12, 26, SKYPE, "skype-for-business"),
            *program("ann", 12, 26, IPHONE, PHONE, outcome="false-success"),
            *program("ann", 12, 26, IMAP, "mail-protocol"),
        ),
        (
            STUCK,
            Truth(ANN, "skype-for-business", "", "ongoing"),
            Truth(ANN, PHONE, "", "ongoing"),
            Truth(ANN, "mail-protocol", "", "ongoing"),
        ),
        MOVED,
    ),
    Scenario(
        "an owner whose archive alone moved makes nobody a delegate of a moved mailbox",
        (*everyday("bob"), *outlook("bob", 12, 26, cause="")),
        (Truth(upn("bob"), f"undetermined|{LEGACY_OUTLOOK}"),),
        (Move("owner", 12, flags="CrossOrg, MoveOnlyArchiveMailbox, Pull"),),
        (Right("owner", "bob"),),
    ),
    Scenario(
        "a stuck Outlook at the office does not excuse the known password abroad",
        (
            *everyday("ann"),
            *outlook("ann", 12, 26),
            *outlook("ann", 15, 16, cause=ATTACK, place=STRANGER),
        ),
        (STUCK, Truth(ANN, ATTACK, "", "stopped")),
        MOVED,
    ),
    Scenario(
        "nor does a delegate's",
        (
            *everyday("bob"),
            *outlook("bob", 12, 26, cause=DELEGATE),
            *outlook("bob", 15, 16, cause=ATTACK, place=STRANGER),
        ),
        (
            Truth(upn("bob"), DELEGATE, upn("owner"), "ongoing"),
            Truth(upn("bob"), ATTACK, "", "stopped"),
        ),
        (Move("owner", 12),),
        (Right("owner", "bob"),),
    ),
    Scenario(
        "ActiveSync's false success from a strange country is a known password too",
        (
            *everyday("ann"),
            *program("ann", 15, 16, IPHONE, ATTACK, place=STRANGER, outcome="false-success"),
        ),
        (Truth(ANN, ATTACK, "", "stopped"),),
        MOVED,
    ),
    Scenario(
        "a spray that changes its address inside one network is a hostile network",
        (
            *everyday(*CROWD),
            *(
                Event(
                    who, f"12T02:{number:02}", BUNDLE[2],
                    replace(STRANGER_IPV6, ip=f"2001:db8:bad::{number + 1}"), "wrong-password",
                    ATTACK,
                )
                for number, who in enumerate(CROWD)
            ),
        ),
        tuple(Truth(upn(who), ATTACK, "", "stopped") for who in CROWD),
        tuple(Move(who, 12) for who in CROWD),
    ),
    Scenario(
        "an hour after the spray, a lone wrong password at home is the person's own",
        (
            *everyday(*CROWD, "ivy"),
            *(
                Event(who, f"12T02:{number:02}", BUNDLE[2], SPRAY[0], "wrong-password", ATTACK)
                for number, who in enumerate(CROWD)
            ),
            *program("ivy", 12, 12, IPHONE, "wrong-password", outcome="wrong-password"),
        ),
        (
            *(Truth(upn(who), ATTACK, "", "stopped") for who in CROWD),
            Truth(upn("ivy"), "wrong-password"),
        ),
    ),
)  # fmt: skip
