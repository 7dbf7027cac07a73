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
from analyzer.engine.kinds import forms_of, kinds_of, spellings
from analyzer.engine.layout import (
    Layout,
    csv_layout,
    literal,
    merged,
    quoted,
    record_shape,
    variant_count,
)
from analyzer.sources.csv_frames import frames_of_csv
from analyzer.sources.frames import frames_of_lines, frames_of_tables
from analyzer.sources.structures import frames_of_structure
from analyzer.sources.text import TextPieces

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb

    from analyzer.engine.kinds import Kind
    from analyzer.formats import Format
    from analyzer.sources.frame import Frame
    from analyzer.sources.prepared import Prepared

RAW_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Exact:
    """What came of one file.

    Attributes:
        form: Name of the format most of its records have; None where no record has one.
        parts: Parquet files with its readable records.
        recognised: How many records are of a sign-in format, readable or not.
        names: Field names of the most frequent kind of record, lower case, for a refusal.
        is_cut_short: Its compressed data break off.
    """

    form: str | None = None
    parts: tuple[Path, ...] = ()
    recognised: int = 0
    names: frozenset[str] = frozenset()
    is_cut_short: bool = False


def read_exactly(
    connection: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    folder: Path,
    only: frozenset[int] | None = None,
) -> Exact:
    """Conform one file into Parquet and put what cannot be read into the table ``rejects``.

    Args:
        connection: Has the table ``rejects``.
        prepared: The file.
        folder: Where the Parquet files go.
        only: Lines to read of a file of JSON lines, counted without the blank ones; None is all.
    """
    framed = folder / f"frames-{prepared.number}.ndjson"
    pieces = TextPieces(prepared.source)
    readable = _write_frames(_frames(prepared, pieces, only), framed)
    reader = _Reader(connection, prepared, folder)
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW frames AS SELECT * FROM read_json("
        f"{literal(str(framed))}, format = 'newline_delimited', ignore_errors = true, columns = "
        "{'line': 'BIGINT', 'record': 'JSON', 'reason': 'VARCHAR', 'raw': 'VARCHAR'})"
    )
    reader.reject("line, coalesce(reason, 'cannot be parsed'), raw", "frames WHERE record IS NULL")
    exact = reader.read_csv(readable) if prepared.head.container == "csv" else reader.read_json()
    framed.unlink()
    return Exact(exact.form, exact.parts, exact.recognised, exact.names, pieces.cut_short)


def _frames(prepared: Prepared, pieces: TextPieces, only: frozenset[int] | None) -> Iterator[Frame]:
    head = prepared.head
    match head.container:
        case "csv":
            return frames_of_csv(pieces, len(head.header), head.delimiter, head.skipped_lines)
        case "tables":
            return frames_of_tables(pieces)
        case "array" | "page" | "objects":
            return frames_of_structure(pieces)
        case _:
            return frames_of_lines(pieces, only)


