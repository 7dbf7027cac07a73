from __future__ import annotations

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.hypotheses import HYPOTHESES, weigh
from analyzer.hypotheses.model import opposite
from analyzer.results import VERDICT_CAUSES, Answer, Cause
from tests.bundle_facts import LIKE, facts

FILE = tomllib.loads((Path(__file__).parent / "cases" / "hypotheses.toml").read_text())
CASES = FILE["case"]
OUTCOMES = ("blocked", "policy", "wrong-password", "failure")
FAMILIES = (
    "modern",
    "outlook",
    "skype",
    "activesync",
    "mail-protocol",
    "application",
    "ews",
    "other",
    "unknown",
)
PLACES = ("familiar", "unfamiliar", "hostile", "unknown")


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['hypothesis']} {c['kind']}: {c['name']}")
def test_bundle_is_judged_as_its_case_says(case):
    bundle = facts(case.get("like", "stuck"), case.get("facts"))

    weighed = weigh(bundle, HYPOTHESES)

    others = [(a.cause.value, a.confidence) for a in weighed.alternatives]
    assert weighed.cause.value == case["expect"], (weighed.confidence, others)


@pytest.mark.parametrize(
    "case", [c for c in CASES if "surer_than" in c], ids=lambda c: f"{c['hypothesis']}: {c['name']}"
)
def test_bundle_is_surer_than_the_one_its_case_names(case):
    like, changes = case.get("like", "stuck"), case.get("facts", {})

    surer = weigh(facts(like, changes), HYPOTHESES)
    less_sure = weigh(facts(like, changes | case["surer_than"]), HYPOTHESES)

    assert surer.cause == case["expect"]
    assert less_sure.cause is Cause.UNDETERMINED or (
        less_sure.cause == surer.cause and less_sure.confidence < surer.confidence
    )


def test_each_case_names_a_fact_of_the_field_and_each_fact_has_a_source_and_a_case():
    named = [case["fact"] for case in CASES]

    assert set(named) == set(FILE["fact"])
    assert all(fact["says"] and fact["source"] for fact in FILE["fact"].values())


def test_each_hypothesis_has_a_yes_a_no_an_unknown_and_a_near_miss():
    kinds = defaultdict(set)
    for case in CASES:
        kinds[case["hypothesis"]].add(case["kind"])

    assert dict(kinds) == {
        hypothesis.cause.value: {"yes", "no", "unknown", "near-miss"} for hypothesis in HYPOTHESES
    }


def test_there_is_one_hypothesis_for_each_cause_but_undetermined():
    causes = sorted(hypothesis.cause for hypothesis in HYPOTHESES)

    assert causes == sorted(set(VERDICT_CAUSES) - {Cause.UNDETERMINED})


@pytest.mark.parametrize("hypothesis", HYPOTHESES, ids=lambda h: h.cause.value)
def test_hypothesis_declares_why_on_whose_authority_and_what_it_cannot_see(hypothesis):
    ids = [check.id for check in hypothesis.checks]

    assert hypothesis.title
    assert hypothesis.why
    assert hypothesis.source
    assert hypothesis.blind_spots
    assert len(set(ids)) == len(ids)
    assert all(check.asks.endswith("?") for check in hypothesis.checks)
    assert all(check.yes >= 0 >= check.no or check.yes >= check.no for check in hypothesis.checks)


@given(
    outcome=st.sampled_from(OUTCOMES),
    family=st.sampled_from(FAMILIES),
    place=st.sampled_from(PLACES),
    side=st.sampled_from(("before", "after", "none")),
    like=st.sampled_from(sorted(LIKE)),
)
@settings(max_examples=300, deadline=None)
def test_every_bundle_gets_one_belief_that_adds_up(outcome, family, place, side, like):
    changes = {"outcome": outcome, "family": family, "source_class": place, "side": side}

    weighed = weigh(facts(like, changes), HYPOTHESES)

    believed = sum(a.confidence for a in weighed.alternatives)
    believed += 0 if weighed.cause is Cause.UNDETERMINED else weighed.confidence
    assert 0 <= weighed.confidence < 1
    assert all(a.confidence <= weighed.confidence for a in weighed.alternatives) or (
        weighed.cause is Cause.UNDETERMINED
    )
    assert believed <= 1.02
    assert all(item.says for item in weighed.evidence)
    assert all(item.weight == 0 for item in weighed.evidence if item.answer is Answer.UNKNOWN)


