"""Scenarios: attacks, what looks like one, wrong passwords, other policies, other failures."""

from __future__ import annotations

from benchmarks.tenant.world import (
    BUNDLE,
    DATA_CENTRE,
    IMAP,
    IPHONE,
    LISBON_HOTEL,
    OWA,
    PORTAL,
    SMTP,
    SPRAY,
    STRANGER,
    STRANGER_IPV6,
    TEAMS,
    TORONTO,
    WORD,
)
from tests.scenarios.building import (
    ATTACK,
    BRANCH,
    CARRIER,
    HOME,
    HOTEL,
    HOTEL_LONG,
    PASSWORD,
    RECONFIGURATION,
    everyday,
    outlook,
    program,
    spray,
)
from tests.scenarios.model import Event, Move, Scenario, Truth, upn

ANN = upn("ann")
CROWD = ("ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal")
MANY = tuple(f"p{number:02}" for number in range(40))
DAYS = everyday(*CROWD)
SPRAYED = spray(CROWD, SPRAY[0], 12, BUNDLE[2])
VICTIMS = tuple(Truth(upn(who), ATTACK, "", "stopped") for who in CROWD)
STUCK_CROWD = tuple(event for who in CROWD for event in outlook(who, 12, 26))
STUCK_TRUTHS = tuple(Truth(upn(who), RECONFIGURATION, upn(who), "ongoing") for who in CROWD)
MOVED_CROWD = tuple(Move(who, 12) for who in CROWD)

