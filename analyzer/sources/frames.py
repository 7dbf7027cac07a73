"""Records of a JSON file one by one, with the line each starts on, broken ones marked.

The slow and exact way, taken only for files that the engine's quick scan could not vouch for.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analyzer.formats.head import is_page, page_start, without_trailing_commas

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_RECORD_CHARACTERS = 8 << 20
_MAX_TABLE_CHARACTERS = 256 << 20
_SHOWN = 2000
_REST = 64
_SPREAD_LINES = 2000
_OVERLAP = 4096
_AT_MARGIN = re.compile(r'(?<=\n)\{(?=\s*")')
_TOO_LONG = "is longer than 8 MiB"
_BREAKS_OFF = "breaks off before its end"
_BLANKS = " \t\r\n\x0b\x0c"  # what the engine's reader takes for a blank line
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


# Strict first: of the control characters only blanks between values pass, and those are cheap
# to replace. The lenient decoder lets a raw tab in a user agent pass.
_DECODER = json.JSONDecoder(parse_constant=_no_constant)
_LENIENT = json.JSONDecoder(strict=False, parse_constant=_no_constant)


def cleaned(text: str, *, is_strict: bool = False) -> str:
    """Valid JSON text as every parser takes it: on one line, no half surrogate escapes."""
    if "\\ud" in text or "\\uD" in text:
        text = _LONE_SURROGATE.sub(lambda m: m[0] if m[1] or m[2] else "\\ufffd", text)
    if is_strict:
        return text.replace("\n", " ").replace("\r", " ")
    return _CONTROL.sub(" ", text)


def _decode(text: str, at: int) -> tuple[Any, int, str]:
    """The value at a place, where it ends, and its text on one line.

    Raises:
        ValueError: There is no whole value.
        RecursionError: It is nested too deeply.
    """
    try:
        value, end = _DECODER.raw_decode(text, at)
    except ValueError:
        value, end = _LENIENT.raw_decode(text, at)
        return value, end, cleaned(text[at:end])
    return value, end, cleaned(text[at:end], is_strict=True)


def _broken(line: int, reason: str, raw: str) -> Frame:
    return Frame(line, None, reason, _CONTROL.sub(" ", raw[:_SHOWN]))


def _why(error: ValueError | RecursionError) -> str:
    return getattr(error, "msg", None) or str(error) or type(error).__name__


def _parsed(text: str) -> tuple[Any, str] | str:
    """A value and its (repaired) text on one line, or why the text is no JSON."""
    try:
        value, end, valid = _decode(text, 0)
    except (ValueError, RecursionError) as error:
        repaired = without_trailing_commas(text)
        if repaired == text:
            return _why(error)
        try:
            value, end, valid = _decode(repaired, 0)
        except (ValueError, RecursionError) as second:
            return _why(second)
        text = repaired
    rest = text[end : end + _REST].strip(" \t\r\n,")
    return "more than one value" if rest else (value, valid)


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
            if stripped[:1] == "}" and pending.is_whole():
                yield from pending.flush()
            continue
        yield from pending.flush()
        if stripped.startswith("{") and (stripped == "{" or stripped[-1] in "{[,"):
            pending.lines, pending.first = [line], number
        else:
            yield from _frames_of_text(line, number)
    yield from pending.flush()


@dataclass
class _Pending:
    """Lines of an object that is not whole yet."""

    lines: list[str] = field(default_factory=list)
    first: int = 0

    @property
    def is_full(self) -> bool:
        """Whether it is too long to be a record spread over lines."""
        return len(self.lines) > _SPREAD_LINES

    def is_whole(self) -> bool:
        """Whether the lines so far are JSON."""
        return not isinstance(_parsed("\n".join(self.lines).strip()), str)

    def flush(self) -> Iterator[Frame]:
        """The frames of the lines so far, which are forgotten."""
        if self.lines:
            text, self.lines = "\n".join(self.lines), []
            yield from _frames_of_text(text, self.first)


def _frames_of_text(text: str, line: int) -> Iterator[Frame]:
    stripped = text.strip()
    if len(stripped) > MAX_RECORD_CHARACTERS and not page_start(stripped):
        yield _broken(line, _TOO_LONG, stripped)
        return
    result = _parsed(stripped)
    if not isinstance(result, str):
        value, valid = result
        if isinstance(value, dict) and not is_page(value):
            yield Frame(line, valid)
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
        yield _broken(window.line, "the file breaks off inside a list of records", "")


def _tail_of_page(window: _Window) -> bool:
    """Pass a further field of a page object, after its list; False if there is none."""
    while True:
        found = re.compile(r'"(?:[^"\\]|\\.)*"\s*:\s*').match(window.text, window.at)
        if found:
            try:
                _, end, _ = _decode(window.text, found.end())
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
    return _broken(line, "is no record", raw)


def _next_record(
    window: _Window, starter: re.Pattern[str] | None
) -> tuple[Frame, dict[str, Any] | None]:
    line = window.line
    while True:
        try:
            value, end, text = _decode(window.text, window.at)
        except (ValueError, RecursionError) as error:
            length = len(window.text) - window.at
            balanced = _end_of_object(window.text, window.at)
            is_open = balanced is None and not _has_next(window, starter)
            if is_open and length < MAX_RECORD_CHARACTERS and window.more():
                continue
            is_long = is_open and length >= MAX_RECORD_CHARACTERS
            why = _TOO_LONG if is_long else f"is not valid JSON ({_why(error)})"
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
            _, _, valid = _decode(text, 0)
        except (ValueError, RecursionError):
            return _broken(line, reason, text)
        return Frame(line, valid)
    raw = window.text[start : start + _SHOWN]
    if _resume(window, starter or _AT_MARGIN):
        return _broken(line, reason, raw)
    return _broken(line, _BREAKS_OFF, raw)


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
