"""A sheet as text for a terminal or a pipe: 80 columns, colour only where asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer.report.phrases import counted
from analyzer.report.screen import WIDTH, block, bulleted, heading, line, printed
from analyzer.report.sheet import Grid
from analyzer.report.visible import one_line
from analyzer.report.widths import column_widths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from analyzer.report.sheet import Sheet

SHOWN_PER_GRID = 25
NONE = "none"

_GAP = 2
_INDENT = "    "


def render(
    sheet: Sheet,
    *,
    width: int = WIDTH,
    color: bool = False,
    shown_per_grid: int = SHOWN_PER_GRID,
) -> str:
    """Text of a sheet, ending in a line end.

    Args:
        sheet: What to draw.
        width: Columns to fit into.
        color: Write ANSI colours. Off for pipes and under ``NO_COLOR``.
        shown_per_grid: Rows listed of each grid; the rest is counted.
    """
    return printed(_parts(sheet, width, shown_per_grid), width=width, color=color)


def _parts(sheet: Sheet, width: int, shown: int) -> Iterable[RenderableType]:
    yield line(sheet.title, "bold")
    yield line(f"{sheet.window}. {sheet.generated}.", "dim")
    for each in sheet.coverage:
        yield Text()
        yield block(each)
    yield Text()
    yield line(sheet.headline, "bold")
    if sheet.standing:
        yield line(sheet.standing)
    for part in sheet.parts:
        yield Text()
        if isinstance(part, Grid):
            yield from _grid(part, width, shown, has_csv=part is sheet.main)
        else:
            yield block(part)


def _grid(grid: Grid, width: int, shown: int, *, has_csv: bool) -> Iterable[RenderableType]:
    yield heading(grid.title, grid.tone)
    yield from (line(sentence) for sentence in grid.says)
    if not grid.rows:
        yield Text(f"  {NONE}", style="dim")
        return
    noted = list(grid.noted_rows())[:shown]
    headings = [one_line(name) for name in grid.columns]
    rows = [[one_line(cell) for cell in row] for row, _ in noted]
    notes = [sentences for _, sentences in noted]
    available = width - _GAP * (len(headings) - 1)
    widths = column_widths(headings, rows, numeric=grid.numeric, available=available)
    if widths:
        yield from _table(headings, rows, notes, widths, grid.numeric)
    else:
        yield from _records(headings, rows, notes, width)
    hidden = len(grid.rows) - len(rows)
    if hidden > 0:
        forms = "html, csv or json" if has_csv else "html or json"
        yield line(
            f"... and {counted(hidden, 'more row')}; the first {shown:,} are shown. "
            f"All of them: --format {forms}.",
            "italic",
        )


def _table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[Sequence[str]],
    widths: Sequence[int],
    numeric: frozenset[int],
) -> Iterable[RenderableType]:
    """One table for a run of rows without notes: a note stands between two tables."""
    table = _columns(widths, numeric)
    table.add_row(*(Text(name, style="bold") for name in headings))
    for row, sentences in zip(rows, notes, strict=True):
        table.add_row(*map(Text, row))
        if sentences:
            yield table
            yield from _notes(sentences)
            table = _columns(widths, numeric)
    if table.row_count:
        yield table


def _columns(widths: Sequence[int], numeric: frozenset[int]) -> Table:
    table = Table.grid(padding=(0, _GAP, 0, 0))
    for at, width in enumerate(widths):
        justify = "right" if at in numeric else "left"
        table.add_column(width=width, overflow="fold", justify=justify)  # type: ignore[arg-type]
    return table


def _records(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    notes: Sequence[Sequence[str]],
    width: int,
) -> Iterable[RenderableType]:
    """Rows of a grid too wide for a table: each a list of named cells, empty ones left out."""
    named = min(width // 3, max(map(cell_len, headings)))
    for row, sentences in zip(rows, notes, strict=True):
        yield Text(f"{headings[0]}: {row[0]}", style="bold")
        cells = Table.grid(padding=(0, _GAP, 0, 0))
        cells.add_column(width=named, overflow="fold", style="dim")
        cells.add_column(overflow="fold")
        for name, cell in zip(headings[1:], row[1:], strict=True):
            if cell:
                cells.add_row(Text(name), Text(cell))
        if cells.row_count:
            yield Padding(cells, (0, 0, 0, 2))
        yield from _notes(sentences)


def _notes(sentences: Sequence[str]) -> Iterable[RenderableType]:
    return (bulleted(f"{_INDENT}-", sentence) for sentence in sentences)
