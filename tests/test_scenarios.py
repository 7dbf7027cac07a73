"""Small labelled scenarios, each with the verdicts and the causes that a right judgement gives.

Scenarios that cannot touch each other are judged together, each with people of its own: a triage
costs about a second however small its input is.
"""

from __future__ import annotations

import csv
from collections import Counter
from typing import NamedTuple

import pytest

import analyzer
from tests.scenarios import delegates, harder, hostile, movers, programs
from tests.scenarios.building import everyday, outlook
from tests.scenarios.model import Move, Scenario, joined, records, renamed, write

SCENARIOS = [
    (f"{module.__name__.rsplit('.', 1)[1]}: {scenario.name}", scenario)
    for module in (movers, delegates, programs, hostile, harder)
    for scenario in module.SCENARIOS
]
ALONE = {name: scenario for name, scenario in SCENARIOS if scenario.is_alone}
TOGETHER = {name: scenario for name, scenario in SCENARIOS if not scenario.is_alone}
SURE = 0.8


class Judged(NamedTuple):
    """What the program said of a scenario."""

    result: object
    causes: dict[str, str]


def _judge(scenario, folder):
    with analyzer.Case.load(**write(scenario, folder)) as case:
        case.write_events(folder / "events.csv")
        with (folder / "events.csv").open(encoding="utf-8-sig", newline="") as file:
            causes = {row["signin_id"]: row["cause"] for row in csv.DictReader(file)}
        return Judged(case.result, causes)


def _agrees(truth, verdict):
    mailbox = verdict.move.mailbox if verdict.move else ""
    return (
        verdict.user == truth.user
        and verdict.cause.value in truth.cause.split("|")
        and (not truth.mailbox or mailbox == truth.mailbox)
        and (not truth.status or verdict.status.value == truth.status)
    )


def _shown(verdict):
    mailbox = verdict.move.mailbox if verdict.move else ""
    return (verdict.user, verdict.cause.value, mailbox, verdict.status.value, verdict.confidence)


def _disagreements(truths, verdicts, labelled, causes):
    """Verdicts that are missing, verdicts too many, and sign-ins with another cause."""
    missing = [t for t in truths if not any(_agrees(t, v) for v in verdicts)]
    extra = [_shown(v) for v in verdicts if not any(_agrees(t, v) for t in truths)]
    wrong = Counter(
        (record["userPrincipalName"], record["clientAppUsed"], cause, causes.get(record["id"]))
        for record, cause in labelled
        if cause and causes.get(record["id"]) != cause
    )
    return missing, extra, dict(wrong)


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    """All scenarios that do not touch each other, judged at once, and their records by person."""
    scenario = joined(list(TOGETHER.values()))
    return _judge(scenario, tmp_path_factory.mktemp("together")), records(scenario)


@pytest.mark.parametrize("name", TOGETHER)
def test_scenario_is_judged_right(name, together):
    number = list(TOGETHER).index(name)
    judged, labelled = together
    truths = renamed(TOGETHER[name], number).verdicts
    prefix = f"s{number:02}."

    verdicts = [v for v in judged.result.verdicts if v.user.startswith(prefix)]
    own = [pair for pair in labelled if pair[0]["userPrincipalName"].lower().startswith(prefix)]

    assert _disagreements(truths, verdicts, own, judged.causes) == ([], [], {})


@pytest.mark.soak
@pytest.mark.parametrize("name", ALONE)
def test_scenario_is_judged_right_by_itself(name, tmp_path):
    scenario = ALONE[name]

    result, causes = _judge(scenario, tmp_path)

    labelled = records(scenario)
    assert _disagreements(scenario.verdicts, result.verdicts, labelled, causes) == ([], [], {})


@pytest.mark.parametrize("name", [name for name, one in ALONE.items() if one.moves is None])
def test_without_moves_nothing_that_needs_them_is_sure(name, tmp_path):
    result, _ = _judge(ALONE[name], tmp_path)

    assert [_shown(v) for v in result.verdicts if v.confidence > SURE] == []
    assert "moves" in {missing.evidence for missing in result.coverage.evidence_missing}


def test_a_zone_five_hours_off_is_noticed(tmp_path):
    people = [f"p{number}" for number in range(8)]
    scenario = Scenario(
        "completion times read as UTC were local",
        tuple(
            event
            for who in people
            for event in (*everyday(who), *outlook(who, 12, 26, hours=("01:20", "13:30")))
        ),
        (),
        tuple(Move(who, 12, hour=6) for who in people),
    )

    result, _ = _judge(scenario, tmp_path)

    notes = [note for note in result.coverage.notes if "zone" in note and "5" in note]
    assert len(notes) == 1
