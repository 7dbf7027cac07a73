"""The made-up tenant, read from its mixed exports, is judged as its truth files say."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import analyzer

CONTOSO = Path(__file__).parents[1] / "sample_data" / "contoso"
EVIDENCE = CONTOSO / "evidence"
WITH_A_MAILBOX = {"outlook-reconfiguration", "delegate-access"}
LOST_LETTERS = "marie.dubois@contoso.example"
"""Her right is on a mailbox whose name lost its letters in the ASCII move export: it joins nothing
exactly, so that saying anything but delegate-access is allowed, being sure of it is not."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """The result, and the cause given to each sign-in."""
    events = tmp_path_factory.mktemp("contoso") / "events.csv"
    with analyzer.Case.load(
        [CONTOSO / "signins"],
        moves=EVIDENCE / "moves.csv",
        moves_timezone="America/Toronto",
        recipients=EVIDENCE / "recipients.csv",
        permissions=[EVIDENCE / "mailbox-permissions.csv", EVIDENCE / "folder-permissions.csv"],
        cas_mailbox=EVIDENCE / "cas-mailboxes.csv",
        org_config=EVIDENCE / "organization-config.txt",
        policies=EVIDENCE / "conditional-access-policies.json",
    ) as case:
        case.write_events(events)
        return case.result, {row["signin_id"]: row["cause"] for row in _rows(events)}


def _rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _agrees(row, verdict):
    mailbox = verdict.move.mailbox if verdict.move else ""
    return (
        (verdict.user, verdict.cause.value) == (row["user"], row["cause"])
        and row["status"] in {"", verdict.status.value}
        and (row["cause"] not in WITH_A_MAILBOX or mailbox == row["mailbox"])
    )


def test_every_sign_in_is_read_and_duplicates_are_counted(judged):
    result, _ = judged
    counts = json.loads((CONTOSO / "truth" / "counts.json").read_text(encoding="utf-8"))

    coverage = result.coverage

    assert (coverage.events_read, coverage.events_duplicate, coverage.events_rejected) == (
        counts["distinct"],
        counts["duplicates"],
        0,
    )
    assert coverage.complete


def test_every_planted_verdict_is_found(judged):
    result, _ = judged
    truth = [
        row for row in _rows(CONTOSO / "truth" / "verdicts.csv") if row["user"] != LOST_LETTERS
    ]

    missing = [row for row in truth if not any(_agrees(row, v) for v in result.verdicts)]

    assert missing == []


def test_nothing_else_is_claimed_of_anybody(judged):
    result, _ = judged
    truth = _rows(CONTOSO / "truth" / "verdicts.csv")
    people = [v for v in result.verdicts if "@" in v.user and v.user != LOST_LETTERS]

    extra = [v for v in people if not any(_agrees(row, v) for row in truth)]

    assert [(v.user, v.cause, v.status, v.confidence) for v in extra] == []


def test_a_right_on_a_mailbox_that_cannot_be_named_leaves_doubt(judged):
    result, _ = judged

    verdicts = [v for v in result.verdicts if v.user == LOST_LETTERS]

    assert all(v.cause == "delegate-access" or v.confidence < 0.8 for v in verdicts)
    assert len(verdicts) == 1


def test_every_sign_in_has_its_true_cause(judged):
    _, causes = judged

    wrong = [
        (row, causes.get(row["signin_id"]))
        for row in _rows(CONTOSO / "truth" / "events.csv")
        if causes.get(row["signin_id"]) != row["cause"] and row["user"] != LOST_LETTERS
    ]

    assert wrong == []
