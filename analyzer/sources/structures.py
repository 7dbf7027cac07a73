"""Records of arrays, pages and objects one after the other, found in text that comes in pieces."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from analyzer.formats.head import is_page, page_start, without_trailing_commas
from analyzer.sources.frame import (
    MAX_RECORD_CHARACTERS,
    SHOWN_CHARACTERS,
    TOO_LONG,
    Frame,
    broken,
    decode,
    why_not,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OVERLAP = 4096
_AT_MARGIN = re.compile(r'(?<=\n)\{(?=\s*")')
_BREAKS_OFF = "breaks off before its end"
_SKIP = re.compile(r"[\s,]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')


class _Window:
    """A sliding window over text that comes in pieces, which knows its line numbers."""

    def __init__(self, pieces: Iterable[str], line: int) -> None:
        self._pieces = iter(pieces)
        self.text = ""
        self.at = 0
        self.line = line
        self.is_last = False
        self.more()

    def more(self) -> bool:
        """Append a piece; False at the end."""
        piece = next(self._pieces, None)
        if piece is None:
            self.is_last = True
            return False
        self.text = self.text[self.at :] + piece
        self.at = 0
        return True

    def move(self, to: int) -> None:
        """Go on at ``to``, counting the lines passed."""
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    def skip(self) -> bool:
        """Pass blanks and commas; False at the end of the text."""
        while True:
            self.move(_SKIP.match(self.text, self.at).end())  # type: ignore[union-attr]
            if self.at < len(self.text):
                return True
            if not self.more():
                return False


def frames_of_structure(pieces: Iterable[str], line: int = 1) -> Iterator[Frame]:
    """Records of arrays, page objects and objects one after the other, in any mixture."""
    window = _Window(pieces, line)
    while window.at + 65536 > len(window.text) and window.more():
        pass
    starter: re.Pattern[str] | None = None
    open_lists, reason = 0, None
    while window.skip():
        character = window.text[window.at]
        if character in "[]}":
            open_lists += {"[": 1, "]": -1}.get(character, 0)
            window.move(window.at + 1)
            continue
        if character == '"' and _tail_of_page(window):
            continue
        if character != "{":
            yield _garbage(window)
            continue
        while window.at + 4096 > len(window.text) and window.more():
            pass
        page = page_start(window.text, window.at)
        if page:
            open_lists += 1
            window.move(page.end())
            continue
        frame, value = _next_record(window, starter)
        if value is not None and starter is None:
            starter = _starter(value)
        if frame.text is not None and value is not None and is_page(value):
            yield from frames_of_structure([frame.text], frame.line)
        else:
            reason = frame.reason
            yield frame
    if open_lists > 0 and reason != _BREAKS_OFF:
        yield broken(window.line, "the file breaks off inside a list of records", "")


def _tail_of_page(window: _Window) -> bool:
    """Pass a further field of a page object, after its list; False if there is none."""
    while True:
        found = re.compile(r'"(?:[^"\\]|\\.)*"\s*:\s*').match(window.text, window.at)
        if found:
            try:
                _, end, _ = decode(window.text, found.end())
            except (ValueError, RecursionError):
                end = -1
            if 0 < end < len(window.text):
                window.move(end)
                return True
        if len(window.text) - window.at > MAX_RECORD_CHARACTERS or not window.more():
            return False


def _garbage(window: _Window) -> Frame:
    """Pass what is no record, up to the next object."""
    line, start = window.line, window.at
    found = re.compile(r"[{\]\n]").search(window.text, start + 1)
    end = found.start() if found else len(window.text)
    raw = window.text[start:end]
    window.move(end)
    return broken(line, "is no record", raw)


def _next_record(
    window: _Window, starter: re.Pattern[str] | None
) -> tuple[Frame, dict[str, Any] | None]:
    line = window.line
    while True:
        try:
            value, end, text = decode(window.text, window.at)
        except (ValueError, RecursionError) as error:
            length = len(window.text) - window.at
            balanced = _end_of_object(window.text, window.at)
            is_open = balanced is None and not _has_next(window, starter)
            if is_open and length < MAX_RECORD_CHARACTERS and window.more():
                continue
            is_long = is_open and length >= MAX_RECORD_CHARACTERS
            why = TOO_LONG if is_long else f"is not valid JSON ({why_not(error)})"
            return _repaired(window, balanced, starter, why), None
        window.move(end)
        return Frame(line, text), value


def _has_next(window: _Window, starter: re.Pattern[str] | None) -> bool:
    return bool(starter and starter.search(window.text, window.at + 1))


def _repaired(
    window: _Window, balanced: int | None, starter: re.Pattern[str] | None, reason: str
) -> Frame:
    """The record at the window with its trailing commas removed, or marked as broken."""
    line, start = window.line, window.at
    following = starter.search(window.text, start + 1) if starter else None
    if balanced is not None and not (following and following.start() < balanced):
        text = without_trailing_commas(window.text[start:balanced])
        window.move(balanced)
        try:
            _, _, valid = decode(text, 0)
        except (ValueError, RecursionError):
            return broken(line, reason, text)
        return Frame(line, valid)
    raw = window.text[start : start + SHOWN_CHARACTERS]
    if _resume(window, starter or _AT_MARGIN):
        return broken(line, reason, raw)
    return broken(line, _BREAKS_OFF, raw)


def _resume(window: _Window, start_of_record: re.Pattern[str]) -> bool:
    """Move to where the next record begins; False at the end of the text without one."""
    window.move(window.at + 1)
    while True:
        found = start_of_record.search(window.text, window.at)
        if found:
            window.move(found.start())
            return True
        window.move(max(window.at, len(window.text) - _OVERLAP))
        if not window.more():
            window.move(len(window.text))
            return False


def _end_of_object(text: str, at: int) -> int | None:
    depth = 0
    for token in _TOKEN.finditer(text, at):
        if token[0] in "{[":
            depth += 1
        elif token[0] in "}]":
            depth -= 1
            if depth == 0:
                return token.end()
    return None


def _starter(record: dict[str, Any]) -> re.Pattern[str] | None:
    """How records of this file begin: their first two fields, to find the next after a break."""
    keys = list(record)[:2]
    if len(keys) != 2 or isinstance(record[keys[0]], (dict, list)):  # noqa: PLR2004 - a pair
        return None
    first, second = (re.escape(json.dumps(k, ensure_ascii=False)) for k in keys)
    value = r'(?:"(?:[^"\\]|\\.)*"|[^,"{}\[\]]+)'
    return re.compile(rf"\{{\s*{first}\s*:\s*{value}\s*,\s*{second}\s*:")
