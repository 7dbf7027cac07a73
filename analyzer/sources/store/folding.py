"""Rows of the ledger that touch, kept as one: many people, pulled hourly, stay few rows.

Only what says no more than "asked" or "read" is folded; a slice with a file stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_TOUCHING_ASKED = (
    "SELECT from_us, until_us, asked_us FROM asked "
    "WHERE stream = ? AND from_us <= ? AND until_us >= ?"
)
_EMPTY = (
    "SELECT id, from_us, until_us, requests, late_rows FROM slices "
    "WHERE stream = ? AND is_closed = ? AND path IS NULL AND rows = 0"
)
_TOUCHING_EMPTY = f"{_EMPTY} AND from_us <= ? AND until_us >= ?"
_INSIDE_EMPTY = f"{_EMPTY} AND from_us >= ? AND until_us <= ?"
_RECORD = (
    "INSERT INTO slices (stream, from_us, until_us, is_closed, read_us, path, rows, distinct_ids, "
    "ids_digest, bytes, sha256, late_rows, requests, request_ids, first_us, last_us) "
    "VALUES (:stream, :from_us, :until_us, :is_closed, :read_us, :path, :rows, :distinct_ids, "
    ":ids_digest, :bytes, :sha256, :late_rows, :requests, :request_ids, :first_us, :last_us)"
)


def ask(
    connection: sqlite3.Connection, stream: str, spans: Iterable[tuple[int, int]], now: int
) -> None:
    """Write spans of a stream down as asked, together with those that they touch."""
    for start, end in spans:
        found = connection.execute(_TOUCHING_ASKED, (stream, end, start)).fetchall()
        if any(a <= start and end <= b for a, b, _ in found):
            continue
        connection.executemany(
            "DELETE FROM asked WHERE stream = ? AND from_us = ? AND until_us = ?",
            [(stream, a, b) for a, b, _ in found],
        )
        connection.execute(
            "INSERT INTO asked VALUES (?, ?, ?, ?)",
            (
                stream,
                min([start, *(a for a, _, _ in found)]),
                max([end, *(b for _, b, _ in found)]),
                min([now, *(at for _, _, at in found)]),
            ),
        )


def record(connection: sqlite3.Connection, row: dict[str, object]) -> None:
    """Write a slice down; one without records takes in those that it touches or outdates."""
    if row["path"] is None and row["rows"] == 0:
        row = _folded(connection, row)
    connection.execute(_RECORD, row)


def _folded(connection: sqlite3.Connection, row: dict[str, object]) -> dict[str, object]:
    """An empty slice, with the empty ones of its stream that it touches; these are removed."""
    stream, is_closed = row["stream"], row["is_closed"]
    found = connection.execute(
        _TOUCHING_EMPTY, (stream, is_closed, row["until_us"], row["from_us"])
    ).fetchall()
    starts = [int(str(row["from_us"])), *(each[1] for each in found)]
    ends = [int(str(row["until_us"])), *(each[2] for each in found)]
    start, end = min(starts), max(ends)
    if is_closed:
        # What was read too early, and has been read again in time, says nothing any more.
        found += connection.execute(_INSIDE_EMPTY, (stream, 0, start, end)).fetchall()
    connection.executemany("DELETE FROM slices WHERE id = ?", [(each[0],) for each in found])
    return {
        **row,
        "from_us": start,
        "until_us": end,
        "requests": int(str(row["requests"])) + sum(each[3] for each in found),
        "late_rows": int(str(row["late_rows"])) + sum(each[4] for each in found),
    }
