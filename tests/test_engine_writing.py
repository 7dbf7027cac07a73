from __future__ import annotations

import csv
import json

import duckdb
import pandas as pd
import pytest

from analyzer.engine.writing import write_frame
from analyzer.errors import UsageError

SQL = (
    "SELECT 'a' AS signin_id, TIMESTAMP '2026-03-10 12:00:00.5' AS occurred_at, "
    "'=HYPERLINK(1)' AS client_app, 53003::BIGINT AS error_code, true AS blocked"
)


@pytest.fixture
def relation():
    connection = duckdb.connect()
    connection.execute("SET TimeZone='UTC'")
    yield connection.sql(SQL)
    connection.close()


def test_csv_is_safe_against_formulas_and_times_end_in_z(relation, tmp_path):
    write_frame(relation, tmp_path / "events.csv")

    with (tmp_path / "events.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {
            "signin_id": "a",
            "occurred_at": "2026-03-10T12:00:00.500000Z",
            "client_app": "'=HYPERLINK(1)",
            "error_code": "53003",
            "blocked": "true",
        }
    ]


def test_ndjson_keeps_text_as_it_is(relation, tmp_path):
    write_frame(relation, tmp_path / "it's.ndjson")

    assert [json.loads(line) for line in (tmp_path / "it's.ndjson").read_text().splitlines()] == [
        {
            "signin_id": "a",
            "occurred_at": "2026-03-10T12:00:00.500000Z",
            "client_app": "=HYPERLINK(1)",
            "error_code": 53003,
            "blocked": True,
        }
    ]


def test_parquet_times_are_aware(relation, tmp_path):
    write_frame(relation, tmp_path / "events.parquet")

    frame = pd.read_parquet(tmp_path / "events.parquet")
    assert frame["occurred_at"].iloc[0] == pd.Timestamp("2026-03-10T12:00:00.5", tz="UTC")


def test_a_missing_folder_is_a_clear_error_and_leaves_nothing(relation, tmp_path):
    with pytest.raises(UsageError, match="does not exist"):
        write_frame(relation, tmp_path / "absent" / "events.csv")

    assert list(tmp_path.iterdir()) == []
