from __future__ import annotations

import tomllib
from pathlib import Path

import duckdb
import pytest

from analyzer import classify
from analyzer.labels import LABELLED
from analyzer.vocabulary import agents, client_apps, error_codes
from tests import canonical

CASES = tomllib.loads((Path(__file__).parent / "cases" / "classify.toml").read_text())["case"]


@pytest.fixture(scope="module")
def labelled():
    """All cases labelled in one pass, by name."""
    connection = duckdb.connect()
    names = [case["name"] for case in CASES]
    rows = [{"signin_id": case["name"], **case["signin"]} for case in CASES]
    policies = [
        {
            "signin_id": case["name"],
            "policy_id": str(number),
            "result": result,
            "is_block": is_block,
            "matched_client_type": matched,
        }
        for case in CASES
        for number, (result, is_block, matched) in enumerate(case.get("policies", ()))
    ]
    frame = classify.label(
        canonical.signins(connection, rows),
        canonical.policy_results(connection, policies),
        canonical.keys(connection),
    )
    found = {
        row["signin_id"]: row for row in frame.everything.collect("pyarrow").to_native().to_pylist()
    }
    connection.close()
    assert sorted(found) == sorted(names)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_sign_in_is_labelled_as_its_case_says(case, labelled):
    row = labelled[case["name"]]

    assert {name: row[name] for name in case["expect"]} == case["expect"]


def test_columns_are_those_that_are_promised(labelled):
    assert {tuple(row) for row in labelled.values()} == {LABELLED}


def test_no_code_means_two_things():
    tables = (
        error_codes.CA_BLOCK,
        error_codes.POLICY_REQUIREMENT,
        error_codes.WRONG_PASSWORD,
        error_codes.INTERRUPT,
        error_codes.OTHER,
    )
    codes = [code for table in tables for code in table]

    assert len(codes) == len(set(codes))
    assert all(error_codes.meaning(code) for code in codes)


def test_client_names_are_lower_case_and_of_known_families():
    assert all(name == name.lower().strip() for name in client_apps.CLIENT_APP_FAMILY)
    assert set(client_apps.CLIENT_APP_FAMILY.values()) <= set(client_apps.FAMILIES)


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in agents.AGENT_PATTERNS])
def test_agent_patterns_are_lower_case_since_agents_are_lowered(pattern):
    assert pattern.replace("\\b", "") == pattern.replace("\\b", "").lower()
