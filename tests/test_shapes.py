"""The shape writers write what the exports look like, and every event exactly once."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime

import pytest

from benchmarks.shapes import SHAPES, gzipped, write_shape, zipped
from benchmarks.shapes_csv import us_time
from benchmarks.tenant.records import Account, Ids, signin
from benchmarks.tenant.world import BUNDLE, PORTAL, TORONTO

COUNT = 6


@pytest.fixture
def events():
    ids = Ids(3)
    account = Account("b0000000-0000-4000-8000-000000000001", "ann@contoso.example", 'Ann, "A"')
    at = datetime(2021, 3, 12, 23, 59, 58, tzinfo=UTC)
    return [
        signin(ids, account, at, client, TORONTO, outcome)
        for client, outcome in ((PORTAL, "success"), *((one, "blocked") for one in BUNDLE))
    ] + [signin(ids, account, at, PORTAL, TORONTO, "keep-signed-in")]  # fmt: skip


def _identifiers(path):
    """Sign-in ids in a file, wherever the shape keeps them."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        rows = list(csv.DictReader(io.StringIO(text)))
    elif path.suffix == ".ndjson" or path.name == "PT1H.json":
        rows = [json.loads(line) for line in text.splitlines()]
    else:
        document = json.loads(text)
        named = [document[key] for key in ("value", "records") if key in document]
        rows = named[0] if named else document
    keys = ("id", "Id", "RequestId", "Request ID")
    flat = [row.get("properties", row) for row in rows]
    return [row[key] for row in flat for key in keys if key in row]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_event_is_written_once(shape, events, tmp_path):
    paths = write_shape(events, shape, tmp_path)

    written = [one for path in paths for one in _identifiers(path)]

    assert sorted(written) == sorted(event["id"] for event in events)


def test_non_interactive_rows_carry_their_nested_columns_as_text(events, tmp_path):
    write_shape(events, "log-analytics-ndjson", tmp_path)

    first = (tmp_path / "AADNonInteractiveUserSignInLogs.ndjson").read_text().splitlines()[0]
    second = (tmp_path / "SigninLogs.ndjson").read_text().splitlines()[0]

    assert isinstance(json.loads(first)["ConditionalAccessPolicies"], str)
    assert isinstance(json.loads(second)["ConditionalAccessPolicies"], list)


def test_conditions_are_a_bit_mask_outside_graph(events, tmp_path):
    (path, *_) = write_shape(events[1:2], "diagnostic-blobs", tmp_path)

    policies = json.loads(path.read_text())["properties"]["appliedConditionalAccessPolicies"]

    assert [policy["conditionsSatisfied"] for policy in policies] == [19, 1, 1, 3, 1, 19, 0]


def test_portal_headers_keep_their_blanks_and_the_repeated_one(events, tmp_path):
    (path, *_) = write_shape(events, "portal-csv", tmp_path)

    header = next(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))

    assert header.count("Incoming token type") == 2
    assert {"Application ID ", "Resource ID ", "Autonomous system  number"} <= set(header)


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2021-04-28T14:08:45.221Z", "4/28/2021, 2:08:45.221 PM"),
        ("2021-12-01T00:00:00Z", "12/1/2021, 12:00:00.000 AM"),
        ("2021-12-01T12:30:00.0000000Z", "12/1/2021, 12:30:00.000 PM"),
    ],
)
def test_us_time_is_written_as_the_logs_blade_does(instant, shown):
    assert us_time(instant) == shown


def test_packing_is_the_same_bytes_every_time(events, tmp_path):
    packed = [
        gzipped(write_shape(events, "graph-array", tmp_path / name))[0].read_bytes()
        for name in ("one", "two")
    ]
    archives = [
        zipped(write_shape(events, "graph-array", tmp_path / name), tmp_path / f"{name}.zip")
        for name in ("three", "four")
    ]

    assert packed[0] == packed[1]
    assert json.loads(gzip.decompress(packed[0]))[0]["id"] == events[0]["id"]
    assert archives[0].read_bytes() == archives[1].read_bytes()