def _write_frames(frames: Iterator[Frame], target: Path) -> int:
    """Write one JSON line a frame; returns how many hold a record."""
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """Conforms the frames of one file, which are in the view ``frames``."""

    connection: duckdb.DuckDBPyConnection
    prepared: Prepared
    folder: Path

    def reject(self, columns: str, source: str) -> None:
        """Put line, reason and text of some rows among the rejects."""
        self.connection.execute(
            f"INSERT INTO rejects SELECT {self.prepared.number}, {columns} FROM {source}"
        )

    def read_csv(self, readable: int) -> Exact:
        """Conform rows of a CSV, whose header decides for all of them."""
        form, head = self.prepared.form, self.prepared.head
        if form is None:
            return Exact(names=head.names)
        struct = json.dumps({f"c{i}": "VARCHAR" for i in range(len(head.header))})
        reader = (
            f"(SELECT line, record, json_transform(record, {literal(struct)}) AS r "
            "FROM frames WHERE record IS NOT NULL) AS f"
        )
        part = self._conform(form, csv_layout(head.header, "r."), reader)
        return Exact(form.name, (part,), readable, head.names)

    def read_json(self) -> Exact:
        """Conform JSON records, each kind by its own fields."""
        rows = self.connection.execute(
            "SELECT json_keys(record), count(*), min(line) FROM frames WHERE record IS NOT NULL "
            "GROUP BY 1 ORDER BY 2 DESC, 3"
        ).fetchall()
        kinds = kinds_of([(keys, count) for keys, count, _ in rows], self.prepared.form)
        if not kinds:
            return Exact()
        self._judge_frames(kinds)
        if any(k.form is None for k in kinds):
            shown = f"left(record::VARCHAR, {RAW_CHARACTERS})"
            self.reject(f"line, why, {shown}", "judged_frames WHERE form IS NULL")
        forms = forms_of(kinds)
        parts = [self._read_form(f, [k for k in kinds if k.form is f]) for f, _ in forms]
        names = frozenset(k.lower() for k in kinds[0].keys)
        recognised = sum(count for _, count in forms)
        return Exact(forms[0][0].name if forms else None, tuple(parts), recognised, names)

    def _judge_frames(self, kinds: list[Kind]) -> None:
        """Make the view ``judged_frames``: every record with its format, or why it has none."""
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE kinds (keys VARCHAR[], form VARCHAR, why VARCHAR)"
        )
        self.connection.executemany(
            "INSERT INTO kinds VALUES (?, ?, ?)",
            [[list(k.keys), k.form.name if k.form else None, k.why] for k in kinds],
        )
        only = kinds[0].form
        if only and all(k.form is only for k in kinds):
            judged = f"SELECT line, record, {literal(only.name)} AS form, NULL AS why FROM frames"
            judged += " WHERE record IS NOT NULL"
        else:
            judged = "SELECT line, record, form, why FROM frames JOIN kinds "
            judged += "ON json_keys(record) = keys"
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW judged_frames AS {judged}")

    def _read_form(self, form: Format, kinds: list[Kind]) -> Path:
        records = f"(SELECT line, record FROM judged_frames WHERE form = {literal(form.name)})"
        outers = [k for kind in kinds for k in kind.keys if k.lower() == form.envelope]
        for outer in dict.fromkeys(outers):
            records = _with_parsed(records, outer)
        inner: dict[str, Counter[str]] = {}
        for outer in dict.fromkeys(outers):
            found = self.connection.execute(
                f"SELECT k, count(*) FROM (SELECT unnest(json_keys(record, {_path(outer)})) AS k "
                f"FROM {records}) GROUP BY k"
            ).fetchall()
            inner.setdefault(outer.lower(), Counter()).update(dict(found))
        seen = spellings(kinds, inner)
        layouts, structs = [], []
        for i in range(variant_count([*form.places(), form.envelope or ""], seen)):
            shape = record_shape(form, seen, variant=i, prefix=f"r{i}.")
            structs.append(f"json_transform(record, {literal(shape.structure)}) AS r{i}")
            layouts.append(shape.layout)
        reader = f"(SELECT line, record, {', '.join(structs)} FROM {records}) AS f"
        return self._conform(form, merged(layouts), reader)

    def _conform(self, form: Format, layout: Layout, reader: str) -> Path:
        """Write the readable records to Parquet and the others to the rejects."""
        keep = (
            f"{self.prepared.number} AS {INPUT}",
            f"{literal(self.prepared.label)} AS source_file",
            "line",
            "record",
        )
        query = conform(form, layout, reader, keep=keep, seed="json(record)::VARCHAR")
        name = f"exact-{self.prepared.number}-{form.name}"
        everything, part = self.folder / f"{name}-all.parquet", self.folder / f"{name}.parquet"
        raw = f"CASE WHEN {PROBLEM} IS NOT NULL THEN left(record::VARCHAR, {RAW_CHARACTERS}) END"
        self.connection.execute(
            f"COPY (SELECT * EXCLUDE (record, {SUSPECT}), {raw} AS raw FROM ({query})) "
            f"TO {literal(str(everything))} (FORMAT parquet)"
        )
        source = f"read_parquet({literal(str(everything))})"
        self.reject(f"line, {PROBLEM}, raw", f"{source} WHERE {PROBLEM} IS NOT NULL")
        self.connection.execute(
            f"COPY (SELECT * EXCLUDE (line, raw, {PROBLEM}) FROM {source} "
            f"WHERE {PROBLEM} IS NULL) TO {literal(str(part))} (FORMAT parquet)"
        )
        everything.unlink()
        return part


def _path(field: str) -> str:
    return literal(f"$.{quoted(field)}")


def _with_parsed(records: str, outer: str) -> str:
    """Records whose nested record, where it is JSON text in a string, is parsed."""
    path = _path(outer)
    text = f"(record->>{path})"
    parsed = f"json_merge_patch(record, json_object({literal(outer)}, {text}::JSON))"
    is_text = f"json_type(record, {path}) = 'VARCHAR' AND json_valid({text})"
    return (
        f"(SELECT line, CASE WHEN {is_text} THEN {parsed} ELSE record END AS record FROM {records})"
    )
