"""Spans found in simulated tenants' audits are those that the simulator lived by."""

from __future__ import annotations

import json

import pytest

from analyzer.evidence import EvidenceFile
from analyzer.evidence.audits import read_audits
from analyzer.evidence.policies import read_policies
from analyzer.policies.exposure import exposing
from analyzer.policies.model import policies_of
from analyzer.policies.result import Weakness
from analyzer.policies.versions import courses_of
from benchmarks.scenarios import simulate
from benchmarks.scenarios.audit_export import audits, guarding, weak_spans
from benchmarks.scenarios.policy_export import policies

PEOPLE = 60
STATES = {Weakness.DISABLED: "disabled", Weakness.REPORT_ONLY: "enabledForReportingButNotEnforced"}
SEEDS = (1, 2, 3, 5, 11, 14, 18)


def _file(value):
    return EvidenceFile("made.json", json.dumps(value).encode())


def _found(world):
    exported = policies_of(read_policies([_file(policies(world))]).frame)
    courses = courses_of(read_audits([_file(audits(world))]).policies, exported)
    ours = {world.guard.policies[key].id for key in guarding(world)}
    for each in exposing(courses):
        for span in each.spans if each.course.policy_id in ours else ():
            what = "user" if span.weakness is Weakness.EXCLUSION else "state"
            value = span.subject.id if what == "user" else STATES[span.weakness]
            assert span.is_since_known
            assert span.is_until_known
            yield each.course.policy_id, what, value, _seconds(span.since), _seconds(span.until)


def _seconds(at):
    return None if at is None else int(at.timestamp())


@pytest.mark.parametrize("seed", SEEDS)
def test_spans_are_those_that_were(seed):
    world = simulate(seed, PEOPLE)

    assert sorted(_found(world), key=str) == weak_spans(world)


def test_some_tenants_have_spans_of_every_kind():
    kinds = {
        (what, since is None, until is None)
        for seed in SEEDS
        for _, what, _, since, until in weak_spans(simulate(seed, PEOPLE))
    }

    assert ("state", False, False) in kinds
    assert ("state", True, False) in kinds
    assert {("user", True, True), ("user", True, False), ("user", False, False)} <= kinds
