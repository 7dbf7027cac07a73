"""A report made of headings, sentences and tables: readiness, policies, and what comes after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.report.model import Block, Tone

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a title. Cells are plain text and may be hostile: renderers escape.

    Attributes:
        says: Sentences between title and table.
        rows: As many cells in each as there are columns.
        numeric: Positions of columns that are aligned to the right.
        notes: Sentences under each row (evidence), as many as there are rows, or empty.
        is_main: What a form with one table only, CSV, writes.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    says: tuple[str, ...] = ()
    numeric: frozenset[int] = frozenset()
    notes: tuple[tuple[str, ...], ...] = ()
    tone: Tone = Tone.CALM
    is_main: bool = False

    def noted_rows(self) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Each row with the sentences under it."""
        return zip(self.rows, self.notes or ((),) * len(self.rows), strict=True)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole report, worded once. ``coverage`` comes before everything but the title."""

    title: str
    generated: str
    window: str
    headline: str
    standing: str
    coverage: tuple[Block, ...]
    parts: tuple[Block | Grid, ...]

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The parts that are tables."""
        return tuple(part for part in self.parts if isinstance(part, Grid))

    @property
    def main(self) -> Grid | None:
        """The grid that is marked so, else the first; None without any."""
        marked = (grid for grid in self.grids if grid.is_main)
        return next(marked, next(iter(self.grids), None))
