"""A sheet's tables as rows: the main one as CSV for a spreadsheet, all as NDJSON for a program."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from analyzer.report.jsonout import encode
from analyzer.report.rows import csv_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.report.sheet import Sheet

GRID = "grid"
NOTES = "notes"


def render(sheet: Sheet) -> str:
    """The main grid as RFC 4180 text: a header, one record a row, CRLF line ends.

    The sentences under a row stand in a last column, where the grid has any. A sheet without
    grids has no record.
    """
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    grid = sheet.main
    if grid is None:
        return ""
    has_notes = any(grid.notes)
    header = (*grid.columns, NOTES) if has_notes else grid.columns
    writer.writerow([csv_cell(name) for name in _distinct(header)])
    for row, sentences in grid.noted_rows():
        cells = (*row, " ".join(sentences)) if has_notes else row
        writer.writerow([csv_cell(cell) for cell in cells])
    return out.getvalue()


def to_ndjson(sheet: Sheet) -> str:
    """Rows of every grid as JSON, one object a line.

    An object holds the grid's title, then each cell as the text it is under its column's name,
    then the sentences under the row.
    """
    lines = []
    for grid in sheet.grids:
        keys = _distinct((GRID, *grid.columns, NOTES))
        for row, sentences in grid.noted_rows():
            values = (grid.title, *row, list(sentences))
            lines.append(encode(dict(zip(keys, values, strict=True))) + "\n")
    return "".join(lines)


def _distinct(names: Sequence[str]) -> list[str]:
    """Names of which none is there twice; a later one that would be is numbered."""
    taken: list[str] = []
    for name in names:
        number, distinct = 1, name
        while distinct in taken:
            number += 1
            distinct = f"{name} {number}"
        taken.append(distinct)
    return taken
