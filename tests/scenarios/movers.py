"""Scenarios: Outlooks of people who moved, and those that look like them and are not."""

from __future__ import annotations

from benchmarks.tenant.world import (
    BUNDLE,
    BUNDLE_2010,
    BUNDLE_MAPI,
    BUNDLE_UNNAMED,
    BUNDLE_WITHOUT_AGENTS,
    EWS_SCRIPT,
    NEW_HOME,
    OUTLOOK_MOBILE,
    OWA,
    TEAMS,
    WORD,
)
from tests.scenarios.building import (
    HOME,
    HOTEL,
    LEGACY_OUTLOOK,
    RECONFIGURATION,
    everyday,
    modern_outlook,
    outlook,
    program,
)
from tests.scenarios.model import Event, Move, Scenario, Truth, upn

ANN = upn("ann")
MOVED = (Move("ann", 12),)
STUCK = Truth(ANN, RECONFIGURATION, ANN, "ongoing")
RPC_STATE = (("ann", ""), ("zoe", ""))
SECURITY_DEFAULTS = (
    "appliedConditionalAccessPolicies",
    [
        {
            "id": "SecurityDefaults",
            "displayName": "Security Defaults",
            "enforcedGrantControls": [],
            "enforcedSessionControls": [],
            "result": "failure",
        }
    ],
)

SCENARIOS = (
    Scenario(
        "an Outlook stuck since its mailbox moved is a reconfiguration failure",
        (*everyday("ann"), *outlook("ann", 12, 26)),
        (STUCK,),
        MOVED,
        mapi_http=RPC_STATE,
    ),
    Scenario(
        "the same without any user agent in the log",
        (*everyday("ann"), *outlook("ann", 12, 26, clients=BUNDLE_WITHOUT_AGENTS)),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "the same where the log says only Other clients beside Autodiscover",
        (*everyday("ann"), *outlook("ann", 12, 26, clients=BUNDLE_UNNAMED)),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "a stuck Outlook that later signs in with modern authentication has recovered",
        (*everyday("ann"), *outlook("ann", 12, 16), *modern_outlook("ann", 17)),
        (Truth(ANN, RECONFIGURATION, ANN, "recovered"),),
        MOVED,
    ),
    Scenario(
        "Outlook on the web, Teams, Word and Outlook mobile succeeding is no recovery",
        (
            *everyday("ann"),
            *outlook("ann", 12, 16),
            *(
                Event("ann", "17T14:00", client, HOME, "success", "success", days=9)
                for client in (OWA, TEAMS, WORD, OUTLOOK_MOBILE)
            ),
        ),
        (Truth(ANN, RECONFIGURATION, ANN, "stopped"),),
        MOVED,
    ),
    Scenario(
        "failing again after a success is ongoing, not recovered",
        (*everyday("ann"), *outlook("ann", 12, 26), *modern_outlook("ann", 17, 17)),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "quiet for days at the window's end is stopped",
        (*everyday("ann"), *outlook("ann", 12, 19)),
        (Truth(ANN, RECONFIGURATION, ANN, "stopped"),),
        MOVED,
    ),
    Scenario(
        "quiet over a weekend only is still ongoing",
        (
            *everyday("ann"),
            *outlook("ann", 12, 26),
            Event("zoe", "28T20:00", OWA, HOME, "success", "success"),
        ),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "an Outlook blocked the same way for weeks before the move is a legacy Outlook",
        (*everyday("ann"), *outlook("ann", 1, 26, cause=LEGACY_OUTLOOK, clients=BUNDLE_MAPI)),
        (Truth(ANN, LEGACY_OUTLOOK, "", "ongoing"),),
        MOVED,
    ),
    Scenario(
        "a never moved Outlook 2010 is a legacy Outlook",
        (*everyday("ann"), *outlook("ann", 1, 26, cause=LEGACY_OUTLOOK, clients=BUNDLE_2010)),
        (Truth(ANN, LEGACY_OUTLOOK, "", "ongoing"),),
    ),
    Scenario(
        "an archive-only move is no cut-over",
        (*everyday("ann"), *outlook("ann", 1, 26, cause=LEGACY_OUTLOOK)),
        (Truth(ANN, LEGACY_OUTLOOK, "", "ongoing"),),
        (Move("ann", 12, flags="CrossOrg, MoveOnlyArchiveMailbox, Pull"),),
    ),
    Scenario(
        "a failed move is no cut-over",
        (*everyday("ann"), *outlook("ann", 1, 26, cause=LEGACY_OUTLOOK)),
        (Truth(ANN, LEGACY_OUTLOOK, "", "ongoing"),),
        (Move("ann", 12, status="Failed"),),
    ),
    Scenario(
        "without a moves export, no cause that needs one is sure",
        (*everyday("ann"), *outlook("ann", 12, 26, cause="")),
        (Truth(ANN, f"undetermined|{LEGACY_OUTLOOK}|{RECONFIGURATION}"),),
        None,
        None,
    ),
    Scenario(
        "a home without a success of its own is no attacker",
        (*everyday("ann"), *outlook("ann", 12, 26, place=HOME)),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "a new home in the usual country is no attacker",
        (*everyday("ann"), *outlook("ann", 12, 26, place=NEW_HOME)),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "a hotel abroad where the traveller also signs in normally is no attacker",
        (
            *everyday("ann"),
            Event("ann", "10T12:00", OWA, HOTEL, "success", "success", days=14),
            *outlook("ann", 12, 26, place=HOTEL),
        ),
        (STUCK,),
        MOVED,
        alone=True,
    ),
    Scenario(
        "an office abroad where colleagues sign in normally is no attacker",
        (*everyday("ann"), *everyday("bob", place=HOTEL), *outlook("ann", 15, 26, place=HOTEL)),
        (STUCK,),
        MOVED,
        alone=True,
    ),
    Scenario(
        "security defaults block the same way",
        (
            *everyday("ann"),
            *outlook("ann", 12, 26, outcome="security-defaults", changes=(SECURITY_DEFAULTS,)),
        ),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "policies that the reader was not permitted to see do not change the cause",
        (
            *everyday("ann"),
            *outlook("ann", 12, 26, changes=(("appliedConditionalAccessPolicies", []),)),
        ),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "a user renamed midway is one person, under the newest name",
        (
            *everyday("zed"),
            *outlook("ann", 12, 16, upn=upn("ann.before")),
            *outlook("ann", 17, 26),
        ),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "a name in another case is one person",
        (
            *everyday("ann"),
            *outlook("ann", 12, 16, upn="ANN@Contoso.Example"),
            *outlook("ann", 17, 26),
        ),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "Outlook that is seen on EWS only, by its agent, since the move",
        (*everyday("ann"), *outlook("ann", 12, 26, clients=BUNDLE[2:3])),
        (STUCK,),
        MOVED,
    ),
    Scenario(
        "a script on a moved mailbox is an application, though it too fails since the move",
        (*everyday("ann"), *program("ann", 12, 26, EWS_SCRIPT, "legacy-application")),
        (Truth(ANN, "legacy-application", "", "ongoing"),),
        MOVED,
    ),
)
