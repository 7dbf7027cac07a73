"""Whose mailbox a delegate opens, as far as rights, moves and the log tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from analyzer.hypotheses.inferring import FirstMeetings
from analyzer.hypotheses.known import Known
from analyzer.hypotheses.owners import Owners, first_let_in, fits_well
from analyzer.results import MoveRef

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
WINDOW = (MONDAY, MONDAY + timedelta(days=28))
COLUMNS = [
    "person_key",
    "family",
    "owner_key",
    "after",
    "first_after",
    "first_before",
    "days_before",
]


def day(number, hour=9):
    return MONDAY + timedelta(days=number, hours=hour)


def moved(name, at):
    return MoveRef(f"{name}@contoso.example", at, None, "Completed")


def known(rights=(), cutovers=(), weak=()):
    return Known(
        moves_given=True,
        permissions_given=True,
        rights_are_whole=True,
        cutovers={name: moved(name, at) for name, at in cutovers},
        not_cutover={},
        rights={
            "bob": (
                *((name, "FullAccess", True) for name in rights),
                *((name, "SendOnBehalf", False) for name in weak),
            )
        },
        mapi_http={},
        legacy_policies={},
        owner_names={name: f"{name}@contoso.example" for name in rights},
    )


def owners(about, around=(), first_at=None, let_in=None):
    rows = [
        {"person_key": "bob", "family": "outlook", "owner_key": name, "after": 5,
         "first_after": first, "first_before": before, "days_before": int(before is not None)}
        for name, first, before in around
    ]  # fmt: skip
    times = dict.fromkeys(("first_after", "first_before"), "datetime64[us, UTC]")
    table = pd.DataFrame(rows, columns=COLUMNS).astype(times)
    came = {} if let_in is None else {("bob", "outlook"): let_in}
    return Owners(table, about, FirstMeetings(first_at or {}, WINDOW), WINDOW[0], came)


def bundle(first_seen):
    return {"person_key": "bob", "side": "none", "first_seen": first_seen, "events": 5}


def mailbox(fit):
    return None if fit is None else fit.move.mailbox.partition("@")[0]


@pytest.mark.parametrize(
    ("moves", "first", "expected"),
    [
        ((("amy", day(7)), ("zoe", day(14))), day(14, 12), "zoe"),
        ((("amy", day(-9)), ("zoe", day(-3))), day(0), "amy"),
        ((("amy", day(1)), ("zoe", day(4))), day(16), "amy"),
    ],
    ids=["the move it follows", "there when the log begins", "weeks after every cut-over"],
)
def test_of_several_owners_one_is_named(moves, first, expected):
    names = [name for name, _ in moves]
    found = owners(known(names, moves), [(name, first, None) for name in names])

    fit, count = found.recorded("bob", "outlook", "none")

    assert (mailbox(fit), count) == (expected, 2)
    assert fits_well(fit)


def test_an_owner_without_a_record_is_inferred_from_the_wave():
    wave = {name: day(9, 7) for name in ("amy", "w1", "w2", "w3")}
    found = owners(known(["amy"]), first_at=wave)

    fit = found.inferred(bundle(day(9, 12)), day(9, 12))

    assert (mailbox(fit), fit.move.is_inferred, fit.move.completed_at) == ("amy", True, day(9, 7))
    assert found.inferred(bundle(day(3)), day(3)) is None


@pytest.mark.parametrize(
    ("let_in", "expected"),
    [
        (None, "zoe"),
        (day(4), "amy"),
        (day(7, 8), "zoe"),
        (day(1), "zoe"),
    ],
    ids=["never seen before", "before the later move", "an hour before it", "before both"],
)
def test_what_was_let_in_before_a_move_does_not_ask_for_that_mailbox(let_in, expected):
    moves = (("amy", day(3)), ("zoe", day(7)))
    around = [(name, day(8), None) for name in ("amy", "zoe")]

    fit, count = owners(known(("amy", "zoe"), moves), around, let_in=let_in).recorded(
        "bob", "outlook", "none"
    )

    assert (mailbox(fit), count) == (expected, 2)


def test_what_was_let_in_when_the_log_begins_is_of_whoever_moved_first():
    moves = (("amy", day(-9)), ("zoe", day(-3)))
    around = [(name, day(2), None) for name in ("amy", "zoe")]
    about = known(("amy", "zoe"), moves)

    fit, _ = owners(about, around, let_in=day(0)).recorded("bob", "outlook", "none")
    later, _ = owners(about, around).recorded("bob", "outlook", "none")

    assert (mailbox(fit), mailbox(later)) == ("amy", "zoe")


@pytest.mark.parametrize(
    ("before", "expected"),
    [(day(9), "zoe"), (day(13, 19), "amy"), (None, "amy")],
    ids=["days before", "within the hour before", "not before"],
)
def test_a_weaker_right_explains_what_began_before_the_other_mailbox_moved(before, expected):
    moves = (("amy", day(13, 20)), ("zoe", day(8, 20)))
    around = [("amy", day(14), before), ("zoe", before or day(14), None)]

    fit, _ = owners(known(["amy"], moves, weak=["zoe"]), around).recorded("bob", "outlook", "none")

    assert mailbox(fit) == expected


def test_where_every_owner_moved_after_the_first_attempt_the_right_that_opens_is_named():
    moves = (("amy", day(8, 20)), ("zoe", day(8, 19)))
    around = [("amy", day(9), day(8, 9)), ("zoe", day(9), day(8, 9))]

    fit, _ = owners(known(["amy"], moves, weak=["zoe"]), around).recorded("bob", "outlook", "none")

    assert mailbox(fit) == "amy"


def test_a_coarse_time_rules_nobody_out_within_a_day():
    coarse = replace(moved("amy", day(8, 20)), is_coarse=True)
    about = replace(
        known(["amy"], weak=["zoe"]), cutovers={"amy": coarse, "zoe": moved("zoe", day(7))}
    )
    around = [("amy", day(9), day(8, 9)), ("zoe", day(8, 9), None)]

    fit, _ = owners(about, around).recorded("bob", "outlook", "none")

    assert mailbox(fit) == "amy"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {("bob", "outlook"): day(4)}),
        ({"outcome": "blocked"}, {}),
        ({"side": "after"}, {}),
        ({"source_class": "hostile"}, {}),
        ({"autodiscover": 5}, {}),
        ({"first_seen": day(9)}, {("bob", "outlook"): day(6)}),
    ],
    ids=["let in", "refused", "own move", "a stranger", "a probe", "the earliest counts"],
)
def test_first_let_in_is_by_a_password_from_an_own_place(changes, expected):
    row = bundle(day(4)) | {
        "family": "outlook", "outcome": "legacy-success", "source_class": "familiar",
        "autodiscover": 2,
    }  # fmt: skip
    later = [row | {"first_seen": day(6)}] if "first_seen" in changes else []

    assert first_let_in([row | changes, *later]) == expected
