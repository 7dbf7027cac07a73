"""The made-up tenant with its front-end logs: what they add, and that they change nothing else."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import analyzer
from analyzer.report import jsonout
from analyzer.results import Answer

CONTOSO = Path(__file__).parents[1] / "sample_data" / "contoso"
EVIDENCE = CONTOSO / "evidence"
LOGS = EVIDENCE / "onprem-logs"
MARIE = "marie.dubois@contoso.example"
CHECKS = {"outlook-on-rpc", "outlook-on-mapi"}


def _result(**more):
    with analyzer.Case.load(
        [CONTOSO / "signins"],
        moves=EVIDENCE / "moves.csv",
        moves_timezone="America/Toronto",
        recipients=EVIDENCE / "recipients.csv",
        **more,
    ) as case:
        return case.result


@pytest.fixture(scope="module")
def exports():
    return {
        "permissions": [EVIDENCE / "mailbox-permissions.csv", EVIDENCE / "folder-permissions.csv"],
        "cas_mailbox": EVIDENCE / "cas-mailboxes.csv",
        "org_config": EVIDENCE / "organization-config.txt",
        "policies": EVIDENCE / "conditional-access-policies.json",
    }


@pytest.fixture(scope="module")
def with_logs(exports):
    return _result(**exports, onprem_logs=[LOGS])


def _truth():
    with (CONTOSO / "truth" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
        return {(row["user"], row["cause"]): row["mailbox"] for row in csv.DictReader(file)}


def _says(result, user, cause, check):
    (verdict,) = (v for v in result.verdicts if (v.user, v.cause) == (user, cause))
    return next(item for item in verdict.evidence if item.check == check)


def test_with_logs_every_verdict_is_the_true_one(with_logs):
    said = {
        (v.user, v.cause.value): v.move.mailbox if v.move and "access" in v.cause else ""
        for v in with_logs.verdicts
        if "@" in v.user
    }

    truth = _truth()

    assert said.keys() == truth.keys()
    assert {key: box for key, box in said.items() if box} == {
        key: box for key, box in truth.items() if "access" in key[1]
    }


def test_an_exported_right_that_was_used_says_so(with_logs):
    item = _says(
        with_logs, "amelia.ford@contoso.example", "delegate-access", "right-on-moved-mailbox"
    )

    assert item.says.startswith("The person has FullAccess on helen.whitaker@contoso.example")
    assert item.says.endswith(
        "and opened the mailbox helen.whitaker@contoso.example on premises, last "
        "2021-03-04 15:29 UTC, according to the front-end log."
    )


def test_the_connection_speaks_in_place_of_the_setting(with_logs):
    (leela,) = (v for v in with_logs.verdicts if v.user == "leela.osei@contoso.example")

    asked = {item.check: item for item in leela.evidence}

    assert "mapi-http-off" not in asked
    assert asked["outlook-on-rpc"].answer is Answer.YES
    assert asked["outlook-on-rpc"].says == (
        "According to the on-premises log Outlook connected by RPC over HTTP (last "
        "2021-03-04 15:22 UTC), which cannot do modern authentication."
    )


def test_coverage_says_what_was_read(with_logs):
    coverage = with_logs.coverage

    assert coverage.complete
    assert {name: n for name, n in coverage.counts.items() if name.startswith("onprem_")} == {
        "onprem_files": 9,
        "onprem_files_refused": 0,
        "onprem_rows": 246,
        "onprem_used": 192,
        "onprem_probe": 27,
        "onprem_anonymous": 27,
        "onprem_other": 0,
        "onprem_rejected": 0,
        "onprem_users_unknown": 0,
        "onprem_users_ambiguous": 0,
        "onprem_mailboxes_unresolved": 0,
        "onprem_delegations": 10,
    }
    assert (
        "On-premises logs: 9 files with 246 rows from 2021-03-04 13:00 to 2021-03-18 15:29 UTC: "
        "192 used, 27 of health probes and servers dropped, 27 without an authenticated user "
        "dropped."
    ) in coverage.notes


def test_delegates_whom_no_export_shows_are_found_by_what_they_opened(exports):
    given = {name: paths for name, paths in exports.items() if name != "permissions"}

    result = _result(**given, onprem_logs=[LOGS])

    delegates = {
        (v.user, v.move.mailbox) for v in result.verdicts if v.cause == "delegate-access" and v.move
    }
    assert delegates == {
        (user, box) for (user, cause), box in _truth().items() if cause == "delegate-access"
    }
    assert _says(result, MARIE, "delegate-access", "right-on-moved-mailbox").says == (
        "The person opened the mailbox jurgen.weiss@contoso.example on premises, last "
        "2021-03-11 15:29 UTC, according to the front-end log; no export shows the right. "
        "It moved 2021-03-12 01:30 UTC."
    )


def test_without_logs_nothing_speaks_of_them(exports):
    result = _result(**exports)

    text = jsonout.dumps(result)

    assert "onprem_" not in text
    assert "on-premises log" not in text
    assert not any(check in text for check in CHECKS)
