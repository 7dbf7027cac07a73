"""A notebook's own frame gives the same rows as the file it came from."""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from analyzer.errors import InputError
from tests.engine_support import counts, engine, graph, lines, log_analytics, rows_of, write

RECORDS = [graph(1), graph(2, status={"errorCode": 0}, conditionalAccessStatus="notApplied")]


@pytest.fixture
def expected(tmp_path):
    with engine(tmp_path) as e:
        loaded = e.load([write(tmp_path, "a.json", lines(RECORDS))])
        return _bare(rows_of(loaded.signins)), rows_of(loaded.policy_results)


def _bare(rows):
    return [{k: v for k, v in r.items() if not k.startswith("source_")} for r in rows]


FRAMES = {
    "normalised": lambda: pd.json_normalize(RECORDS),
    "dict cells": lambda: pd.DataFrame(RECORDS),
    "Arrow": lambda: pa.Table.from_pylist(RECORDS),
    "DuckDB": lambda: duckdb.connect().from_arrow(pa.Table.from_pylist(RECORDS)),
    "times as times": lambda: pd.json_normalize(RECORDS).assign(
        createdDateTime=lambda f: pd.to_datetime(f["createdDateTime"])
    ),
    "log analytics, mixed cells": lambda: pd.DataFrame(
        [log_analytics(RECORDS[0]), log_analytics(RECORDS[1], as_text=True)]
    ).assign(ConditionalAccessStatus=[1, 2]),
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_gives_the_rows_of_its_file(name, expected, tmp_path):
    with engine(tmp_path) as e:
        loaded = e.load_frame(FRAMES[name]())

        assert (_bare(rows_of(loaded.signins)), rows_of(loaded.policy_results)) == expected
    assert counts(loaded) == (2, 0, 0)


def test_canonical_rows_go_round(expected, tmp_path):
    with engine(tmp_path) as e:
        frame = e.load([write(tmp_path, "a.json", lines(RECORDS))]).signins.df()
    with engine(tmp_path) as e:
        rows = _bare(rows_of(e.load_frame(frame).signins))

    assert rows == expected[0]


def test_missing_values_stay_missing(tmp_path):
    frame = pd.DataFrame(
        {
            "id": ["a", "b"],
            "createdDateTime": ["2026-03-02T07:00:00Z"] * 2,
            "userPrincipalName": ["a@contoso.example", None],
            "ipAddress": [None, float("nan")],
            "status.errorCode": [50126.0, float("nan")],
        }
    )

    with engine(tmp_path) as e:
        rows = rows_of(e.load_frame(frame).signins)

    picked = [(r["user_principal_name"], r["ip_address"], r["error_code"]) for r in rows]
    assert picked == [("a@contoso.example", None, 50126), (None, None, None)]


def test_a_bad_row_is_rejected_with_its_number(tmp_path):
    frame = pd.DataFrame([graph(1), graph(2, createdDateTime="never")])

    with engine(tmp_path) as e:
        loaded = e.load_frame(frame)

    assert counts(loaded) == (1, 0, 1)
    assert [(r.path, r.line) for r in loaded.rejects] == [("frame", 2)]


def test_an_unknown_frame_is_refused(tmp_path):
    with engine(tmp_path) as e:
        with pytest.raises(InputError, match="its fields: colour"):
            e.load_frame(pd.DataFrame({"colour": ["red"]}))
        with pytest.raises(InputError, match="int is no frame"):
            e.load_frame(3)
