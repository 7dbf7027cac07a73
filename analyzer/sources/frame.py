"""One record's text: parsed, repaired where that is safe, and put on one line."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from analyzer.formats.head import without_trailing_commas

MAX_RECORD_CHARACTERS = 8 << 20
SHOWN_CHARACTERS = 2000
TOO_LONG = "is longer than 8 MiB"
_REST = 64
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


def decode(text: str, at: int) -> tuple[Any, int, str]:
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


def broken(line: int, reason: str, raw: str) -> Frame:
    """The place of a record that cannot be read."""
    return Frame(line, None, reason, _CONTROL.sub(" ", raw[:SHOWN_CHARACTERS]))


def why_not(error: ValueError | RecursionError) -> str:
    """What a decoder found wrong, in its words."""
    return getattr(error, "msg", None) or str(error) or type(error).__name__


def parsed(text: str) -> tuple[Any, str] | str:
    """A value and its (repaired) text on one line, or why the text is no JSON."""
    try:
        value, end, valid = decode(text, 0)
    except (ValueError, RecursionError) as error:
        repaired = without_trailing_commas(text)
        if repaired == text:
            return why_not(error)
        try:
            value, end, valid = decode(repaired, 0)
        except (ValueError, RecursionError) as second:
            return why_not(second)
        text = repaired
    rest = text[end : end + _REST].strip(" \t\r\n,")
    return "more than one value" if rest else (value, valid)
