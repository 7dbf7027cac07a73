"""Spans found in simulated tenants' audits are those that the simulator lived by."""

from __future__ import annotations

import json

import pytest

from analyzer import Case
from analyzer.evidence import EvidenceFile
from analyzer.evidence.audits import read_audits
from analyzer.evidence.policies import read_policies
from analyzer.policies.exposure import exposing
from analyzer.policies.model import policies_of
from analyzer.policies.result import Weakness
from analyzer.policies.versions import courses_of
from benchmarks.scenarios import simulate, write
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


@pytest.mark.soak
@pytest.mark.parametrize("seed", [3, 14])
def test_whoever_was_let_in_is_named_with_the_window(seed, tmp_path):
    world = simulate(seed, PEOPLE)
    write(world, tmp_path)
    legacy = world.guard.policies["legacy"].id

    with Case.load(tmp_path / "signins", policies=tmp_path / "policies.json") as case:
        result = case.policies(audits=tmp_path / "directory-audits.json")

    assert _came_in(result, legacy) == _truly_in(world)


def _came_in(result, policy_id):
    return {
        (window.subject.id, arrival.user_id, arrival.events)
        for window in result.windows
        if window.policy_id == policy_id
        for arrival in window.did
    }


def _truly_in(world):
    """Let in by legacy clients, by window: by the own exclusion, else while the block was off."""
    found = {}
    for event in world.events:
        if event.cause != "legacy-success":
            continue
        user = world.people[event.person].user_id
        spans = world.guard.exclusions.get(event.person, ())
        is_excluded = any(begins <= event.at < ends for begins, ends in spans)
        key = (user if is_excluded else "", user)
        found[key] = found.get(key, 0) + 1
    return {(*key, count) for key, count in found.items()}