@given(
    outcome=st.sampled_from(OUTCOMES),
    family=st.sampled_from(FAMILIES),
    side=st.sampled_from(("before", "after", "none")),
    like=st.sampled_from(sorted(LIKE)),
)
@settings(max_examples=200, deadline=None)
def test_whatever_fails_from_a_hostile_source_is_an_attack(outcome, family, side, like):
    changes = {"outcome": outcome, "family": family, "source_class": "hostile", "side": side}

    weighed = weigh(facts(like, changes), HYPOTHESES)

    assert weighed.cause is Cause.CREDENTIAL_ATTACK


@given(
    family=st.sampled_from([f for f in FAMILIES if f not in {"modern", "unknown"}]),
    side=st.sampled_from(("before", "after", "none")),
    like=st.sampled_from(["stuck", "delegate", "skype", "phone", "printer", "script"]),
)
@settings(max_examples=200, deadline=None)
def test_right_password_on_a_legacy_client_in_a_strange_place_is_never_excused(family, side, like):
    changes = {"family": family, "source_class": "unfamiliar", "side": side}

    weighed = weigh(facts(like, changes), HYPOTHESES)

    assert weighed.cause is Cause.CREDENTIAL_ATTACK


def test_evidence_sentences_never_contradict_the_answer_they_stand_for():
    weighed = weigh(facts("stuck"), HYPOTHESES)

    said = {item.check: (item.answer.value, item.says) for item in weighed.evidence}
    assert said["own-move-completed"] == (
        "yes",
        "The person's own mailbox was moved, completed 2026-03-10 18:00 UTC.",
    )
    assert said["began-after-own-move"] == (
        "yes",
        "It began after the person's own cut-over: first failure 2026-03-10 20:00 UTC, 2 h later.",
    )
    assert said["mapi-http-off"] == (
        "yes",
        "MAPI over HTTP is off (organisation setting), so Outlook was on RPC over HTTP, which "
        "cannot do modern authentication.",
    )


def test_the_runner_up_comes_with_its_answers_and_how_far_it_lies_behind():
    weighed = weigh(facts("stuck"), HYPOTHESES)

    rival = weighed.rival
    assert rival.cause is Cause.LEGACY_OUTLOOK
    assert rival.lead > 0
    hypothesis = next(each for each in HYPOTHESES if each.cause is rival.cause)
    asked = [check.id for check in hypothesis.checks if check.is_asked(facts("stuck"))]
    assert [item.check for item in rival.evidence] == asked


def test_an_unknown_answer_says_what_it_could_have_weighed_and_a_known_one_does_not():
    weighed = weigh(facts("stuck"), HYPOTHESES)

    could = {item.check: (item.if_yes, item.if_no) for item in weighed.evidence}
    assert could["build-can-do-modern-auth"] == (0.4, -5.0)
    assert could["own-move-completed"] == (0.0, 0.0)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(Answer.YES, Answer.NO), (Answer.NO, Answer.YES), (Answer.UNKNOWN, Answer.UNKNOWN)],
)
def test_the_opposite_of_unknown_is_unknown(answer, expected):
    assert opposite(answer) is expected


def test_a_log_that_shows_nothing_before_the_move_neither_supports_nor_refutes():
    weighed = weigh(facts("stuck", {"sees_before": False}), HYPOTHESES)

    item = next(each for each in weighed.evidence if each.check == "not-seen-before-move")
    assert (item.answer, item.weight) == (Answer.UNKNOWN, 0.0)
