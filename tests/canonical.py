"""Canonical tables from short rows, on a DuckDB connection: what the engine would have read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import duckdb
import narwhals as nw

from analyzer.schema import POLICY_RESULTS, SIGNINS, Column


def table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Iterable[Column],
    rows: Iterable[Mapping[str, object]],
) -> nw.LazyFrame:
    """A temporary table with the schema's columns; what a row does not name is NULL."""
    columns = tuple(columns)
    kinds = ", ".join(f"{column.name} {column.sql_type}" for column in columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({kinds})")
    marks = ", ".join("?" for _ in columns)
    for row in rows:
        values = [row.get(column.name) for column in columns]
        connection.execute(f"INSERT INTO {name} VALUES ({marks})", values)
    return nw.from_native(connection.table(name))


def signins(connection, rows) -> nw.LazyFrame:
    """Canonical sign-ins with ids and times filled in where absent."""
    filled = [
        {"signin_id": f"s{number}", "occurred_at": "2026-03-10 12:00:00", **row}
        for number, row in enumerate(rows)
    ]
    return table(connection, "signins", SIGNINS, filled)


def policy_results(connection, rows) -> nw.LazyFrame:
    """Canonical policy results."""
    return table(connection, "policy_results", POLICY_RESULTS, rows)


def keys(connection, pairs=()) -> nw.LazyFrame:
    """Person keys of (object id, key) pairs."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE keys (user_id VARCHAR, user_principal_name VARCHAR, "
        "person_key VARCHAR)"
    )
    for user_id, key in pairs:
        connection.execute("INSERT INTO keys VALUES (?, NULL, ?)", [user_id, key])
    return nw.from_native(connection.table("keys"))
