"""Hand-made sheets for the tests of their renderers: readiness of an invented batch."""

from __future__ import annotations

from dataclasses import replace

from analyzer.report.model import Block, Tone
from analyzer.report.sheet import Grid, Sheet
from tests.report_fixture import HOSTILE_TEXTS

MAILBOXES = Grid(
    "Mailboxes",
    ("Mailbox", "MAPI over HTTP", "Predicted", "Sure", "Delegates", "Sign-ins"),
    (
        ("amy@contoso.example", "off", "stuck", "91 %", "", "1,204"),
        ("bo@contoso.example", "on", "reconfigures", "97 %", "amy@contoso.example", "88"),
        ("cleo@contoso.example", "unknown", "unknown", "", "", "0"),
    ),
    ("Those that need something first come first.",),
    frozenset({3, 5}),
    (
        ("MAPI over HTTP is off for the mailbox.", "IMAP4 was seen 14 times since 1 February."),
        (),
        ("No Get-CASMailbox export was given.",),
    ),
    is_main=True,
)
TOGETHER = Grid(
    "Move together",
    ("Group", "Mailboxes"),
    (("1", "amy@contoso.example, bo@contoso.example"),),
    numeric=frozenset({0}),
    tone=Tone.CAUTION,
)
POLICIES = Grid(
    "Policies in force",
    ("Policy", "State"),
    (),
    ("Those with somebody of the batch in scope.",),
    tone=Tone.ALARM,
)


def sheet() -> Sheet:
    """A grid with notes, one without, an empty one, and a checklist; the main grid is second."""
    return Sheet(
        "Readiness of batch 7",
        "Written 2026-03-05 06:00 UTC",
        "Sign-ins from 2026-02-01 00:00 to 2026-03-05 00:00 UTC",
        "1 of 3 mailboxes will be stuck when it moves.",
        "Switch MAPI over HTTP on for it first.",
        (
            Block("Part of the sign-in data is missing", ("11 February is.",), Tone.ALARM),
            Block("What was read", ("3 mailboxes.", "1,292 sign-ins.")),
        ),
        (
            TOGETHER,
            MAILBOXES,
            POLICIES,
            Block("Checklist", ("Set-CASMailbox -MapiHttpEnabled $true",)),
        ),
    )


def hostile() -> Sheet:
    """Every text of every part is hostile, each of the strings somewhere."""
    texts = HOSTILE_TEXTS
    nasty = "".join(texts)
    blocks = tuple(Block(text, (text, nasty), tone) for text in texts for tone in Tone)
    wide = tuple(texts[:9])
    rows = tuple((text, *wide[1:-1], nasty) for text in texts)
    grids = (
        Grid(nasty, (nasty, "b", "c"), tuple((text, text, text) for text in texts), texts),
        Grid(texts[0], wide, rows, (nasty,), frozenset({0, 3}), tuple((text,) for text in texts)),
        Grid(texts[1], (texts[0], texts[0]), (), (), frozenset({1})),
    )
    return Sheet(texts[0], nasty, nasty, nasty, nasty, blocks, (*grids, *blocks))


def many(count: int, *, notes: int = 2) -> Sheet:
    """A main grid of as many rows, each with sentences of its own."""
    rows = tuple(
        (
            f"person.{number * 7919 % count:05}@contoso.example",
            ("on", "off", "unknown")[number % 3],
            f"Client {number % 7}; another {number % 5}",
            f"{number * 37 % 1_000:,}",
        )
        for number in range(count)
    )
    said = tuple(
        tuple(
            f"Sentence {each} about row {number}: its mailbox was seen {number * 31 % 977} times."
            for each in range(notes)
        )
        for number in range(count)
    )
    grid = Grid(
        "Mailboxes", ("Mailbox", "State", "Clients", "Seen"), rows, (), frozenset({3}), said
    )
    return replace(sheet(), parts=(grid, TOGETHER))
