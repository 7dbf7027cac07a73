"""Whose mailbox a delegate may open, by rights of groups and of names that several people go by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from analyzer.hypotheses.delegate_access import HYPOTHESIS
from analyzer.hypotheses.facts import Supposition
from analyzer.hypotheses.known import Known, SharedName
from analyzer.hypotheses.supposing import Supposing
from analyzer.results import Answer, MoveRef
from tests.bundle_facts import facts

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
GROUP = "CONTOSO\\HR"
SHARED = "RemoteSharedMailbox"
NOBODY = (None, ())


def day(number, hour=9, minute=0):
    return MONDAY + timedelta(days=number, hours=hour, minutes=minute)


def moved(name, at):
    return MoveRef(f"{name}@contoso.example", at, None, "Completed")


def supposedly(name, at):
    return replace(moved(name, at), is_supposed=True)


def unrecorded(name, at):
    name = f"{name}@contoso.example"
    return MoveRef(name, at, None, None, is_inferred=True, is_supposed=True)


def by_name(owner, right="Editor", *, opens=True):
    return SharedName(owner, "Bob Lee", right, opens, 2)


def known(rights=(), cutovers=(), groups=(), names=(), not_cutover=(), shared=()):
    owners = ("amy", "zoe", "mel", "desk", "info")
    return Known(
        moves_given=True,
        permissions_given=True,
        rights_are_whole=not groups,
        cutovers={name: moved(name, at) for name, at in cutovers},
        not_cutover=dict.fromkeys(not_cutover, "failed"),
        rights={"bob": tuple(rights)},
        mapi_http={},
        legacy_policies={},
        recipient_types=dict.fromkeys(shared, SHARED),
        through_groups=tuple(
            (name, GROUP + "s" * (name in groups[:place]), "FullAccess")
            for place, name in enumerate(groups)
        ),
        shared_names={"bob": tuple(names)},
        owner_names={name: f"{name}@contoso.example" for name in owners},
    )


def supposed(about, first, *, side="none", let_in=None):
    row = {"person_key": "bob", "family": "outlook", "side": side}
    came = {} if let_in is None else {("bob", "outlook"): let_in}
    return Supposing(about, came).supposed(row, first)


def names(found):
    best, among = found
    said = best and (
        best.move.mailbox.partition("@")[0],
        best.reasons,
        tuple(other.partition("@")[0] for other in best.others),
    )
    return said, tuple(name.partition("@")[0] for name in among)


EVENING = {"amy": day(9, 19), "zoe": day(9, 20), "mel": day(9, 21), "desk": day(9, 18),
           "info": day(9, 17)}  # fmt: skip


@pytest.mark.parametrize(
    ("groups", "shared", "expected"),
    [
        (["amy"], [], (("amy", (), ()), ())),
        (["amy", "zoe"], [], (("zoe", ("latest",), ("amy",)), ())),
        (["amy", "desk"], ["desk"], (("desk", ("shared",), ("amy",)), ())),
        (["desk", "info"], ["desk", "info"], (("desk", ("latest",), ("info",)), ())),
        (
            ["info", "amy", "desk", "zoe", "mel"],
            ["desk", "info"],
            (("desk", ("shared", "latest"), ("info", "mel", "zoe", "amy")), ()),
        ),
        (
            ["amy", "amy", "zoe", "mel", "info"],
            [],
            (("amy", ("groups",), ("mel", "zoe", "info")), ()),
        ),
        (
            ["desk", "desk", "info", "info", "zoe", "zoe", "mel"],
            ["desk", "info"],
            (("desk", ("shared", "latest"), ("info", "mel", "zoe")), ()),
        ),
        (
            ["amy", "amy", "zoe", "zoe", "mel"],
            [],
            (("zoe", ("groups", "latest"), ("amy", "mel")), ()),
        ),
        (["amy", "zoe", "mel", "desk"], [], (None, ("amy", "desk", "mel", "zoe"))),
        ([], [], (None, ())),
    ],
    ids=[
        "the only one",
        "the last before the first failure",
        "the shared one, though another moved later",
        "the later of two shared ones",
        "of the shared ones the later",
        "the one that two groups may open",
        "a shared one, though as many groups may open another",
        "of two with two groups the later",
        "none of four equals",
        "no group has a right",
    ],
)
def test_of_mailboxes_that_groups_may_open_the_likeliest_is_named(groups, shared, expected):
    about = known(cutovers=EVENING.items(), groups=groups, shared=shared)

    assert names(supposed(about, day(10, 8))) == expected


@pytest.mark.parametrize(
    ("first", "let_in", "expected"),
    [
        (day(9, 20), None, (("amy", (), ()), ())),
        (day(9, 18, 50), None, (("amy", (), ()), ())),
        (day(9, 18), None, NOBODY),
        (day(11, 8), None, NOBODY),
        (day(20), day(10, 8), (("amy", (), ()), ())),
        (day(10, 8), day(4), NOBODY),
    ],
    ids=[
        "the hour after",
        "minutes before, by clocks apart",
        "the hour before",
        "two working days after",
        "refused later, let in the morning after",
        "let in before the move",
    ],
)
def test_a_group_is_supposed_only_where_its_mailbox_moved_just_before(first, let_in, expected):
    about = known(cutovers=[("amy", day(9, 19))], groups=["amy"])

    assert names(supposed(about, first, let_in=let_in)) == expected


def test_an_earlier_wave_is_not_what_began_after_the_later_one():
    about = known(cutovers=[("desk", day(9, 0)), ("amy", day(9, 19))], groups=["desk", "amy"],
                  shared=["desk"])  # fmt: skip

    assert names(supposed(about, day(9, 20))) == (("amy", (), ()), ())


@pytest.mark.parametrize(
    ("right", "first", "expected"),
    [
        (by_name("amy"), day(9, 12), "amy"),
        (by_name("amy"), day(15), "amy"),
        (by_name("amy"), day(17), None),
        (by_name("amy"), day(9, 8), None),
        (by_name("amy", "SendOnBehalf", opens=False), day(9, 12), "amy"),
        (by_name("amy", "AvailabilityOnly", opens=False), day(9, 12), None),
    ],
    ids=[
        "hours after the move",
        "within five working days",
        "six working days after",
        "before the move",
        "send on behalf",
        "free and busy times only",
    ],
)
def test_a_right_of_a_name_that_several_people_go_by_is_supposed(right, first, expected):
    best, among = supposed(known(cutovers=[("amy", day(9))], names=[right]), first)

    found = Supposition(supposedly("amy", day(9)), right.right, "name", "Bob Lee", people=2)
    assert (best, among) == (found if expected else None, ())


def test_a_name_is_likelier_than_a_group_and_of_two_names_the_later_move():
    about = known(
        cutovers=[("amy", day(7)), ("zoe", day(8)), ("desk", day(8, 10))],
        names=[by_name("amy"), by_name("zoe")],
        groups=["desk"],
        shared=["desk"],
    )

    assert names(supposed(about, day(9))) == (("zoe", (), ("amy",)), ())


OPENS, BEHALF = ("amy", "FullAccess", True), ("zoe", "SendOnBehalf", False)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (known([OPENS]), Supposition(unrecorded("amy", day(9)), "FullAccess", "only", "")),
        (known([OPENS, ("zoe", "FullAccess", True)]), None),
        (known([OPENS, BEHALF]), Supposition(unrecorded("amy", day(9)), "FullAccess", "only", "")),
        (known([BEHALF]), Supposition(unrecorded("zoe", day(9)), "SendOnBehalf", "only", "")),
        (
            known([BEHALF], names=[by_name("amy")]),
            Supposition(unrecorded("amy", day(9)), "Editor", "name", "Bob Lee", people=2),
        ),
        (known(names=[by_name("amy"), by_name("zoe")]), None),
        (known([OPENS], not_cutover=["amy"]), None),
        (known([OPENS], cutovers=[("amy", day(20))]), None),
        (known([("amy", "SendAs", False)]), None),
        (known(), None),
    ],
    ids=[
        "the only one",
        "one of two",
        "the one that opens",
        "send on behalf alone",
        "a name before send on behalf",
        "one of two by name",
        "known not to have moved",
        "known to have moved later",
        "SendAs alone",
        "no right",
    ],
)
def test_the_only_mailbox_without_a_record_is_supposed(about, expected):
    assert supposed(about, day(9)) == (expected, ())


def test_after_the_own_move_nothing_is_supposed():
    about = known(cutovers=[("amy", day(9))], groups=["amy"])

    assert supposed(about, day(9, 12), side="after") == NOBODY


GROUPS = Supposition(moved("desk", day(9, 18)), "FullAccess", "group", GROUP)
SAYS = [
    (
        {"supposed_owner": GROUPS},
        "desk@contoso.example is the one mailbox moved just before that a group may open: "
        "FullAccess (through CONTOSO\\HR). Whether the person is in the group is not exported.",
        "Check whether the person is in CONTOSO\\HR, which has FullAccess on "
        "desk@contoso.example, the one mailbox that moved just before.",
    ),
    (
        {"supposed_owner": replace(GROUPS, reasons=("shared", "latest"), others=("a", "b"))},
        "Of 3 mailboxes moved just before that groups may open, desk@contoso.example was the "
        "last shared mailbox to be cut over before the first failure: FullAccess (through "
        "CONTOSO\\HR). It may also be a or b. Whether the person is in the group is not "
        "exported.",
        "Check whether the person is in CONTOSO\\HR, which has FullAccess on "
        "desk@contoso.example; if not, whether it is a or b.",
    ),
    (
        {"supposed_owner": Supposition(moved("amy", day(9)), "Editor", "name", "Bob Lee", 2)},
        "Editor on amy@contoso.example is held by 'Bob Lee', a name like those of 2 people, "
        "this person's among them; it moved by 2026-03-11 09:00 UTC.",
        "Check whether 'Bob Lee', who has Editor on amy@contoso.example, is this person and not "
        "another of that name.",
    ),
    (
        {"may_open": tuple("abcdef"), "rights_are_whole": False},
        "Groups may open a, b, c and 3 others, which all moved just before; who is in the groups "
        "is not exported, and nothing tells which mailbox it is.",
        "Find out whose mailbox it is: export the permissions (Get-MailboxPermission, "
        "Get-MailboxFolderPermission) and expand the groups that hold rights.",
    ),
]


@pytest.mark.parametrize(("changes", "says", "action"), SAYS)
def test_a_supposition_says_what_it_rests_on_and_what_else_it_may_be(changes, says, action):
    bundle = replace(facts("delegate", {"owner": "none", "owner_count": 0}), **changes)
    check = next(each for each in HYPOTHESIS.checks if each.id == "right-on-moved-mailbox")

    assert check.answer(bundle) is Answer.UNKNOWN
    assert check.says(bundle, Answer.UNKNOWN) == says
    assert HYPOTHESIS.actions(bundle)[0] == action
