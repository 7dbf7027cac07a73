"""A sheet as Markdown for an issue, a wiki or a chat: escaped, so that text stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.marked import block, escape, table
from analyzer.report.model import Tone
from analyzer.report.sheet import Grid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.report.sheet import Sheet


def render(sheet: Sheet) -> str:
    """Markdown of a sheet, ending in a line end; coverage comes first."""
    return "\n".join(_lines(sheet)).rstrip("\n") + "\n"


def _lines(sheet: Sheet) -> Iterable[str]:
    yield f"# {escape(sheet.title)}"
    yield ""
    yield f"{escape(sheet.window)}. {escape(sheet.generated)}."
    for each in sheet.coverage:
        yield from block(each)
    yield ""
    yield f"**{escape(sheet.headline)}**"
    if sheet.standing:
        yield ""
        yield escape(sheet.standing)
    for part in sheet.parts:
        yield from _grid(part) if isinstance(part, Grid) else block(part)


def _grid(grid: Grid) -> Iterable[str]:
    sign = "Warning: " if grid.tone is Tone.ALARM else ""
    yield ""
    yield f"## {sign}{escape(grid.title)}"
    for sentence in grid.says:
        yield ""
        yield escape(sentence)
    if not grid.rows:
        yield ""
        yield "none"
        return
    yield from table(grid.columns, grid.rows, numeric=grid.numeric)
    yield from _notes(grid)


def _notes(grid: Grid) -> Iterable[str]:
    """The sentences under each row, in a list below the table: a table's row holds no list."""
    noted = [(row[0], sentences) for row, sentences in grid.noted_rows() if sentences]
    if not noted:
        return
    yield ""
    yield "Details:"
    yield ""
    for name, sentences in noted:
        yield f"- {escape(name)}"
        yield from (f"  - {escape(sentence)}" for sentence in sentences)
