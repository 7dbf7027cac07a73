"""Which policies turn a person's legacy client away: in, excluded, out, or not to be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.policies import Placed, Policy, Scope
from analyzer.readiness.blocking import DEFAULTS, Blocking, Rules, Touching, blocking_of
from analyzer.results import Answer, PolicyRef

AMY = "00000000-0000-4000-8000-00000000000a"
GROUP = "00000000-0000-4000-8000-0000000000f1"
ROLE = "00000000-0000-4000-8000-0000000000f2"

BLOCK = Policy(
    id="p1",
    name="Block legacy",
    state="enabled",
    client_types=frozenset(("exchangeactivesync", "other")),
    include_users=frozenset(("all",)),
    include_applications=frozenset(("all",)),
    controls=frozenset(("block",)),
)
REF = PolicyRef("p1", "Block legacy")
YES = Blocking(Answer.YES, (REF,), defaults=Answer.NO)
NO = Blocking(Answer.NO, defaults=Answer.NO)


def judge(*policies, groups=None, user_id=AMY, kind="other", **rules):
    given = None if policies == (None,) else policies
    blocked_by = rules.pop("blocked_by", ())
    return blocking_of(Rules(given, groups or {}, **rules), kind, user_id, blocked_by=blocked_by)


def of(**changes):
    return replace(BLOCK, **changes)


def excluded(by, *ids):
    touching = Touching(REF, "excluded", Placed(Scope.EXCLUDED, by, ids))
    return Blocking(Answer.NO, excluded=(touching,), defaults=Answer.NO)


def open_(by, *ids):
    touching = Touching(REF, "scope", Placed(Scope.CANNOT_TELL, by, ids))
    return Blocking(Answer.UNKNOWN, perhaps=(touching,), defaults=Answer.NO)


def test_a_block_for_everybody_blocks():
    assert judge(BLOCK) == YES


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (of(controls=frozenset(("mfa",)), client_types=frozenset()), YES),  # demands what none has
        (of(client_types=frozenset(("exchangeactivesync",))), NO),
        (of(client_types=frozenset(("browser",))), NO),
        (of(include_users=frozenset(("someone-else",))), NO),
        (of(exclude_users=frozenset((AMY,))), excluded("user")),
        (of(exclude_users=frozenset(("someone-else",))), YES),
    ],
)
def test_definition_decides(policy, expected):
    assert judge(policy) == expected


@pytest.mark.parametrize("state", ["disabled", "enabledforreportingbutnotenforced"])
def test_a_policy_that_is_not_enforced_says_nothing_of_security_defaults(state):
    assert judge(of(state=state)) == Blocking(Answer.UNKNOWN)


@pytest.mark.parametrize(("name", "by"), [("exclude_groups", "group"), ("exclude_roles", "role")])
def test_groups_and_roles_exclude_where_their_members_are_known(name, by):
    policy = of(**{name: frozenset((GROUP,))})

    assert judge(policy, groups={GROUP: frozenset((AMY,))}) == excluded(by, GROUP)
    assert judge(policy, groups={GROUP: frozenset()}) == YES
    assert judge(policy) == open_(by, GROUP)


def test_a_partial_group_says_yes_and_never_no():
    policy = of(exclude_groups=frozenset((GROUP,)))
    partial = frozenset((GROUP,))

    assert judge(policy, groups={GROUP: frozenset((AMY,))}, partial=partial) == excluded(
        "group", GROUP
    )
    assert judge(policy, groups={GROUP: frozenset()}, partial=partial) == open_("group", GROUP)


def test_without_an_object_id_a_policy_that_names_people_cannot_be_judged():
    assert judge(of(exclude_users=frozenset((AMY,))), user_id=None) == open_("user")
    assert judge(BLOCK, user_id=None) == YES


def test_one_certain_block_settles_what_another_leaves_open():
    other = of(id="p2", name="Other", include_users=frozenset(), include_groups=frozenset((GROUP,)))

    told = judge(BLOCK, other)

    assert (told.answer, told.by, [t.policy.id for t in told.perhaps]) == (
        Answer.YES, (REF,), ["p2"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("narrowed", "answer"),
    [
        (("locations",), Answer.UNKNOWN),
        (("platforms",), Answer.UNKNOWN),
        (("sign-in risk",), Answer.NO),
        (("locations", "user risk"), Answer.NO),
    ],
)
def test_further_conditions_leave_it_open_unless_they_are_rare(narrowed, answer):
    assert judge(of(narrowed_by=narrowed)).answer is answer


def test_what_turned_the_person_away_is_meant_for_him():
    policy = of(include_users=frozenset(), include_groups=frozenset((GROUP,)))

    assert judge(policy) == open_("group", GROUP)
    assert judge(policy, blocked_by=(PolicyRef("P1", "Block legacy"),)) == YES
    assert judge(policy, blocked_by=(PolicyRef("p9", "Another"),)) == open_("group", GROUP)


def test_an_exclusion_beats_what_was_seen_before_it():
    policy = of(exclude_users=frozenset((AMY,)))

    assert judge(policy, blocked_by=(REF,)) == excluded("user")


def test_security_defaults_are_off_beside_an_enforced_policy_and_else_need_a_witness():
    elsewhere = of(include_applications=frozenset(("sharepoint",)))

    assert judge() == Blocking(Answer.UNKNOWN)
    assert judge(defaults_seen=True) == Blocking(
        Answer.YES, (DEFAULTS,), defaults=Answer.YES, is_from_signins=True
    )
    assert judge(elsewhere) == NO
    assert judge(elsewhere, defaults_seen=True) == NO


def test_without_policies_only_sign_ins_say_yes_and_nothing_says_no():
    base = Blocking(Answer.UNKNOWN, policies_given=False, is_from_signins=True)

    assert judge(None) == base
    assert judge(None, blocked_by=(REF,)) == replace(base, answer=Answer.YES, by=(REF,))
    assert judge(None, defaults_seen=True) == replace(
        base, answer=Answer.YES, by=(DEFAULTS,), defaults=Answer.YES
    )


def test_phones_are_asked_about_on_their_own():
    phones_only = of(client_types=frozenset(("exchangeactivesync",)))

    assert judge(phones_only, kind="activesync") == YES
    assert judge(phones_only) == NO