SCENARIOS = (
    Scenario(
        "a spray with Outlook's agent, an hour after the move, is an attack",
        (*DAYS, *SPRAYED),
        VICTIMS,
        MOVED_CROWD,
    ),
    Scenario(
        "a sprayed mover with a stuck Outlook has both",
        (*DAYS, *SPRAYED, *outlook("ann", 12, 26)),
        (*VICTIMS, Truth(ANN, RECONFIGURATION, ANN, "ongoing")),
        MOVED_CROWD,
    ),
    Scenario(
        "a right password from a hostile address is an attack though the move is fresh",
        (
            *everyday(*CROWD, "ivy"),
            *SPRAYED,
            Event("ivy", "12T02:10", BUNDLE[0], SPRAY[0], "blocked", ATTACK),
        ),
        (*VICTIMS, Truth(upn("ivy"), ATTACK, "", "stopped")),
        (*MOVED_CROWD, Move("ivy", 12)),
    ),
    Scenario(
        "a modern client refused by policy at a hostile address is an attack",
        (
            *everyday(*CROWD, "ivy"),
            *SPRAYED,
            Event("ivy", "12T02:10", OWA, SPRAY[0], "country", ATTACK),
        ),
        (*VICTIMS, Truth(upn("ivy"), ATTACK, "", "stopped")),
    ),
    Scenario(
        "a known password from a strange address, network and country is an attack",
        (*everyday("ann"), *outlook("ann", 20, 23, cause=ATTACK, place=STRANGER)),
        (Truth(ANN, ATTACK, "", "stopped"),),
        (Move("ann", 12),),
    ),
    Scenario(
        "so is one by IMAP for a person who never moved",
        (*everyday("ann"), *program("ann", 10, 12, IMAP, ATTACK, place=STRANGER_IPV6)),
        (Truth(ANN, ATTACK, "", "stopped"),),
    ),
    Scenario(
        "an address written at full length is the familiar one",
        (
            *everyday("ann"),
            Event("ann", "9T12:00", OWA, HOTEL, "success", "success", days=17),
            *outlook("ann", 12, 26, place=HOTEL_LONG),
        ),
        (Truth(ANN, RECONFIGURATION, ANN, "ongoing"),),
        (Move("ann", 12),),
        alone=True,
    ),
    Scenario(
        "an office full of stuck Outlooks and some mistyped passwords is no attacker",
        (
            *everyday(*CROWD, *MANY),
            *STUCK_CROWD,
            *(
                Event(who, f"15T13:{minute:02}", BUNDLE[2], TORONTO, "wrong-password", PASSWORD)
                for minute, who in enumerate(CROWD[:6])
            ),
        ),
        (*STUCK_TRUTHS, *(Truth(upn(who), PASSWORD) for who in CROWD[:6])),
        MOVED_CROWD,
        alone=True,
    ),
    Scenario(
        "a branch where more people are stuck than succeed is no attacker",
        (
            *DAYS,
            Event("gus", "11T12:00", TEAMS, BRANCH, "success", "success", days=15),
            *(event for who in CROWD for event in outlook(who, 12, 26, place=BRANCH)),
        ),
        STUCK_TRUTHS,
        MOVED_CROWD,
        alone=True,
    ),
    Scenario(
        "six people of a small branch who mistype on six different days are no attack",
        (
            *DAYS,
            *(
                Event(who, f"{3 + number * 3}T14:00", PORTAL, BRANCH, "wrong-password", PASSWORD)
                for number, who in enumerate(CROWD[:6])
            ),
        ),
        tuple(Truth(upn(who), PASSWORD) for who in CROWD[:6]),
        alone=True,
    ),
    Scenario(
        "names that do not exist, tried from a hostile address, are part of the attack",
        (
            *DAYS,
            *SPRAYED,
            Event("nobody", "12T02:09", BUNDLE[2], SPRAY[0], "no-such-user", ATTACK),
        ),
        (*VICTIMS, Truth(upn("nobody"), ATTACK, "", "stopped")),
    ),
    Scenario(
        "a printer that never signed in, at an address of our own network, is no attacker",
        (*DAYS, *program("scan", 1, 26, SMTP, "mail-protocol", place=DATA_CENTRE)),
        (Truth(upn("scan"), "mail-protocol", "", "ongoing"),),
        alone=True,
    ),
    Scenario(
        "a mistyped password and a success a minute later",
        (
            *everyday("ann"),
            Event("ann", "9T13:00", PORTAL, TORONTO, "wrong-password", PASSWORD),
            Event("ann", "9T13:02", PORTAL, TORONTO, "success", "success"),
        ),
        (Truth(ANN, PASSWORD),),
    ),
    Scenario(
        "an expired password is not blocked legacy authentication",
        (*everyday("ann"), *outlook("ann", 9, 9, cause=PASSWORD, outcome="password-expired")),
        (Truth(ANN, PASSWORD),),
        (Move("ann", 8),),
    ),
    Scenario(
        "a phone with last year's password",
        (
            *everyday("ann"),
            *program("ann", 12, 26, IPHONE, PASSWORD, place=CARRIER, outcome="wrong-password"),
        ),
        (Truth(ANN, PASSWORD, "", "ongoing"),),
        (Move("ann", 12),),
    ),
    Scenario(
        "a locked account at home is one person's trouble",
        (*everyday("ann"), *program("ann", 12, 12, PORTAL, PASSWORD, place=HOME, outcome="locked")),
        (Truth(ANN, PASSWORD),),
    ),
    Scenario(
        "a modern client stopped by a device policy",
        (*everyday("ann"), *program("ann", 12, 26, WORD, "other-policy", outcome="device")),
        (Truth(ANN, "other-policy", "", "ongoing"),),
        (Move("ann", 12),),
    ),
    Scenario(
        "a modern client stopped by the country policy at an unfamiliar place",
        (
            *everyday("ann"),
            *program("ann", 12, 15, OWA, "other-policy", place=LISBON_HOTEL, outcome="country"),
        ),
        (Truth(ANN, "other-policy"),),
    ),
    Scenario(
        "a disabled account",
        (*everyday("ann"), *program("ann", 12, 26, TEAMS, "other-failure", outcome="disabled")),
        (Truth(ANN, "other-failure", "", "ongoing"),),
    ),
    Scenario(
        "a guest whom the tenant does not know",
        (
            *everyday("zed"),
            Event(
                "guest", "9T13:00", PORTAL, HOME, "guest-not-here", "other-failure",
                upn="ben_fabrikam.example#EXT#@contoso.example",
            ),
        ),
        (Truth("ben_fabrikam.example#ext#@contoso.example", "other-failure"),),
    ),
)  # fmt: skip
