"""The benchmark's sign-ins are what its README line promises: real enough to measure on."""

from __future__ import annotations

import json

import pytest

from benchmarks import bulk

COUNT = 20_000


@pytest.mark.soak
def test_bulk_records_are_whole_and_failures_confined(tmp_path):
    path = tmp_path / "signins.ndjson"

    bulk.write_signins(path, COUNT)

    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    failing = {
        record["userId"]
        for record in records
        if record["status"]["errorCode"] or record["conditionalAccessStatus"] == "failure"
    }
    assert len({record["id"] for record in records}) == COUNT
    assert {len(record["appliedConditionalAccessPolicies"]) for record in records} == {8}
    assert 3500 < path.stat().st_size / COUNT < 5000
    assert 0 < len(failing) <= 1500
