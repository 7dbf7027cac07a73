"""Who should move together: a partition within the limit, the weakest ties cut first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.readiness.together import Component, Tie, components


def tie(text: str) -> Tie:
    delegate, owner, kind = text.split()
    return Tie(delegate, owner, {"full": "mailbox", "behalf": "send-on-behalf"}.get(kind, kind))


def told(*ties: str, limit: int = 50, shared: tuple[str, ...] = ()) -> list[Component]:
    return list(components([tie(each) for each in ties], limit, frozenset(shared)))


def test_ties_of_any_kind_join_where_there_is_room():
    assert told("a b full", "c b folder", "d e behalf") == [
        Component(("a", "b", "c"), ()),
        Component(("d", "e"), ()),
    ]


@pytest.mark.parametrize(
    ("ties", "shared", "kept", "cut"),
    [
        (("a b full", "b c folder"), (), ("a", "b"), "b c folder"),
        (("a b behalf", "b c folder"), (), ("a", "b"), "b c folder"),
        (("a b full", "b c behalf"), (), ("a", "b"), "b c behalf"),
        # Of two ties between the same two the stronger one counts.
        (("a b folder", "a b full", "b c behalf"), (), ("a", "b"), "b c behalf"),
    ],
)
def test_the_weakest_tie_is_given_up_first(ties, shared, kept, cut):
    found = told(*ties, limit=2, shared=shared)

    assert found[0] == Component(kept, (tie(cut),))


def test_a_mailbox_that_many_open_is_a_weaker_tie_than_a_persons():
    found = told("a m full", "b m full", "b c full", limit=2, shared=("m",))

    assert found == [
        Component(("a", "m"), (tie("b m full"),)),
        Component(("b", "c"), (tie("b m full"),)),
    ]


def test_of_two_such_mailboxes_the_one_with_more_delegates_is_given_up_first():
    crowd = ("a m full", "b m full", "c m full")

    found = told(*crowd, "a n full", "b n full", limit=3, shared=("m", "n"))

    assert found == [
        Component(("a", "b", "n"), (tie("a m full"), tie("b m full"))),
        Component(("c", "m"), (tie("a m full"), tie("b m full"))),
    ]


def test_what_was_cut_is_told_on_both_sides():
    found = told("a b full", "c d full", "b c folder", limit=2)

    assert found == [
        Component(("a", "b"), (tie("b c folder"),)),
        Component(("c", "d"), (tie("b c folder"),)),
    ]


def test_a_mailbox_is_no_tie_to_itself():
    assert told("a a full") == []


_names = st.sampled_from("abcdefghij")
_kinds = st.sampled_from(("mailbox", "folder", "send-on-behalf"))
_ties = st.lists(st.builds(Tie, _names, _names, _kinds), max_size=30)


@given(_ties, st.integers(2, 6), st.frozensets(_names, max_size=4))
def test_parts_are_a_partition_within_the_limit_whatever_the_order(ties, limit, shared):
    found = components(ties, limit, shared)

    members = [name for part in found for name in part.members]
    named = {
        name for each in ties if each.delegate != each.owner for name in (each.delegate, each.owner)
    }
    assert sorted(members) == sorted(named)
    assert all(len(part.members) <= limit for part in found)
    assert components(reversed(ties), limit, shared) == found


@given(_ties)
def test_without_pressure_nothing_is_cut_and_every_tie_is_kept(ties):
    found = components(ties, 10)

    part_of = {name: at for at, part in enumerate(found) for name in part.members}
    assert all(part.cut == () for part in found)
    assert all(
        part_of[each.delegate] == part_of[each.owner]
        for each in ties
        if each.delegate != each.owner
    )
