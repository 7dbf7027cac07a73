"""A sheet as one self-contained page, and as a fragment for a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.report import page, palette
from analyzer.report.sheet import Grid
from analyzer.report.visible import visible

if TYPE_CHECKING:
    from analyzer.report.model import Block, Tone
    from analyzer.report.sheet import Sheet

# No column is narrower than its longest word, up to so many letters; sheet.css.j2 has a rule for
# each number. On a wide screen the first column, which names the row, takes longer ones.
_LONGEST_WORD = 18
_LONGEST_NAME = 34
# Rows of a grid that a notebook shows.
SHOWN_IN_NOTEBOOK = 100


@dataclass(frozen=True, slots=True)
class _Column:
    """A heading; ``minimum`` letters wide, ``wide`` where the screen has room."""

    title: str
    minimum: int
    wide: int
    is_numeric: bool


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """A grid as the template draws it."""

    title: str
    says: tuple[str, ...]
    tone: Tone
    columns: tuple[_Column, ...]
    rows: tuple[_Row, ...]
    is_grid: bool = True


@dataclass(frozen=True, slots=True)
class _Told:
    """A block as the template draws it."""

    title: str
    sentences: tuple[str, ...]
    tone: Tone
    is_grid: bool = False


def render(sheet: Sheet) -> str:
    """HTML page of a sheet; opens from disk and needs no network."""
    noted = [sentences for grid in sheet.grids for sentences in grid.notes if sentences]
    letters = sum(len(sentence) for sentences in noted for sentence in sentences)
    is_packed = letters > page.PLAIN_LIMIT_CHARACTERS
    style = page.style("sheet.css.j2")
    early, script = page.script("early.js"), page.script("sheet.js")
    return (
        page.environment()
        .get_template("sheet.html.j2")
        .render(
            sheet=sheet,
            parts=[_part(part) for part in sheet.parts],
            is_searched=sum(len(grid.rows) for grid in sheet.grids) > page.FEW,
            has_notes=bool(noted),
            is_packed=is_packed,
            blocks={"notes": page.data_block(_shown(noted))} if is_packed else {},
            policy=page.content_security_policy(style, early, script),
            style=style,
            early_script=early,
            script=script,
        )
        + "\n"
    )


def fragment(sheet: Sheet) -> str:
    """HTML fragment of a sheet for a notebook: static, everything escaped, no script."""
    return (
        page.environment()
        .get_template("sheet_fragment.html.j2")
        .render(
            sheet=sheet,
            parts=[_part(part) for part in sheet.parts],
            most=SHOWN_IN_NOTEBOOK,
            alarm=palette.NAMED["alarm"].light,
        )
    )


def _part(part: Block | Grid) -> _Table | _Told:
    if not isinstance(part, Grid):
        return _Told(part.title, part.sentences, part.tone)
    columns = tuple(_column(part, at) for at in range(len(part.columns)))
    rows = tuple(_Row(cells, sentences) for cells, sentences in part.noted_rows())
    return _Table(part.title, part.says, part.tone, columns, rows)


def _column(grid: Grid, at: int) -> _Column:
    title, is_numeric = grid.columns[at], at in grid.numeric
    widest = len if is_numeric else _longest_word
    longest = max(1, _longest_word(title), *(widest(row[at]) for row in grid.rows))
    wide = min(_LONGEST_NAME, longest) if at == 0 else 0
    return _Column(title, min(_LONGEST_WORD, longest), wide, is_numeric)


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def _shown(notes: list[tuple[str, ...]]) -> list[list[str]]:
    """Notes with everything in them visible, as the template does for what it prints."""
    return [[visible(sentence) for sentence in sentences] for sentences in notes]
