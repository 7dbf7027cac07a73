"""Rows of a CSV file one by one, with the line each starts on; rows that do not fit marked."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

from analyzer.sources.frame import MAX_RECORD_CHARACTERS, Frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHOWN = 2000
_MISFIT_LINES = 200


def frames_of_csv(
    pieces: Iterable[str], width: int, delimiter: str, skipped_lines: int
) -> Iterator[Frame]:
    """Rows after the header, as records ``{"c0": …, "c1": …}``.

    A quote that is never closed would swallow the rest of the file: where a row of several
    lines does not fit, reading goes on at the first of its lines that fits alone.
    """
    csv.field_size_limit(MAX_RECORD_CHARACTERS)
    lines = _Lines(pieces)
    for _ in range(skipped_lines):
        lines.take()
    _next_row(lines)
    while (row := _next_row(lines)) is not None:
        start, parts = row
        text = "\n".join(parts)
        if not text.strip():
            continue
        cells = _cells(text, delimiter)
        if cells is not None and len(cells) == width:
            yield Frame(start, json.dumps({f"c{i}": v for i, v in enumerate(cells)}))
            continue
        own = _own_lines(lines, parts, width, delimiter)
        text = "\n".join(parts[:own])
        count = "cannot be split" if cells is None else f"has {len(cells)} cells"
        yield Frame(start, None, f"row {count}, the header has {width}", text[:_SHOWN])


class _Lines:
    """Lines with their numbers; lines may be given back."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._source = self._split(pieces)
        self._returned: list[str] = []
        self.number = 0

    @staticmethod
    def _split(pieces: Iterable[str]) -> Iterator[str]:
        rest = ""
        for piece in pieces:
            lines = (rest + piece).split("\n")
            rest = lines.pop()
            yield from lines
        if rest:
            yield rest

    def take(self) -> str | None:
        """The next line without its line break, or None at the end."""
        line = self._returned.pop() if self._returned else next(self._source, None)
        if line is None:
            return None
        self.number += 1
        return line.removesuffix("\r")

    def push_back(self, lines: list[str]) -> None:
        """Give lines back, to be taken again in the same order."""
        self._returned.extend(reversed(lines))
        self.number -= len(lines)


def _next_row(lines: _Lines) -> tuple[int, list[str]] | None:
    """Physical lines up to the one that closes every quote, and the number of the first."""
    first = lines.take()
    if first is None:
        return None
    start, parts = lines.number, [first]
    quotes = first.count('"')
    length = len(first)
    while quotes % 2 and length < MAX_RECORD_CHARACTERS:
        line = lines.take()
        if line is None:
            break
        parts.append(line)
        quotes += line.count('"')
        length += len(line)
    return start, parts


def _cells(text: str, delimiter: str) -> list[str] | None:
    if text.count('"') % 2:
        return None
    try:
        rows = list(csv.reader([text], delimiter=delimiter))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _own_lines(lines: _Lines, parts: list[str], width: int, delimiter: str) -> int:
    """How many of a misfit's lines are its own: up to the first at which a row begins that fits.

    The others are given back.
    """
    for at in range(1, min(len(parts), _MISFIT_LINES)):
        lines.push_back(parts[at:])
        row = _next_row(lines)
        following = row[1] if row else []
        cells = _cells("\n".join(following), delimiter)
        lines.push_back(following)
        if cells is not None and len(cells) == width > 1:
            return at
        for _ in parts[at:]:
            lines.take()
    return len(parts)
