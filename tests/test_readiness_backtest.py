"""The back-test itself: what is known on the day before a wave, and how forecasts are scored."""

from __future__ import annotations

import csv
import json

import pytest

from benchmarks.readiness import as_of
from benchmarks.readiness.page import page, with_forecasts
from benchmarks.readiness.scoring import Row
from benchmarks.readiness.truth import HORIZON, Truth
from benchmarks.scenarios import simulate
from benchmarks.scenarios.window import DAY


@pytest.fixture(scope="module")
def truth():
    return Truth(simulate(4, 200))


def test_a_wave_is_forecast_a_day_before_its_first_move(truth):
    waves = truth.waves()

    assert waves
    for wave in waves:
        first = min(truth.world.moves[person.number].at for person in wave.movers)
        assert (wave.at, wave.at >= truth.world.window.start) == (first - DAY, True)


def test_exports_hold_nothing_of_the_future(truth, tmp_path):
    wave = truth.waves()[-1]
    staff = [person for person in wave.movers if person.kind == "staff"]

    as_of.write(truth.world, wave.at, staff, tmp_path)

    with (tmp_path / "recipients.csv").open(encoding="utf-8-sig") as file:
        types = {
            row["UserPrincipalName"]: row["RecipientTypeDetails"] for row in csv.DictReader(file)
        }
    assert {types[person.upn] for person in staff} == {"UserMailbox"}
    with (tmp_path / "moves.csv").open(encoding="utf-8-sig") as file:
        moved = {row["ExchangeGuid"] for row in csv.DictReader(file)}
    assert not moved & {person.exchange_guid for person in wave.movers}


def test_policies_are_those_in_force_then(truth, tmp_path):
    world = truth.world
    for wave in truth.waves():
        as_of.write(world, wave.at, [], tmp_path)
        told = json.loads((tmp_path / "policies.json").read_text(encoding="utf-8"))
        states = {each["displayName"]: each["state"] for each in told["value"]}
        legacy = world.guard.policies["legacy"].name if "legacy" in world.guard.policies else None
        excluded = {
            number
            for number, spans in world.guard.exclusions.items()
            if any(begins <= wave.at < ends for begins, ends in spans)
        }

        assert legacy is None or states[legacy] == world.guard.state_at(wave.at)
        named = {
            user for each in told["value"] for user in each["conditions"]["users"]["excludeUsers"]
        }
        assert named == {world.people[number].user_id for number in excluded}


def test_who_is_stuck_failed_within_the_horizon_and_not_only_on_the_first_morning(truth):
    world = truth.world
    failing = {
        event.person
        for event in world.events
        if event.cause == "outlook-reconfiguration"
        and event.story != "mover-mapi-hiccup"
        and world.moves[event.person].at <= event.at < world.moves[event.person].at + HORIZON
    }

    for wave in truth.waves():
        stuck = {person.number for person in wave.movers if truth.is_stuck(person)}
        assert stuck == failing & {person.number for person in wave.movers}


def test_the_page_counts_precision_recall_and_what_was_overtaken():
    def row(predicted, fate, count, *, overtaken=False, level="full"):
        return Row(101, level, predicted, "setting-off", fate, overtaken, count)

    rows = [
        row("stuck", "stuck", 18), row("stuck", "well", 2), row("unknown", "stuck", 6),
        row("reconfigures", "stuck", 1), row("reconfigures", "well", 9),
        row("stuck", "well", 5, overtaken=True), row("stuck", "old", 3), row("stuck", "away", 4),
    ]  # fmt: skip

    text = page(rows, {"waves": 3, "scored": 2}, [101])

    lines = [line for line in text.splitlines() if line.startswith("| full evidence, with")]
    assert lines == [
        "| full evidence, with on-premises logs | 0.900 (at least 0.95: **missed**) | "
        "0.720 (at least 0.95: **missed**) | 6 | 0 | 0.720 | 0.720 | 25 | 11 |",
        "| full evidence, with on-premises logs | 3 | 0 | 0 |",
    ]


def test_the_page_of_accuracy_ends_with_the_forecasts_table_once():
    forecasts = "# Title\n\n## Who will be stuck\n\n| a |\n\nSaid.\n\n## Else\n\nno\n"

    once = with_forecasts("# Accuracy\n\nFigures.\n", forecasts)

    assert with_forecasts(once, forecasts) == once
    assert once.startswith("# Accuracy\n\nFigures.\n\n## Readiness: who will be stuck\n\n")
    assert once.endswith("\n\n| a |\n\nSaid.\n")
