"""The exact way in: record by record, every spelling of every field, every reject with its line.

Taken for a file that the quick scan could not vouch for. Slower: the file's text passes through
Python once, but never more of it than a few records at a time.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.engine.conform import INPUT, PROBLEM, SUSPECT, conform
from analyzer.engine.layout import Layout, literal, merged, quoted, record_shape, variant_count
from analyzer.engine.scan import csv_layout
from analyzer.formats.recognise import format_of, stranger_of
from analyzer.sources.csv_frames import frames_of_csv
from analyzer.sources.frames import frames_of_lines, frames_of_structure, frames_of_tables
from analyzer.sources.text import TextPieces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from analyzer.formats import Format
    from analyzer.sources.frames import Frame
    from analyzer.sources.prepared import Prepared

_RAW_CHARACTERS = 2000
_STRAY = "is no sign-in record"
# A record of a recognised file that lacks the fields its format is recognised by is still taken
# for one, and told what it lacks, if it shares this many fields with the format.
_KIN_FIELDS = 3


@dataclass(frozen=True, slots=True)
class Exact:
    """What came of one file.

    Attributes:
        form: Name of the format most of its records have; None where no record has one.
        parts: Parquet files with its readable records.
        recognised: How many records are of a sign-in format and log, readable or not.
        names: Field names of the first kind of record, for a refusal.
        is_cut_short: Its compressed data break off.
    """

    form: str | None
    parts: tuple[Path, ...]
    recognised: int
    names: frozenset[str]
    is_cut_short: bool


def read_exactly(connection: duckdb.DuckDBPyConnection, prepared: Prepared, folder: Path) -> Exact:
    """Conform one file into Parquet and put what cannot be read into the table ``rejects``."""
    framed = folder / f"frames-{prepared.number}.ndjson"
    pieces = TextPieces(prepared.source)
    written = _write_frames(_frames(prepared, pieces), framed)
    view = f"frames_{prepared.number}"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {view} AS SELECT * FROM read_json("
        f"{literal(str(framed))}, format = 'newline_delimited', ignore_errors = true, columns = "
        "{'line': 'BIGINT', 'record': 'JSON', 'reason': 'VARCHAR', 'raw': 'VARCHAR'})"
    )
    connection.execute(
        f"INSERT INTO rejects SELECT {prepared.number}, line, coalesce(reason, "
        f"'cannot be parsed'), raw FROM {view} WHERE record IS NULL"
    )
    if prepared.head.container == "csv":
        exact = _read_csv(connection, prepared, folder, view, written)
    else:
        exact = _read_records(connection, prepared, folder, view)
    connection.execute(f"DROP VIEW {view}")
    framed.unlink()
    return Exact(exact.form, exact.parts, exact.recognised, exact.names, pieces.cut_short)


def _frames(prepared: Prepared, pieces: TextPieces) -> Iterator[Frame]:
    head = prepared.head
    match head.container:
        case "csv":
            width = len(head.header)
            return frames_of_csv(pieces, width, head.delimiter, head.skipped_lines)
        case "tables":
            return frames_of_tables(pieces)
        case "array" | "page" | "objects":
            return frames_of_structure(pieces)
        case _:
            return frames_of_lines(pieces)


def _write_frames(frames: Iterator[Frame], target: Path) -> int:
    readable = 0
    with target.open("w", encoding="utf-8", newline="") as out:
        for frame in frames:
            if frame.text is not None:
                readable += 1
                out.write(f'{{"line":{frame.line},"record":{frame.text}}}\n')
            else:
                broken = {"line": frame.line, "reason": frame.reason, "raw": frame.raw}
                out.write(json.dumps(broken) + "\n")
    return readable


def _read_csv(
    connection: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    folder: Path,
    view: str,
    written: int,
) -> Exact:
    form, header = prepared.form, prepared.head.header
    if form is None:
        return Exact(None, (), 0, prepared.head.names, is_cut_short=False)
    struct = json.dumps({f"c{i}": "VARCHAR" for i in range(len(header))})
    reader = (
        f"(SELECT line, record, json_transform(record, {literal(struct)}) AS r1 FROM {view} "
        "WHERE record IS NOT NULL) AS frames"
    )
    part = _conform_frames(connection, prepared, form, csv_layout(header, "r1."), reader, folder)
    return Exact(form.name, (part,), written, prepared.head.names, is_cut_short=False)


def _read_records(
    connection: duckdb.DuckDBPyConnection, prepared: Prepared, folder: Path, view: str
) -> Exact:
    rows = connection.execute(
        f"SELECT json_keys(record), count(*), min(line) FROM {view} WHERE record IS NOT NULL "
        "GROUP BY 1 ORDER BY 2 DESC, 3"
    ).fetchall()
    kinds = _kinds([(tuple(keys), count) for keys, count, _ in rows], prepared.form)
    forms: dict[str, Format] = {k.form.name: k.form for k in kinds if k.form}
    table = f"kinds_{prepared.number}"
    connection.execute(f"CREATE TEMP TABLE {table} (keys VARCHAR[], form VARCHAR, why VARCHAR)")
    if kinds:
        connection.executemany(
            f"INSERT INTO {table} VALUES (?, ?, ?)",
            [[list(k.keys), k.form.name if k.form else None, k.why] for k in kinds],
        )
    joined = (
        f"(SELECT line, record, form, why FROM {view} JOIN {table} ON json_keys(record) = keys)"
    )
    connection.execute(
        f"INSERT INTO rejects SELECT {prepared.number}, line, why, "
        f"left(record::VARCHAR, {_RAW_CHARACTERS}) FROM {joined} WHERE form IS NULL"
    )
    parts = []
    for form in forms.values():
        seen = _spellings(connection, [k for k in kinds if k.form is form], form, joined)
        layouts, structs = [], []
        for i in range(variant_count([*form.places(), form.envelope or ""], seen)):
            shape = record_shape(form, seen, variant=i, prefix=f"r{i}.")
            structs.append(f"json_transform(record, {literal(_structure(shape.columns))}) AS r{i}")
            layouts.append(shape.layout)
        reader = (
            f"(SELECT line, record, {', '.join(structs)} FROM {joined} "
            f"WHERE form = {literal(form.name)}) AS frames"
        )
        parts.append(_conform_frames(connection, prepared, form, merged(layouts), reader, folder))
    connection.execute(f"DROP TABLE {table}")
    counts = Counter({k.form.name: 0 for k in kinds if k.form})
    for k in kinds:
        if k.form:
            counts[k.form.name] += k.count
    form_name = counts.most_common(1)[0][0] if counts else None
    names = frozenset(k.lower() for k in kinds[0].keys) if kinds else frozenset()
    return Exact(form_name, tuple(parts), counts.total(), names, is_cut_short=False)


@dataclass(frozen=True, slots=True)
class _KeySet:
    """Records with the same fields: their format, or why they have none."""

    keys: tuple[str, ...]
    count: int
    form: Format | None
    why: str | None


def _kinds(sets: list[tuple[tuple[str, ...], int]], usual: Format | None) -> list[_KeySet]:
    found = []
    for keys, count in sets:
        names = frozenset(k.lower() for k in keys)
        form = format_of(names)
        if form is None and usual and stranger_of(names) is None:
            kin = {p.lower().partition(".")[0] for p in usual.places()} & names
            form = usual if len(kin) >= _KIN_FIELDS else None
        why = None if form else _why_stray(names)
        found.append(_KeySet(keys, count, form, why))
    return found


def _why_stray(names: frozenset[str]) -> str:
    stranger = stranger_of(names)
    return f"{_STRAY}: looks like {stranger.looks_like}" if stranger else _STRAY


def _spellings(
    connection: duckdb.DuckDBPyConnection, kinds: list[_KeySet], form: Format, joined: str
) -> dict[str, tuple[str, ...]]:
    counts: dict[str, Counter[str]] = {}
    for kind in kinds:
        for key in kind.keys:
            counts.setdefault(key.lower(), Counter())[key] += kind.count
    if form.envelope:
        for outer in counts.get(form.envelope.lower(), ()):
            inner = connection.execute(
                f"SELECT k, count(*) FROM (SELECT unnest(json_keys(record, "
                f"{literal(f'$.{quoted(outer)}')})) AS k FROM {joined} "
                f"WHERE form = {literal(form.name)}) GROUP BY k"
            ).fetchall()
            for key, count in inner:
                path = f"{form.envelope}.{key}".lower()
                counts.setdefault(path, Counter())[key] += count
    return {path: tuple(k for k, _ in c.most_common()) for path, c in counts.items()}


def _structure(columns: object) -> str:
    """The structure argument of ``json_transform`` for columns of text, one level nested."""
    items = dict(columns)  # type: ignore[call-overload]
    structure: dict[str, object] = {}
    for name, kind in items.items():
        if kind == "VARCHAR":
            structure[name] = "VARCHAR"
        else:
            inner = kind[len("STRUCT(") : -1].split(" VARCHAR")
            structure[name] = {n.strip(' ,"'): "VARCHAR" for n in inner if n.strip(' ,"')}
    return json.dumps(structure)


def _conform_frames(
    connection: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    form: Format,
    layout: Layout,
    reader: str,
    folder: Path,
) -> Path:
    keep = (
        f"{prepared.number} AS {INPUT}",
        f"{literal(prepared.label)} AS source_file",
        "line",
        "record",
    )
    query = conform(form, layout, reader, keep=keep, seed="json(record)::VARCHAR")
    everything = folder / f"exact-{prepared.number}-{form.name}-all.parquet"
    part = folder / f"exact-{prepared.number}-{form.name}.parquet"
    raw = f"CASE WHEN {PROBLEM} IS NOT NULL THEN left(record::VARCHAR, {_RAW_CHARACTERS}) END"
    connection.execute(
        f"COPY (SELECT * EXCLUDE (record, {SUSPECT}), {raw} AS raw FROM ({query})) "
        f"TO {literal(str(everything))} (FORMAT parquet)"
    )
    source = f"read_parquet({literal(str(everything))})"
    connection.execute(
        f"INSERT INTO rejects SELECT {INPUT}, line, {PROBLEM}, raw FROM {source} "
        f"WHERE {PROBLEM} IS NOT NULL"
    )
    connection.execute(
        f"COPY (SELECT * EXCLUDE (line, raw, {PROBLEM}) FROM {source} WHERE {PROBLEM} IS NULL) "
        f"TO {literal(str(part))} (FORMAT parquet)"
    )
    everything.unlink()
    return part
