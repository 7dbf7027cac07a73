"""The quick way in: DuckDB's own readers, one scan for all files of one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

from analyzer.engine.conform import INPUT, PROBLEM, SUSPECT, conform
from analyzer.engine.layout import csv_layout, literal, record_shape, variant_count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analyzer.engine.layout import Layout
    from analyzer.formats import Format
    from analyzer.sources.prepared import Prepared

_OBJECT_BYTES = 2 << 20
# A broken array, a row that does not fit, a record bigger than the buffer, damaged compression.
_GIVEN_UP = (
    duckdb.InvalidInputException,
    duckdb.IOException,
    duckdb.ConversionException,
    duckdb.OutOfMemoryException,
)
_MODE = {
    "lines": "newline_delimited",
    "objects": "unstructured",
    "array": "array",
}


def scan_key(prepared: Prepared) -> tuple[object, ...] | None:
    """What must be equal for files to share a scan; None if the quick way does not suit."""
    head, form = prepared.head, prepared.form
    if form is None or not prepared.scans_quickly:
        return None
    _path, container, is_gzip = prepared.scanned
    common = (form.name, container, is_gzip)
    if container == "csv":
        return (*common, head.delimiter, head.skipped_lines, head.header)
    if container not in _MODE or variant_count(form.places(), head.spellings) > 1:
        return None
    return (*common, record_shape(form, head.spellings).columns_literal)


def scan(
    connection: duckdb.DuckDBPyConnection,
    group: Sequence[Prepared],
    target: Path,
) -> bool:
    """Conform files that share a scan key into one Parquet file.

    Returns:
        Whether the reader got through; where it did not (a broken array, a row that does not
        fit) nothing of the group counts as read, and each file is read the exact way.
    """
    query = _query(group)
    try:
        connection.execute(f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet)")
    except _GIVEN_UP:
        target.unlink(missing_ok=True)
        return False
    return True


def _query(group: Sequence[Prepared]) -> str:
    first = group[0]
    if first.form is None:
        msg = f"{first.label} has no format to scan it by"
        raise ValueError(msg)
    is_csv = first.head.container == "csv"
    reader, layout = _csv_reader(group) if is_csv else _json_reader(group, first.form)
    if len(group) == 1:
        keep = [f"{first.number} AS {INPUT}", f"{literal(first.label)} AS source_file"]
    else:
        files = ", ".join(
            f"({literal(str(p.scanned[0]))}, {p.number}, {literal(p.label)})" for p in group
        )
        reader += f" JOIN (VALUES {files}) AS f(file_path, {INPUT}, source_file)"
        reader += " ON f.file_path = r.filename"
        keep = [f"f.{INPUT} AS {INPUT}", "f.source_file AS source_file"]
    return conform(first.form, layout, reader, keep=keep, seed=None)


def doubtful_lines(
    connection: duckdb.DuckDBPyConnection, prepared: Prepared
) -> tuple[frozenset[int], int]:
    """Which lines of one file of JSON lines the quick scan could not read, and how many it has.

    Lines are counted from 1 without the blank ones. Numbering them keeps the scan to one
    thread, so it is done only when something is wrong.
    """
    connection.execute("SET preserve_insertion_order = true")
    try:
        rows = connection.execute(
            f"SELECT n, total FROM (SELECT row_number() OVER () AS n, count(*) OVER () AS total, "
            f"({PROBLEM} IS NOT NULL OR {SUSPECT}) AS is_doubtful FROM ({_query([prepared])})) "
            "WHERE is_doubtful"
        ).fetchall()
    finally:
        connection.execute("SET preserve_insertion_order = false")
    return frozenset(n for n, _ in rows), rows[0][1] if rows else 0


def _paths(group: Sequence[Prepared]) -> str:
    return "[" + ", ".join(literal(str(p.scanned[0])) for p in group) + "]"


def _json_reader(group: Sequence[Prepared], form: Format) -> tuple[str, Layout]:
    _path, container, is_gzip = group[0].scanned
    mode = _MODE[container]
    options = (
        f"format = '{mode}', maximum_object_size = {_OBJECT_BYTES}, filename = true, "
        f"compression = '{'gzip' if is_gzip else 'none'}'"
        + (", ignore_errors = true" if mode == "newline_delimited" else "")
    )
    shape = record_shape(form, group[0].head.spellings, prefix="r.")
    reader = f"read_json({_paths(group)}, columns = {shape.columns_literal}, {options}) AS r"
    return reader, shape.layout


def _csv_reader(group: Sequence[Prepared]) -> tuple[str, Layout]:
    head, source = group[0].head, group[0].source
    columns = "{" + ", ".join(f"'c{i}': 'VARCHAR'" for i in range(len(head.header))) + "}"
    delimiter = literal(head.delimiter)
    reader = (
        f"read_csv({_paths(group)}, columns = {columns}, auto_detect = false, header = false, "
        f"skip = {head.skipped_lines + 1}, delim = {delimiter}, quote = '\"', escape = '\"', "
        f"filename = true, compression = '{'gzip' if source.is_gzip else 'none'}') AS r"
    )
    return reader, csv_layout(head.header, "r.")
