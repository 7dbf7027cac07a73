"""A report made of headings, sentences and tables: readiness, policies, and what comes after."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.report.model import Block, Tone


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a title. Cells are plain text and may be hostile: renderers escape.

    Attributes:
        says: Sentences between title and table.
        rows: As many cells in each as there are columns.
        numeric: Positions of columns that are aligned to the right.
        notes: Sentences under each row (evidence), as many as there are rows, or empty.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    says: tuple[str, ...] = ()
    numeric: frozenset[int] = frozenset()
    notes: tuple[tuple[str, ...], ...] = ()
    tone: Tone = Tone.CALM


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
