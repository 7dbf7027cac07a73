"""The same sign-ins in every export shape give the same verdicts, and no event is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

import analyzer
from benchmarks.shapes import SHAPES, gzipped, write_shape, zipped
from sample_data.generate import build

EVIDENCE = Path(__file__).parents[1] / "sample_data" / "contoso" / "evidence"
SUBSET = {
    "leela.osei", "priya.raman", "beatriz.lima", "beatriz.carvalho", "kaya.brandt", "brian.cho",
    "derek.simms", "eleanor.pryce", "ingrid.solberg", "tomas.novak", "svc-scan", "svc-crm",
    "gavin.stone", "karen.bell", "hannah.stein", "aaron.blake", "bianca.rossi", "carlos.mendez",
    "diana.petrov", "ethan.clarke", "petra.lang", "dirk.hoffmann", "monica.reyes", "neil.grant",
    "liam.boyd", "olga.sand",
}  # fmt: skip
"""Every cause, and enough of the sprayed for the spray to be one."""
WITHOUT_POLICIES = {"portal-csv"}


@pytest.fixture(scope="module")
def events():
    """The made-up tenant's sign-ins of some of its people."""
    return [
        event
        for event, _ in build().signins
        if event["userPrincipalName"].lower().split("@")[0] in SUBSET
    ]


def _load(folder):
    return analyzer.Case.load(
        [str(folder)],
        moves=EVIDENCE / "moves.csv",
        moves_timezone="America/Toronto",
        recipients=EVIDENCE / "recipients.csv",
        permissions=[EVIDENCE / "mailbox-permissions.csv", EVIDENCE / "folder-permissions.csv"],
        cas_mailbox=EVIDENCE / "cas-mailboxes.csv",
        org_config=EVIDENCE / "organization-config.txt",
        policies=EVIDENCE / "conditional-access-policies.json",
    )


def _summary(result):
    return sorted(
        (
            verdict.user,
            verdict.cause.value,
            verdict.id,
            verdict.status.value,
            verdict.events,
            verdict.first_seen,
            verdict.last_seen,
            verdict.move.mailbox if verdict.move else None,
        )
        for verdict in result.verdicts
    )


def _counts(result):
    coverage = result.coverage
    refused = [read.path for read in coverage.inputs if read.refused]
    return coverage.events_read, coverage.events_duplicate, coverage.events_rejected, refused


@pytest.fixture(scope="module")
def reference(events, tmp_path_factory):
    """What Graph's own pages give."""
    folder = tmp_path_factory.mktemp("reference")
    write_shape(events, "graph-pages", folder)
    with _load(folder) as case:
        return _summary(case.result)


@pytest.mark.parametrize("shape", sorted(set(SHAPES) - {"graph-pages"}))
def test_shape_gives_the_verdicts_of_graph_and_loses_no_event(shape, events, reference, tmp_path):
    write_shape(events, shape, tmp_path)

    with _load(tmp_path) as case:
        result = case.result

    assert _counts(result) == (len(events), 0, 0, [])
    if shape not in WITHOUT_POLICIES:
        assert _summary(result) == reference


@pytest.mark.soak
@pytest.mark.parametrize("shape", ["graph-pages", "log-analytics-csv"])
def test_packing_changes_nothing(shape, events, reference, tmp_path):
    paths = write_shape(events, shape, tmp_path)
    half = len(paths) // 2
    gzipped(paths[:half])
    zipped(paths[half:], tmp_path / "rest.zip")

    with _load(tmp_path) as case:
        result = case.result

    assert _counts(result) == (len(events), 0, 0, [])
    assert _summary(result) == reference


def test_two_shapes_of_one_log_are_one_log(events, reference, tmp_path):
    write_shape(events, "graph-ndjson", tmp_path / "graph")
    write_shape(events, "log-analytics-csv", tmp_path / "sentinel")

    with _load(tmp_path) as case:
        result = case.result

    assert _counts(result) == (len(events), len(events), 0, [])
    assert _summary(result) == reference
