"""Records of a JSON file one by one, with the line each starts on, broken ones marked.

The slow and exact way, taken only for files that the engine's quick scan could not vouch for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyzer.formats.head import page_start, without_trailing_commas

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_RECORD_CHARACTERS = 8 << 20
_MAX_TABLE_CHARACTERS = 256 << 20
_SHOWN = 2000
_SKIP = re.compile(r"[\s,]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_CONTROL = re.compile(r"[\x00-\x1f]+")
_LONE_SURROGATE = re.compile(
    r"(\\\\)|\\u[dD][89abAB][0-9a-fA-F]{2}(\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One record, or the place of one that is broken.

    Attributes:
        line: 1-based line it starts on.
        text: The record as JSON text on one line; None where it is broken.
        reason: Why it is broken.
        raw: A broken record's own text, cut short.
    """

    line: int
    text: str | None
    reason: str | None = None
    raw: str = ""


def _no_constant(name: str) -> float:
    msg = f"{name} is not JSON"
    raise ValueError(msg)


_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_constant)


def cleaned(text: str) -> str:
    """Valid JSON text as every parser takes it: on one line, no half surrogate escapes."""
    if "\\ud" in text or "\\uD" in text:
        text = _LONE_SURROGATE.sub(lambda m: m[0] if m[1] or m[2] else "\\ufffd", text)
    return _CONTROL.sub(" ", text)


def _broken(line: int, reason: str, raw: str) -> Frame:
    return Frame(line, None, reason, _CONTROL.sub(" ", raw[:_SHOWN]))


def _parsed(text: str) -> tuple[Any, str] | str:
    """A value and its (repaired) text, or why the text is no JSON."""
    try:
        value, end = _DECODER.raw_decode(text, 0)
    except (ValueError, RecursionError) as error:
        repaired = without_trailing_commas(text)
        if repaired == text:
            return getattr(error, "msg", None) or str(error) or type(error).__name__
        try:
            value, end = _DECODER.raw_decode(repaired, 0)
        except (ValueError, RecursionError) as second:
            return getattr(second, "msg", None) or str(second) or type(second).__name__
        text = repaired
    return (value, text[:end]) if not text[end:].strip(" \t\r\n,") else "more than one value"


def frames_of_lines(pieces: Iterable[str]) -> Iterator[Frame]:
    """Records of JSON lines: an object, a page or several values on each line.

    An object spread over several lines among them is put together again.
    """
    pending: list[str] = []
    pending_line = 0
    for number, line in enumerate(_lines(pieces), 1):
        stripped = line.strip()
        if pending:
            if not stripped.startswith('{"'):
                pending.append(line)
                joined = "\n".join(pending)
                if stripped[:1] == "}" and not isinstance(_parsed(joined.strip()), str):
                    yield from _frames_of_text(joined, pending_line)
                    pending = []
                continue
            yield from _frames_of_text("\n".join(pending), pending_line)
            pending = []
        if not stripped:
            continue
        if stripped.startswith("{") and (stripped == "{" or stripped[-1] in "{[,"):
            pending, pending_line = [line], number
            continue
        yield from _frames_of_text(line, number)
    if pending:
        yield from _frames_of_text("\n".join(pending), pending_line)


def _frames_of_text(text: str, line: int) -> Iterator[Frame]:
    stripped = text.strip()
    if len(stripped) > MAX_RECORD_CHARACTERS and not page_start(stripped):
        yield _broken(line, "record is longer than 8 MiB", stripped)
        return
    result = _parsed(stripped)
    if not isinstance(result, str):
        value, valid = result
        if isinstance(value, dict) and not page_start(valid):
            yield Frame(line, cleaned(valid))
            return
        if isinstance(value, (dict, list)):
            yield from frames_of_structure([valid], line)
            return
        yield _broken(line, "is JSON, but no record", stripped)
        return
    inner = [] if "\n" in text else list(frames_of_structure([stripped], line))
    if len(inner) > 1 and any(f.text for f in inner) and stripped.startswith(("{", "[")):
        yield from inner
    else:
        yield _broken(line, f"is not valid JSON ({result})", stripped)


def _lines(pieces: Iterable[str]) -> Iterator[str]:
    """Lines ended by a line feed; other line breaks are part of a line, as in JSON."""
    rest = ""
    for piece in pieces:
        lines = (rest + piece).split("\n")
        rest = lines.pop()
        yield from lines
    if rest:
        yield rest


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
    while window.skip():
        character = window.text[window.at]
        if character == "[" or character in "]}":
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
            window.move(page.end())
            continue
        frame, value = _next_record(window, starter)
        if value is not None and starter is None:
            starter = _starter(value)
        yield frame


def _tail_of_page(window: _Window) -> bool:
    """Pass a further field of a page object, after its list; False if there is none."""
    while True:
        found = re.compile(r'"(?:[^"\\]|\\.)*"\s*:\s*').match(window.text, window.at)
        if found:
            try:
                _, end = _DECODER.raw_decode(window.text, found.end())
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
    found = re.compile(r"[{\n]").search(window.text, start + 1)
    end = found.start() if found else len(window.text)
    raw = window.text[start:end]
    window.move(end)
    return _broken(line, "is no record", raw)


def _next_record(
    window: _Window, starter: re.Pattern[str] | None
) -> tuple[Frame, dict[str, Any] | None]:
    line = window.line
    while True:
        try:
            value, end = _DECODER.raw_decode(window.text, window.at)
        except (ValueError, RecursionError) as error:
            reason = getattr(error, "msg", None) or str(error) or type(error).__name__
            length = len(window.text) - window.at
            balanced = _end_of_object(window.text, window.at)
            is_open = balanced is None and not _has_next(window, starter)
            if is_open and length < MAX_RECORD_CHARACTERS and window.more():
                continue
            return _repaired(window, balanced, starter, reason), None
        text = window.text[window.at : end]
        window.move(end)
        return Frame(line, cleaned(text)), value


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
            _, end = _DECODER.raw_decode(text, 0)
        except (ValueError, RecursionError):
            return _broken(line, f"is not valid JSON ({reason})", text)
        return Frame(line, cleaned(text[:end]))
    end = following.start() if following else len(window.text)
    raw = window.text[start:end]
    window.move(end)
    if not following:
        while window.more():
            window.move(len(window.text))
        return _broken(line, "breaks off before its end", raw)
    return _broken(line, f"is not valid JSON ({reason})", raw)


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


def frames_of_tables(pieces: Iterable[str]) -> Iterator[Frame]:
    """Rows of the Log Analytics query API's answer, each as a record; held in memory."""
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > _MAX_TABLE_CHARACTERS:
            yield _broken(1, "query answer is longer than 256 MiB; ask for less at a time", text)
            return
    result = _parsed(text.strip())
    if isinstance(result, str):
        yield _broken(1, f"is not valid JSON ({result})", text)
        return
    tables: object = next((v for k, v in result[0].items() if k.lower() == "tables"), [])
    for table in tables if isinstance(tables, list) else []:
        columns = [c.get("name") for c in table.get("columns", [])]
        for row in table.get("rows", []):
            record = {str(k): v for k, v in zip(columns, row, strict=False)}
            yield Frame(1, cleaned(json.dumps(record)))
