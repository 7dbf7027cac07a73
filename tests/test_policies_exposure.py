"""Who could have come in, who did, and which exclusions have no reason any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from analyzer.policies.exposure import contradicted, cuts_of, exposing, needless, windows_of
from analyzer.policies.membership import Memberships, memberships_of
from analyzer.policies.reasons import LegacyUse, Seen, open_exclusions
from analyzer.policies.result import Reason, Weakness
from analyzer.results import Cause, Kind, MoveRef, Status
from tests.policy_making import (
    AMY,
    BEN,
    GROUP,
    OTHER,
    at,
    audit,
    audits_of,
    came_in,
    courses,
    membership,
    nobody,
    policy,
)
from tests.report_fixture import verdict

NO_GROUPS = Memberships()
EXCLUDES_AMY = policy(excludeUsers=[AMY])
EXCLUDES_GROUP = policy(excludeGroups=[GROUP])
OFF = policy(state="disabled")
EVER = (None, None)


def windows(records, policies, came=(), memberships=NO_GROUPS, within=EVER):
    found = exposing(courses(records, *policies))
    return windows_of(found, came, memberships, nobody, within)


def who(window):
    return [(a.user, a.events, a.is_certain) for a in window.did]


def test_whoever_is_excluded_came_in_inside_the_window_only():
    records = [audit(at(5), policy(), EXCLUDES_AMY), audit(at(20), EXCLUDES_AMY, policy())]
    came = [came_in(day=4), came_in(day=6), came_in(day=19), came_in(day=20), came_in(BEN, 10)]

    (window,) = windows(records, [policy()], came)

    assert (window.could, window.could_is_whole) == ((AMY,), True)
    assert who(window) == [("amy", 4, True)]
    assert (window.opened_by, window.closed_by) == ("admin@contoso.example",) * 2
    assert (window.did[0].first, window.did[0].last) == (at(6), at(19, 13))


def test_the_window_is_half_open():
    records = [audit(at(5), policy(), OFF), audit(at(6), OFF, policy())]
    first, after = came_in(first=at(5), last=at(5)), came_in(BEN, first=at(6), last=at(6))

    (window,) = windows(records, [policy()], [first, after])

    assert who(window) == [("amy", 2, True)]
    assert cuts_of(exposing(courses(records, policy())), NO_GROUPS) == (at(5), at(6))


def test_a_policy_that_was_off_let_in_everybody_but_who_was_excluded_anyway():
    excluded_and_off = policy(state="disabled", excludeUsers=[BEN])
    records = [audit(at(5), policy(excludeUsers=[BEN]), excluded_and_off)]
    came = [came_in(day=6), came_in(BEN, 6)]

    found = {w.weakness: w for w in windows(records, [excluded_and_off], came)}

    assert found[Weakness.DISABLED].could is None
    assert who(found[Weakness.DISABLED]) == [("amy", 2, True)]
    assert who(found[Weakness.EXCLUSION]) == [("ben", 2, True)]


@pytest.mark.parametrize(
    ("members", "records", "could", "is_whole", "did"),
    [
        ({GROUP: frozenset([AMY])}, [], (AMY,), True, [("amy", 2, True)]),
        ({GROUP: frozenset()}, [], (), True, []),
        ({}, [], (), False, [("amy", 2, False), ("ben", 2, False)]),
        ({GROUP: frozenset([AMY])}, [membership(at(11))], (AMY,), True, []),
        ({}, [membership(at(9))], (AMY,), False, [("amy", 2, True), ("ben", 2, False)]),
    ],
    ids=["member", "nobody", "not expanded", "joined later", "partly known"],
)
def test_a_group_stands_for_its_members_of_the_time(members, records, could, is_whole, did):
    audits = audits_of(*records).members if records else ()
    memberships = memberships_of(members, frozenset(members), audits)

    (window,) = windows([], [EXCLUDES_GROUP], [came_in(), came_in(BEN)], memberships)

    assert (window.could, window.could_is_whole, who(window)) == (could, is_whole, did)


def test_strange_places_come_first():
    came = [came_in(day=2), came_in(BEN, 3, place="hostile", country="RU")]

    (window,) = windows([], [OFF], came)

    assert [(a.user, a.places, a.countries) for a in window.did] == [
        ("ben", ("hostile",), ("RU",)),
        ("amy", ("familiar",), ("CA",)),
    ]


@pytest.mark.parametrize(
    ("second", "guards", "is_needless"),
    [
        (policy(OTHER), (OTHER,), True),
        (policy(OTHER, builtInControls=["mfa"], clientAppTypes=["all"]), (OTHER,), True),
        (policy(OTHER, state="disabled"), (), False),
        (policy(OTHER, clientAppTypes=["other"]), (), False),
        (policy(OTHER, includeUsers=[BEN]), (), False),
        (policy(OTHER, excludeUsers=[AMY]), (), False),
        (policy(OTHER, excludeUsers=[BEN]), (OTHER,), True),
        (policy(OTHER, excludeGroups=[GROUP]), (), False),
        (policy(OTHER, locations={"includeLocations": ["x"]}), (), False),
    ],
)
def test_another_policy_may_have_blocked_as_well(second, guards, is_needless):
    window = next(w for w in windows([], [EXCLUDES_AMY, second]) if w.subject.id == AMY)

    assert window.also_guarded_by == guards
    assert needless(window) is is_needless


def test_windows_outside_the_time_looked_at_are_left_out():
    records = [audit(at(2), policy(), OFF), audit(at(3), OFF, policy())]

    assert windows(records, [policy()], within=(at(3), at(9))) == ()
    assert len(windows(records, [policy()], within=(at(2, 13), at(9)))) == 1


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (policy(), 1),
        (EXCLUDES_AMY, 0),
        (OFF, 0),
        (policy(clientAppTypes=["exchangeActiveSync"]), 0),
        (policy(includeUsers=[BEN]), 0),
        (policy(includeUsers=[AMY]), 1),
        (EXCLUDES_GROUP, 0),
        (policy(locations={"includeLocations": ["x"]}), 0),
    ],
)
def test_somebody_let_in_against_a_definition_contradicts_it(made, expected):
    (course,) = courses([], made)

    assert len(contradicted(course, [came_in()], NO_GROUPS)) == expected


# --- exclusions -----------------------------------------------------------------------------

LONG = timedelta(days=20)
MOVE = MoveRef("amy@contoso.example", at(1), "Wave 1", "Completed")


def judged(status, *, recovered=None, last=5, kind=Kind.MISCLASSIFIED, family="outlook"):
    cause = Cause.OUTLOOK_RECONFIGURATION if kind is Kind.MISCLASSIFIED else Cause.NATIVE_ACTIVESYNC
    return verdict(
        cause, kind=kind, status=status, client_family=family,
        last_seen=at(last), recovered_at=recovered, move=None,
    )  # fmt: skip


def reasons(verdicts=(), uses=(), *, length=LONG, complete=True, made=EXCLUDES_AMY, who=NO_GROUPS):
    seen = Seen({AMY: tuple(verdicts)}, {AMY: tuple(uses)}, {AMY: MOVE}, length, complete)
    return open_exclusions(exposing(courses([], made)), who, seen, nobody)


FAILED = LegacyUse("outlook", 9, at(5))
RECOVERED = judged(Status.RECOVERED, recovered=at(6))


@pytest.mark.parametrize(
    ("verdicts", "uses", "more", "reason", "close", "when"),
    [
        ([RECOVERED], [FAILED], {}, Reason.RECOVERED, True, at(6)),
        ([], [], {}, Reason.NO_LEGACY_SIGNIN, True, None),
        ([judged(Status.ONGOING)], [FAILED], {}, Reason.ONGOING, False, at(5)),
        ([], [FAILED], {}, Reason.LEGACY_CLIENT, False, at(5)),
        (
            [RECOVERED],
            [FAILED, LegacyUse("activesync", 1, at(8))],
            {},
            Reason.LEGACY_CLIENT,
            False,
            at(8),
        ),
        ([RECOVERED, judged(Status.ONGOING)], [FAILED], {}, Reason.ONGOING, False, at(5)),
        ([judged(Status.STOPPED)], [FAILED], {}, Reason.UNKNOWN, None, at(5)),
        (
            [judged(Status.ONGOING, kind=Kind.GENUINE_LEGACY, family="activesync")],
            [LegacyUse("activesync", 2, at(5))],
            {},
            Reason.LEGACY_CLIENT,
            False,
            at(5),
        ),
        ([], [], {"length": None}, Reason.UNKNOWN, None, None),
        ([], [], {"length": timedelta(days=6)}, Reason.UNKNOWN, None, None),
        ([], [], {"complete": False}, Reason.UNKNOWN, None, None),
        ([RECOVERED], [FAILED], {"complete": False}, Reason.RECOVERED, True, at(6)),
    ],
    ids=[
        "recovered", "never", "ongoing", "in use", "recovered, but the phone", "one of two goes on",
        "stopped", "phone goes on", "no sign-ins", "too short", "incomplete",
        "recovered, incomplete",
    ],
)  # fmt: skip
def test_why_an_exclusion_is_open(verdicts, uses, more, reason, close, when):
    (exclusion,) = reasons(verdicts, uses, **more)

    assert (exclusion.reason, exclusion.is_to_close, exclusion.at) == (reason, close, when)
    assert (exclusion.subject.id, exclusion.through, exclusion.move) == (AMY, None, MOVE)
    assert exclusion.is_since_known is False


def test_members_are_judged_one_by_one_and_a_group_not_expanded_is_not():
    partly = memberships_of({GROUP: frozenset([AMY, BEN])}, frozenset(), ())

    found = reasons([RECOVERED], [FAILED], made=EXCLUDES_GROUP, who=partly)

    assert [(e.subject.id, e.through and e.through.id, e.reason) for e in found] == [
        (AMY, GROUP, Reason.RECOVERED),
        (BEN, GROUP, Reason.NO_LEGACY_SIGNIN),
        (GROUP, None, Reason.UNKNOWN),
    ]


def test_a_closed_exclusion_and_a_deleted_policy_have_none():
    seen = Seen({}, {}, {}, LONG, is_complete=True)
    closed = courses([audit(at(5), EXCLUDES_AMY, policy())], policy())
    deleted = courses([audit(at(5), EXCLUDES_AMY, None, operation="Delete")])

    assert open_exclusions(exposing(closed), NO_GROUPS, seen, nobody) == ()
    assert open_exclusions(exposing(deleted), NO_GROUPS, seen, nobody) == ()
