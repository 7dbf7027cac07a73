"""CSV as PowerShell and Excel write it, to rows with line numbers."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from analyzer.errors import InputError
from analyzer.evidence.values import header

if TYPE_CHECKING:
    from collections.abc import Iterator

# A Report column of Get-MoveRequestStatistics -IncludeReport runs to megabytes.
_LONGEST_CELL = 256 * 1024 * 1024
_DELIMITERS = (",", ";", "\t", "|")


def csv_rows(
    text: str, path: str
) -> tuple[tuple[str, ...], list[tuple[int, list[str]]], list[tuple[int, str, str]]]:
    """Columns, rows and rejects of a CSV export.

    ``#TYPE ...`` and Excel's ``sep=;`` lines are passed over; the delimiter is the one that
    splits the header most. Short rows are padded, longer ones rejected.

    Returns:
        Normalised column names; ``(line, cells)`` per row, ``line`` where the row starts;
        ``(line, reason, text)`` per rejected row.

    Raises:
        InputError: No header, or a quoted cell that never ends.
    """
    body, skipped, delimiter = _body(text)
    records = _records(body, skipped, delimiter, path)
    if not records:
        msg = "the file has no header line"
        raise InputError(msg, remedy="Export it again with Export-Csv.", source=path)
    columns = tuple(header(name) for name in records[0][1])
    rows, rejects = [], []
    for line, cells in records[1:]:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            reason = f"the row has {len(cells)} cells, the header {len(columns)}"
            rejects.append((line, reason, delimiter.join(cells)))
        else:
            rows.append((line, cells[: len(columns)]))
    return columns, rows, rejects


def _body(text: str) -> tuple[str, int, str]:
    """The text from its header on, how many lines were passed over, and the delimiter."""
    skipped = 0
    delimiter = None
    while True:
        first, newline, rest = text.partition("\n")
        bare = first.strip().strip('"')
        is_passed = not bare or bare.upper().startswith("#TYPE")
        if bare.lower().startswith("sep=") and len(bare) == len("sep=") + 1:
            delimiter, is_passed = bare[-1], True
        if not (is_passed and newline):
            break
        text, skipped = rest, skipped + 1
    counts = {mark: _outside_quotes(first, mark) for mark in _DELIMITERS}
    return text, skipped, delimiter or max(_DELIMITERS, key=lambda mark: counts[mark])


def _outside_quotes(line: str, mark: str) -> int:
    return sum(part.count(mark) for part in line.split('"')[0::2])


def _records(body: str, skipped: int, delimiter: str, path: str) -> list[tuple[int, list[str]]]:
    """Every record with the line it starts on; a stray quote is tolerated, an endless one not."""
    csv.field_size_limit(_LONGEST_CELL)
    try:
        return list(_parsed(body, skipped, delimiter, strict=True))
    except csv.Error as error:
        if "unexpected end of data" not in str(error):
            return list(_parsed(body, skipped, delimiter, strict=False))
        msg = "a quoted cell near the end of the file never ends"
        raise InputError(msg, remedy="Export it again; it was cut short.", source=path) from error


def _parsed(
    body: str, skipped: int, delimiter: str, *, strict: bool
) -> Iterator[tuple[int, list[str]]]:
    # newline="" leaves the line ends inside quoted cells alone.
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=strict)
    starts = skipped + 1
    for cells in reader:
        if any(cell and not cell.isspace() for cell in cells):
            yield starts, cells
        starts = skipped + reader.line_num + 1
