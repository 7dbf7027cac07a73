"""Two halves, either of which may settle it; what is settled stays settled."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.evidence.onprem import OutlookSeen
from analyzer.policies import Placed, Policy, Scope
from analyzer.readiness.blocking import Blocking, Rules, Touching, blocking_of
from analyzer.readiness.model import Predicted
from analyzer.readiness.outlook import Outlook
from analyzer.readiness.predicting import CONFIDENCE, Forecast, forecast
from analyzer.results import Answer, PolicyRef

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
REF = PolicyRef("p1", "Block legacy")
YES, NO, UNKNOWN = Answer.YES, Answer.NO, Answer.UNKNOWN
STUCK, WELL, OPEN = Predicted.STUCK, Predicted.RECONFIGURES, Predicted.UNKNOWN

ON = Outlook("on", "mailbox")
OFF = Outlook("off", "organisation")
NONE = Outlook("unknown", "none")
OLD = "14.0.7268"
SEEN_RPC = OutlookSeen("rpc-http", NOW, NOW, None)
SEEN_MAPI = OutlookSeen("mapi-http", NOW, None, NOW)
EXCLUDED = Blocking(NO, excluded=(Touching(REF, "excluded", Placed(Scope.EXCLUDED, "user")),))


@pytest.mark.parametrize(
    ("outlook", "blocked", "expected"),
    [
        (ON, YES, Forecast(WELL, "setting-on")),
        (ON, UNKNOWN, Forecast(WELL, "setting-on")),
        (ON, NO, Forecast(WELL, "not-blocked")),
        (OFF, YES, Forecast(STUCK, "setting-off")),
        (OFF, UNKNOWN, Forecast(OPEN, "none")),
        (OFF, NO, Forecast(WELL, "not-blocked")),
        (NONE, YES, Forecast(OPEN, "none")),
        (NONE, UNKNOWN, Forecast(OPEN, "none")),
        (NONE, NO, Forecast(WELL, "not-blocked")),
        (Outlook("off", "exchange-2010"), YES, Forecast(STUCK, "exchange-2010")),
        (Outlook("on", "mailbox", SEEN_RPC), YES, Forecast(STUCK, "observed-rpc")),
        (Outlook("off", "mailbox", SEEN_MAPI), YES, Forecast(WELL, "observed-mapi")),
        (Outlook("on", "mailbox", None, OLD), YES, Forecast(STUCK, "old-outlook")),
        (Outlook("on", "mailbox", None, OLD), UNKNOWN, Forecast(OPEN, "none")),
        (Outlook("on", "mailbox", None, OLD), NO, Forecast(WELL, "not-blocked")),
        (Outlook("on", "mailbox", None, "15.0"), YES, Forecast(WELL, "setting-on")),
    ],
)
def test_both_halves(outlook, blocked, expected):
    assert forecast(outlook, Blocking(blocked)) == expected


def test_an_exclusion_is_told_apart_from_no_policy_at_all():
    assert forecast(OFF, EXCLUDED) == Forecast(WELL, "excluded")


def test_every_ground_has_a_confidence_and_none_has_none():
    assert forecast(OFF, Blocking(YES)).confidence == CONFIDENCE["setting-off"]
    assert forecast(NONE, Blocking(YES)).confidence is None
    assert all(0.5 < value < 1 for value in CONFIDENCE.values())


def test_learning_what_was_unknown_never_turns_a_settled_forecast():
    learnt = {UNKNOWN: (YES, NO, UNKNOWN), YES: (YES,), NO: (NO,)}
    settings = {"unknown": ("on", "off", "unknown"), "on": ("on",), "off": ("off",)}

    turned = [
        (setting, blocked, later_setting, later_blocked)
        for setting, blocked in product(settings, learnt)
        for later_setting, later_blocked in product(settings[setting], learnt[blocked])
        if (before := forecast(Outlook(setting, "mailbox"), Blocking(blocked)).predicted)
        is not OPEN
        and forecast(Outlook(later_setting, "mailbox"), Blocking(later_blocked)).predicted
        is not before
    ]

    assert turned == []


_PEOPLE = ("amy", "bo")
_GROUPS = ("g1", "g2")
_subsets = st.frozensets(st.sampled_from((*_PEOPLE, "all")), max_size=2)
_groups = st.frozensets(st.sampled_from(_GROUPS), max_size=2)
_policy = st.builds(
    Policy,
    id=st.sampled_from(("p1", "p2", "p3")),
    name=st.just("P"),
    state=st.sampled_from(("enabled", "disabled")),
    client_types=st.sampled_from((frozenset(), frozenset(("other",)), frozenset(("browser",)))),
    include_users=_subsets,
    exclude_users=st.frozensets(st.sampled_from(_PEOPLE), max_size=1),
    include_groups=_groups,
    exclude_groups=_groups,
    include_applications=st.just(frozenset(("all",))),
    controls=st.sampled_from((frozenset(("block",)), frozenset(("mfa",)))),
    narrowed_by=st.sampled_from(((), ("locations",))),
)
_members = st.dictionaries(
    st.sampled_from(_GROUPS), st.frozensets(st.sampled_from(_PEOPLE)), max_size=2
)


@given(st.lists(_policy, max_size=4), _members, st.sets(st.sampled_from(_GROUPS)))
def test_expanding_groups_never_turns_a_settled_answer(policies, members, hidden):
    fewer = {group: those for group, those in members.items() if group not in hidden}

    before = blocking_of(Rules(tuple(policies), fewer), "other", "amy").answer
    after = blocking_of(Rules(tuple(policies), members), "other", "amy").answer

    assert before is UNKNOWN or after is before
