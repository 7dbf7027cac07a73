"""Whose mailbox a delegate opens, as far as rights, moves and the log tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from analyzer.hypotheses.inferring import FirstMeetings
from analyzer.hypotheses.known import Known
from analyzer.hypotheses.owners import Owners, fits_well
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


def known(rights=(), cutovers=(), groups=(), not_cutover=()):
    return Known(
        moves_given=True,
        permissions_given=True,
        rights_are_whole=not groups,
        cutovers={name: moved(name, at) for name, at in cutovers},
        not_cutover=dict.fromkeys(not_cutover, "failed"),
        rights={"bob": tuple((name, "FullAccess", True) for name in rights)},
        mapi_http={},
        legacy_policies={},
        through_groups=tuple((name, "CONTOSO\\HR", "FullAccess") for name in groups),
        owner_names={name: f"{name}@contoso.example" for name in (*rights, *groups)},
    )


def owners(about, around=(), first_at=None):
    rows = [
        {"person_key": "bob", "family": "outlook", "owner_key": name, "after": 5,
         "first_after": first, "first_before": None, "days_before": before}
        for name, first, before in around
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"first_after": "datetime64[us, UTC]"})
    return Owners(table, about, FirstMeetings(first_at or {}, WINDOW), WINDOW[0])


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
    found = owners(known(names, moves), [(name, first, 0) for name in names])

    fit, count = found.recorded("bob", "outlook", "none")

    assert (mailbox(fit), count) == (expected, 2)
    assert fits_well(fit)


def test_an_owner_without_a_record_is_inferred_from_the_wave():
    wave = {name: day(9, 7) for name in ("amy", "w1", "w2", "w3")}
    found = owners(known(["amy"]), first_at=wave)

    fit = found.inferred(bundle(day(9, 12)), day(9, 12))

    assert (mailbox(fit), fit.move.is_inferred, fit.move.completed_at) == ("amy", True, day(9, 7))
    assert found.inferred(bundle(day(3)), day(3)) is None


def test_one_mailbox_that_a_group_may_open_is_supposed_and_of_two_none():
    one = owners(known(cutovers=[("amy", day(9))], groups=["amy"]))
    two = owners(known(cutovers=[("amy", day(9)), ("zoe", day(9))], groups=["amy", "zoe"]))

    assert mailbox(one.supposed(bundle(day(9, 12)), day(9, 12))) == "amy"
    assert one.supposed(bundle(day(2)), day(2)) is None
    assert two.supposed(bundle(day(9, 12)), day(9, 12)) is None


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (known(["amy"]), "amy"),
        (known(["amy", "zoe"]), None),
        (known(["amy"], not_cutover=["amy"]), None),
        (known(), None),
    ],
    ids=["the only one", "one of two", "known not to have moved", "no right"],
)
def test_the_only_mailbox_without_a_record_is_supposed(about, expected):
    fit = owners(about).supposed(bundle(day(9, 12)), day(9, 12))

    assert mailbox(fit) == expected
    assert fit is None or (fit.move.is_inferred and fit.move.completed_at == day(9, 12))
