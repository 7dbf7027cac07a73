"""Writes an engine frame to one file, whole or not at all."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import duckdb

from analyzer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ISO_Z = "strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ') AS {name}"
_FORMULA_START = r"^[=+\-@\t\r]"


def write_frame(relation: duckdb.DuckDBPyRelation, path: Path) -> None:
    """Write a frame as CSV, Parquet or NDJSON, by the file's ending.

    Times are UTC: ISO 8601 with Z in text, aware in Parquet. CSV cells that a spreadsheet would
    run as a formula get an apostrophe in front. Source: OWASP, CSV injection.

    Raises:
        UsageError: The folder does not exist or cannot be written.
    """
    write = _WRITERS[path.suffix.lower()]
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        if not path.parent.is_dir():
            msg = f"folder {str(path.parent)!r} does not exist"
            raise UsageError(msg, remedy="Create it, or name another file.")
        write(relation, temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except (OSError, duckdb.IOException) as error:
        msg = f"cannot write {path}: {error}"
        raise UsageError(msg, remedy="Name a file in a folder that can be written.") from error
    finally:
        temporary.unlink(missing_ok=True)


def _select(
    relation: duckdb.DuckDBPyRelation, time: str, text: str = "{name}"
) -> duckdb.DuckDBPyRelation:
    columns = []
    for name, kind in zip(relation.columns, relation.types, strict=True):
        pattern = {"TIMESTAMP": time, "VARCHAR": text}.get(str(kind), "{name}")
        columns.append(pattern.format(name=name))
    return relation.select(*(_expression(column) for column in columns))


def _expression(sql: str) -> duckdb.Expression:
    expression, _, alias = sql.partition(" AS ")
    made = duckdb.SQLExpression(expression)
    return made.alias(alias) if alias else made


def _csv(relation: duckdb.DuckDBPyRelation, path: Path) -> None:
    safe = (
        f"CASE WHEN regexp_matches({{name}}, '{_FORMULA_START}') THEN '''' || {{name}} "
        "ELSE {name} END AS {name}"
    )
    _select(relation, _ISO_Z, safe).write_csv(str(path), header=True)


def _parquet(relation: duckdb.DuckDBPyRelation, path: Path) -> None:
    aware = "timezone('UTC', {name}) AS {name}"
    _select(relation, aware).write_parquet(str(path), compression="zstd")


def _ndjson(relation: duckdb.DuckDBPyRelation, path: Path) -> None:
    text = _select(relation, _ISO_Z)
    text.query("events", f"COPY (FROM events) TO {_literal(path)} (FORMAT JSON)")


def _literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


_WRITERS: dict[str, Callable[[duckdb.DuckDBPyRelation, Path], None]] = {
    ".csv": _csv,
    ".parquet": _parquet,
    ".ndjson": _ndjson,
}
