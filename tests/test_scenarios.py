"""Small labelled scenarios, each with the verdicts and the causes that a right judgement gives."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

import analyzer
from tests.scenarios import delegates, hostile, movers, programs
from tests.scenarios.building import everyday, outlook
from tests.scenarios.model import Move, Scenario, records, write

SCENARIOS = [
    pytest.param(scenario, id=f"{module.__name__.rsplit('.', 1)[1]}: {scenario.name}")
    for module in (movers, delegates, programs, hostile)
    for scenario in module.SCENARIOS
]
SURE = 0.8


@pytest.fixture
def judged(request, tmp_path):
    """The scenario, its result, and the cause given to each sign-in."""
    scenario = request.param
    case = analyzer.Case.load(**write(scenario, tmp_path))
    case.write_events(tmp_path / "events.csv")
    with (tmp_path / "events.csv").open(encoding="utf-8-sig", newline="") as file:
        causes = {row["signin_id"]: row["cause"] for row in csv.DictReader(file)}
    yield scenario, case.result, causes
    case.close()


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


@pytest.mark.parametrize("judged", SCENARIOS, indirect=True)
def test_scenario_is_judged_right(judged):
    scenario, result, causes = judged
    verdicts = list(result.verdicts)

    missing = [t for t in scenario.verdicts if not any(_agrees(t, v) for v in verdicts)]
    extra = [v for v in verdicts if not any(_agrees(t, v) for t in scenario.verdicts)]
    wrong = Counter(
        (record["userPrincipalName"], record["clientAppUsed"], cause, causes.get(record["id"]))
        for record, cause in records(scenario)
        if cause and causes.get(record["id"]) != cause
    )

    assert (missing, [_shown(v) for v in extra], dict(wrong)) == ([], [], {})


@pytest.mark.parametrize(
    "judged",
    [p for p in SCENARIOS if p.values[0].moves is None],
    indirect=True,
)
def test_without_moves_nothing_that_needs_them_is_sure(judged):
    _, result, _ = judged

    assert [v for v in result.verdicts if v.confidence > SURE] == []
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

    with analyzer.Case.load(**write(scenario, tmp_path)) as case:
        notes = [note for note in case.coverage.notes if "zone" in note and "5" in note]

    assert len(notes) == 1
