"""Records of a JSON file one by one, with the line each starts on, broken ones marked.

The slow and exact way, taken only for files that the engine's quick scan could not vouch for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.formats.head import is_page, page_start
from analyzer.sources.frame import (
    MAX_RECORD_CHARACTERS,
    TOO_LONG,
    Frame,
    broken,
    cleaned,
    parsed,
)
from analyzer.sources.structures import frames_of_structure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MAX_TABLE_CHARACTERS = 256 << 20
_SPREAD_LINES = 2000
_BLANKS = " \t\r\n\x0b\x0c"  # what the engine's reader takes for a blank line


def frames_of_lines(pieces: Iterable[str], only: frozenset[int] | None = None) -> Iterator[Frame]:
    """Records of JSON lines: an object, a page or several values on each line.

    An object spread over several lines among them is put together again.

    Args:
        pieces: The file's text.
        only: Which lines to look at, counted from 1 without the blank ones; None for all.
    """
    pending = _Pending()
    ordinal = 0
    for number, line in enumerate(_lines(pieces), 1):
        if not line.strip(_BLANKS):
            continue
        ordinal += 1
        if only is not None and ordinal not in only:
            yield from pending.flush()
            continue
        stripped = line.strip()
        if pending.lines and not stripped.startswith('{"') and not pending.is_full:
            pending.lines.append(line)
            pending.numbers.append(number)
            if stripped[:1] == "}" and pending.is_whole():
                yield from pending.flush()
            continue
        yield from pending.flush()
        if stripped.startswith("{") and (stripped == "{" or stripped[-1] in "{[,"):
            pending.lines, pending.numbers = [line], [number]
        else:
            yield from _frames_of_text(line, number)
    yield from pending.flush()


@dataclass
class _Pending:
    """Lines of an object that is not whole yet."""

    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether it is too long to be a record spread over lines."""
        return len(self.lines) > _SPREAD_LINES

    def is_whole(self) -> bool:
        """Whether the lines so far are JSON."""
        return not isinstance(parsed("\n".join(self.lines).strip()), str)

    def flush(self) -> Iterator[Frame]:
        """The frames of the lines so far, which are forgotten.

        Lines that do not make an object are lines like any other: each is told on its own.
        """
        lines, numbers = self.lines, self.numbers
        self.lines, self.numbers = [], []
        joined = "\n".join(lines)
        if len(lines) > 1 and not isinstance(parsed(joined.strip()), str):
            yield from _frames_of_text(joined, numbers[0])
            return
        for number, line in zip(numbers, lines, strict=True):
            yield from _frames_of_text(line, number)


def _frames_of_text(text: str, line: int) -> Iterator[Frame]:
    stripped = text.strip()
    if len(stripped) > MAX_RECORD_CHARACTERS and not page_start(stripped):
        yield broken(line, TOO_LONG, stripped)
        return
    result = parsed(stripped)
    if not isinstance(result, str):
        value, valid = result
        if isinstance(value, dict) and not is_page(value):
            yield Frame(line, valid)
            return
        if isinstance(value, (dict, list)):
            yield from frames_of_structure([valid], line)
            return
        yield broken(line, "is JSON, but no record", stripped)
        return
    inner = [] if "\n" in text else list(frames_of_structure([stripped], line))
    if len(inner) > 1 and any(f.text for f in inner) and stripped.startswith(("{", "[")):
        yield from inner
    else:
        yield broken(line, f"is not valid JSON ({result})", stripped)


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """Lines ended by a line feed; other line breaks are part of a line, as in JSON."""
    rest = ""
    for piece in pieces:
        lines = (rest + piece).split("\n")
        rest = lines.pop()
        yield from lines
    if rest:
        yield rest


def frames_of_tables(pieces: Iterable[str]) -> Iterator[Frame]:
    """Rows of the Log Analytics query API's answer, each as a record; held in memory."""
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > _MAX_TABLE_CHARACTERS:
            yield broken(1, "query answer is longer than 256 MiB; ask for less at a time", text)
            return
    result = parsed(text.strip())
    if isinstance(result, str):
        yield broken(1, f"is not valid JSON ({result})", text)
        return
    tables: object = next((v for k, v in result[0].items() if k.lower() == "tables"), [])
    for table in tables if isinstance(tables, list) else []:
        columns = [c.get("name") for c in table.get("columns", [])]
        for row in table.get("rows", []):
            record = {str(k): v for k, v in zip(columns, row, strict=False)}
            yield Frame(1, cleaned(json.dumps(record)))
