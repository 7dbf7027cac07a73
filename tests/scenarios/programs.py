"""Scenarios: phones, Skype, protocols, scripts, exclusions, and sign-ins nobody can name."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.tenant.world import (
    ANDROID,
    APPLE_MAIL_OAUTH,
    DATA_CENTRE,
    EWS_SCRIPT,
    EXO_POWERSHELL,
    IMAP,
    IPHONE,
    OTHER_IMAP,
    OUTLOOK_MOBILE,
    PHONE_CERTIFICATE,
    POP,
    SKYPE,
    SKYPE_UCC,
    SMTP,
    SYNC,
    UNKNOWN,
    WORD,
)
from tests.scenarios.building import (
    CARRIER,
    PHONE,
    RECONFIGURATION,
    everyday,
    modern_outlook,
    outlook,
    program,
)
from tests.scenarios.model import Event, Move, Scenario, Truth, upn

ANN = upn("ann")
MOVED = (Move("ann", 12),)
DAYS = everyday("ann")
FALSE_SUCCESS = program("ann", 12, 26, IPHONE, PHONE, place=CARRIER, outcome="false-success")


def one_program(name: str, client: object, cause: str, *, moved: bool = False) -> Scenario:
    """Somebody's program, blocked all month, or from the move on."""
    first = 12 if moved else 1
    return Scenario(
        name,
        (*DAYS, *program("ann", first, 26, client, cause)),
        (Truth(ANN, cause, "", "ongoing"),),
        MOVED if moved else (),
    )


SCENARIOS = (
    one_program("POP3 is a mail protocol", POP, "mail-protocol"),
    one_program("IMAP4 is a mail protocol", IMAP, "mail-protocol"),
    one_program("SMTP is a mail protocol", SMTP, "mail-protocol"),
    one_program("Other clients; IMAP is a mail protocol", OTHER_IMAP, "mail-protocol", moved=True),
    one_program("an EWS script is an application", EWS_SCRIPT, "legacy-application"),
    one_program("Exchange PowerShell is an application", EXO_POWERSHELL, "legacy-application"),
    one_program("Skype falls back to passwords", SKYPE, "skype-for-business", moved=True),
    one_program("so does its older client", SKYPE_UCC, "skype-for-business", moved=True),
    one_program("ActiveSync by certificate is a phone", PHONE_CERTIFICATE, PHONE, moved=True),
    one_program("ActiveSync, refused outright, is a phone", ANDROID, PHONE, moved=True),
    Scenario(
        "ActiveSync with code 0 and a Conditional Access failure was blocked",
        (*DAYS, *FALSE_SUCCESS),
        (Truth(ANN, PHONE, "", "ongoing"),),
        MOVED,
    ),
    Scenario(
        "the failing policy may be in the second record of the same sign-in",
        (*DAYS, *(replace(event, twins=True) for event in FALSE_SUCCESS)),
        (Truth(ANN, PHONE, "", "ongoing"),),
        MOVED,
    ),
    Scenario(
        "a phone and a stuck Outlook of one mover are two causes",
        (*DAYS, *FALSE_SUCCESS, *outlook("ann", 12, 26)),
        (Truth(ANN, PHONE, "", "ongoing"), Truth(ANN, RECONFIGURATION, ANN, "ongoing")),
        MOVED,
    ),
    Scenario(
        "a modern Outlook is no recovery of a phone",
        (*DAYS, *FALSE_SUCCESS, *modern_outlook("ann", 12)),
        (Truth(ANN, PHONE, "", "ongoing"),),
        MOVED,
    ),
    Scenario(
        "a phone whose account was added again with OAuth has recovered",
        (
            *DAYS,
            *program("ann", 12, 17, IPHONE, PHONE, place=CARRIER, outcome="false-success"),
            *program("ann", 18, 26, APPLE_MAIL_OAUTH, "success", place=CARRIER, outcome="success"),
        ),
        (Truth(ANN, PHONE, "", "recovered"),),
        MOVED,
    ),
    Scenario(
        "a report-only policy blocks nobody",
        (*DAYS, *program("ann", 1, 26, IMAP, "legacy-success", outcome="let-in")),
        (),
    ),
    Scenario(
        "neither client nor agent logged: unknown, not legacy",
        (*DAYS, *program("ann", 1, 26, UNKNOWN, "undetermined")),
        (Truth(ANN, "undetermined", "", "ongoing"),),
    ),
    Scenario(
        "a success without client or agent is a success, not exposure",
        (*DAYS, *program("ann", 1, 26, UNKNOWN, "success", outcome="success")),
        (),
    ),
    Scenario(
        "ropc with a modern client is not legacy",
        (
            *DAYS,
            *program("ann", 1, 26, SYNC, "success", place=DATA_CENTRE, outcome="success"),
            Event("ann", "9T03:00", SYNC, DATA_CENTRE, "wrong-password", "wrong-password"),
        ),
        (Truth(ANN, "wrong-password"),),
    ),
    Scenario(
        "failing Block policies under status success and a prompt's code block nobody",
        (
            *DAYS,
            *program("ann", 8, 12, OUTLOOK_MOBILE, "interrupt", outcome="device-prompt"),
            *program("ann", 1, 26, WORD, "success", outcome="success"),
        ),
        (),
    ),
)
