"""The last steps of loading: time window, duplicates, policy results, and what to say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.engine.conform import INPUT
from analyzer.engine.layout import literal
from analyzer.engine.merge import has_duplicates, merge_duplicates, write_policy_results
from analyzer.schema import POLICY_RESULTS, SIGNINS
from analyzer.times import iso_z

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import duckdb

_NAMES = ", ".join(c.name for c in SIGNINS)
_ROWS = "conformed_rows"


@dataclass(frozen=True, slots=True)
class Tables:
    """The canonical tables, and how many rows each input gave.

    Attributes:
        events: Input number → rows kept from it.
        found: Input number → rows it held inside the window.
        notes: Sentences about what is in the rows and what is not.
    """

    signins: duckdb.DuckDBPyRelation
    policy_results: duckdb.DuckDBPyRelation
    events: dict[int, int]
    found: dict[int, int]
    notes: tuple[str, ...]


def finish(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    rows: str,
    since: datetime | None,
    until: datetime | None,
) -> Tables:
    """Cut the rows to the window [since, until), merge duplicates, write policy results."""
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {_ROWS} AS {rows}")
    view, notes = _ROWS, []
    if since or until:
        view = "windowed_rows"
        inside = _inside(since, until)
        connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * FROM {_ROWS} WHERE {inside}"
        )
        outside = _one(connection, f"SELECT count(*) FROM {_ROWS} WHERE NOT ({inside})")
        if outside:
            notes.append(f"{_count(outside, 'sign-in')} outside the window asked for left out")
    found = _by_input(connection, view)
    kept = view
    if has_duplicates(connection, view):
        merged = folder / "merged.parquet"
        merge_duplicates(connection, view, merged)
        kept = f"read_parquet({literal(str(merged))})"
    policies = folder / "policy-results.parquet"
    write_policy_results(connection, view, policies)
    notes += _notes(connection, kept)
    names = ", ".join(c.name for c in POLICY_RESULTS)
    return Tables(
        connection.sql(f"SELECT {_NAMES} FROM {kept}"),
        connection.sql(f"SELECT {names} FROM read_parquet({literal(str(policies))})"),
        _by_input(connection, kept),
        found,
        tuple(notes),
    )


def _inside(since: datetime | None, until: datetime | None) -> str:
    conditions = [
        f"occurred_at {sign} TIMESTAMP {literal(iso_z(at).removesuffix('Z'))}"
        for sign, at in ((">=", since), ("<", until))
        if at
    ]
    return " AND ".join(conditions)


def _by_input(connection: duckdb.DuckDBPyConnection, rows: str) -> dict[int, int]:
    query = f"SELECT {INPUT}, count(*) FROM {rows} GROUP BY 1"
    return dict(connection.execute(query).fetchall())


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _notes(connection: duckdb.DuckDBPyConnection, rows: str) -> list[str]:
    total, interactive, unattended, unsaid, nobody, unlisted, derived = connection.execute(
        "SELECT count(*), count(*) FILTER (is_interactive), "
        "count(*) FILTER (NOT is_interactive AND user_id IS NOT NULL), "
        "count(*) FILTER (is_interactive IS NULL), "
        "count(*) FILTER (user_id IS NULL AND user_principal_name IS NULL), "
        "count(*) FILTER (NOT policies_known), "
        "count(*) FILTER (starts_with(signin_id, 'derived-')) "
        f"FROM {rows}"
    ).fetchall()[0]
    if not total:
        return []
    notes = []
    if unsaid < total and not unattended:
        notes.append(
            "no non-interactive sign-ins of people in the input: half of the legacy ones "
            "may be missing"
        )
    if unsaid < total and not interactive:
        notes.append("no interactive sign-ins in the input: half of the legacy ones may be missing")
    if unsaid:
        notes.append(f"{_count(unsaid, 'sign-in')} of {total:,} do not say whether interactive")
    if unlisted:
        notes.append(
            f"policy details absent from {unlisted:,} of {_count(total, 'sign-in')}: not exported, "
            "or the exporter was not permitted to see them"
        )
    if nobody:
        notes.append(
            f"{_count(nobody, 'sign-in')} without a user (service principals, managed identities)"
        )
    if derived:
        notes.append(f"{_count(derived, 'sign-in')} without an id got one from the record's text")
    return notes
