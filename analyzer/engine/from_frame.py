"""A notebook's own frame as a reader of cells: pandas, Arrow, Polars, or a DuckDB relation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb

from analyzer.engine.conform import INPUT, PROBLEM, SUSPECT, conform
from analyzer.engine.layout import Layout, literal, quoted
from analyzer.errors import InputError
from analyzer.formats.head import normalised_header
from analyzer.formats.recognise import format_of, refusal_of

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.formats import Format

FRAME_LABEL = "frame"
_RAW_CHARACTERS = 2000


def conform_frame(
    connection: duckdb.DuckDBPyConnection, frame: object, folder: Path
) -> tuple[Format, Path]:
    """Conform a frame into a Parquet file; rows that cannot be read go to table ``rejects``.

    Raises:
        InputError: The columns are those of no known export.
    """
    relation = _relation(connection, frame)
    layout = _layout(relation)
    names = frozenset(layout.cells)
    form = format_of(names)
    if form is None:
        refusal = refusal_of(names)
        raise InputError(f"frame {refusal.why}", remedy=refusal.remedy)
    relation.create_view("given_frame", replace=True)
    text = ", ".join(sql for each in layout.cells.values() for sql in each)
    reader = (
        "(SELECT *, row_number() OVER () AS frame_line, "
        f"to_json([{text}])::VARCHAR AS frame_text FROM given_frame) AS r"
    )
    keep = (f"0 AS {INPUT}", f"{literal(FRAME_LABEL)} AS source_file", "frame_line", "frame_text")
    query = conform(form, layout, reader, keep=keep, seed="frame_text")
    everything, part = folder / "frame-all.parquet", folder / "frame.parquet"
    source = f"read_parquet({literal(str(everything))})"
    for statement in (
        f"COPY (SELECT * EXCLUDE ({SUSPECT}) FROM ({query})) "
        f"TO {literal(str(everything))} (FORMAT parquet)",
        f"INSERT INTO rejects SELECT {INPUT}, frame_line, {PROBLEM}, "
        f"left(frame_text, {_RAW_CHARACTERS}) FROM {source} WHERE {PROBLEM} IS NOT NULL",
        f"COPY (SELECT * EXCLUDE (frame_line, frame_text, {PROBLEM}) FROM {source} "
        f"WHERE {PROBLEM} IS NULL) TO {literal(str(part))} (FORMAT parquet)",
    ):
        connection.execute(statement)
    everything.unlink()
    return form, part


def _layout(relation: duckdb.DuckDBPyRelation) -> Layout:
    cells: dict[str, tuple[str, ...]] = {}
    for name, kind in zip(relation.columns, relation.types, strict=True):
        lowered = normalised_header(str(name)).lower()
        cells[lowered] = (*cells.get(lowered, ()), _text_of(quoted(name), str(kind)))
    return Layout(cells)


def _text_of(column: str, kind: str) -> str:
    """SQL of a column's text; nested values as JSON, NaN as NULL."""
    if kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]"):
        return f"to_json({column})::VARCHAR"
    if kind in ("FLOAT", "DOUBLE"):
        return f"CASE WHEN NOT isnan({column}) THEN {column}::VARCHAR END"
    return f"{column}::VARCHAR"


def _relation(connection: duckdb.DuckDBPyConnection, frame: object) -> duckdb.DuckDBPyRelation:
    if isinstance(frame, duckdb.DuckDBPyRelation):
        return connection.from_arrow(frame.to_arrow_table())
    module = type(frame).__module__.partition(".")[0]
    if module == "pandas":
        return connection.from_df(_without_objects(frame))
    if module == "pyarrow":
        return connection.from_arrow(frame)
    if hasattr(frame, "collect") and not hasattr(frame, "to_arrow"):
        frame = frame.collect()
    if hasattr(frame, "to_arrow"):
        return connection.from_arrow(frame.to_arrow())
    msg = f"{type(frame).__name__} is no frame that is understood"
    raise InputError(msg, remedy="Pass a pandas, pyarrow or Polars frame, or a DuckDB relation.")


def _without_objects(frame: Any) -> Any:  # noqa: ANN401 - pandas, typed nowhere here
    """A copy of a pandas frame whose dict, list and mixed cells are JSON text.

    DuckDB guesses one type for a column of Python objects from a sample of it; a value of
    another type further down would be an error. Column names become text, unique.
    """
    copy = frame.copy(deep=False)
    copy.columns = _unique([str(c) for c in frame.columns])
    for name in copy.columns:
        if copy[name].dtype == object:
            copy[name] = copy[name].map(_cell_text).astype(object)
    return copy


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        count = seen.get(name.lower(), 0)
        seen[name.lower()] = count + 1
        unique.append(f"{name}{' ' * count}" if count else name)
    return unique


def _cell_text(value: object) -> str | None:
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124 - NaN
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list, tuple)) or hasattr(value, "tolist"):
        plain = value.tolist() if hasattr(value, "tolist") else value
        return json.dumps(plain, default=str)
    return str(value) if str(value) not in ("NaT", "<NA>") else None
