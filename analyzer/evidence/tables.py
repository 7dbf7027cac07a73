"""Any export file to one table of raw rows, whichever of the four shapes it is written in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from analyzer.evidence.clixml import clixml_objects
from analyzer.evidence.csv_rows import csv_rows
from analyzer.evidence.decoding import decode
from analyzer.evidence.format_list import format_list_rows, looks_like_format_list
from analyzer.evidence.json_rows import json_objects
from analyzer.evidence.values import TOSTRING, Cell, flatten, header, is_flattened, one
from analyzer.results import Reject

Shape = Literal["csv", "json", "clixml", "format-list"]

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One evidence file as read: where from, and its bytes (decompressed)."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its line and its cells by normalised column name."""

    line: int | None
    cells: dict[str, Cell]

    def get(self, *names: str) -> Cell:
        """First cell that is not blank among the named columns."""
        for name in names:
            cell = self.cells.get(name)
            if cell:
                return cell
        return None

    def text(self, *names: str) -> str | None:
        """The same as one text; a type's name in place of a value counts as blank."""
        for name in names:
            cell = self.cells.get(name)
            if cell:
                text = one(cell)
                return None if text is None or is_flattened(text) else text
        return None


@dataclass(frozen=True, slots=True)
class RawTable:
    """One export before anything is known of its meaning."""

    path: str
    shape: Shape
    columns: frozenset[str]
    rows: tuple[RawRow, ...]
    rejects: tuple[Reject, ...] = ()
    text: str = field(default="", repr=False)


def read_table(file: EvidenceFile) -> RawTable:
    """The file's rows; the shape is told from the content, never from the name.

    Raises:
        InputError: Empty, damaged, or nothing that can be read as a table.
    """
    text = decode(file.content, file.path)
    shape = shape_of(text)
    if shape == "csv":
        return _csv_table(text, file.path)
    found: list[tuple[int, dict[str, object]]]
    if shape == "clixml":
        found = clixml_objects(text, file.path)
    elif shape == "json":
        found = list(json_objects(text, file.path))
    else:
        found = [(line, dict(cells)) for line, cells in format_list_rows(text)]
    rows = tuple(RawRow(line, _flat(cells)) for line, cells in found)
    columns = frozenset().union(*(row.cells for row in rows)) if rows else frozenset[str]()
    return RawTable(file.path, shape, columns, rows, text=text)


def _flat(cells: dict[str, object]) -> dict[str, Cell]:
    return {
        header(name): flatten(value)
        for name, value in cells.items()
        if header(name) and name != TOSTRING
    }


def shape_of(text: str) -> Shape:
    """Which of the four shapes a text is written in."""
    start = text.lstrip()
    if start.startswith(("<Objs", "<?xml", "<!")):
        return "clixml"
    if start.startswith(("{", "[")) and not start.startswith("[PS]"):
        return "json"
    return "format-list" if looks_like_format_list(text) else "csv"


def _csv_table(text: str, path: str) -> RawTable:
    columns, rows, rejects = csv_rows(text, path)
    return RawTable(
        path,
        "csv",
        frozenset(name for name in columns if name),
        tuple(RawRow(line, _cells(columns, cells)) for line, cells in rows),
        tuple(Reject(path, line, reason, row[:_SHOWN]) for line, reason, row in rejects),
        text=text,
    )


def _cells(columns: tuple[str, ...], cells: list[str]) -> dict[str, Cell]:
    row: dict[str, Cell] = {}
    for name, cell in zip(columns, cells, strict=False):
        if name and not row.get(name):  # of two columns of one name, the filled one
            row[name] = cell.strip() or None
    return row
