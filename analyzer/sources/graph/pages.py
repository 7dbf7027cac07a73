"""A page of Graph taken apart: its records, each in the very bytes it came in, and its link."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_DECODER = json.JSONDecoder()
_BLANKS = " \t\r\n"


class PageError(ValueError):
    """A body that is no page: cut short, or something else altogether."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        records: Text of each record, as received.
        values: The same records, parsed, or what was kept of each.
        next_link: Address of the next page, or None.
    """

    records: tuple[bytes, ...]
    values: tuple[Any, ...]
    next_link: str | None


def _whole(value: Any) -> Any:  # noqa: ANN401 - a record as received
    return value


def page_of(body: bytes, keep: Callable[[Any], Any] = _whole) -> Page:
    """Take a body apart.

    Args:
        body: As received.
        keep: What is to be kept of each parsed record. Keeping a thousand whole costs as much
            time again as parsing them, for the garbage collector looks through all of it.

    Raises:
        PageError: It is no whole JSON object with an array ``value``.
    """
    try:
        text = body.decode("utf-8-sig")
        return _page(text, keep)
    except (ValueError, IndexError) as error:
        msg = f"the answer is no whole page: {error}"
        raise PageError(msg) from error


def _page(text: str, keep: Callable[[Any], Any]) -> Page:
    at = _skip(text, 0)
    _expect(text, at, "{")
    at = _skip(text, at + 1)
    records: list[bytes] | None = None
    values: list[Any] = []
    link: str | None = None
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        _expect(text, at, ":")
        at = _skip(text, at + 1)
        if name == "value" and text[at] == "[":
            records, values, at = _elements(text, at, keep)
        else:
            value, at = _DECODER.raw_decode(text, at)
            if name == "@odata.nextLink" and value:
                link = str(value)
        at = _skip(text, at)
        if text[at] == ",":
            at = _skip(text, at + 1)
        else:
            _expect(text, at, "}")
    if text[at + 1 :].strip() or records is None:
        msg = "it has no list of records" if records is None else "something follows it"
        raise PageError(msg)
    return Page(tuple(records), tuple(values), link)


def _elements(text: str, at: int, keep: Callable[[Any], Any]) -> tuple[list[bytes], list[Any], int]:
    records, values = [], []
    at = _skip(text, at + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        records.append(text[at:end].encode())
        values.append(keep(value))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
        else:
            _expect(text, at, "]")
    return records, values, at + 1


def _skip(text: str, at: int) -> int:
    while text[at] in _BLANKS:
        at += 1
    return at


def _expect(text: str, at: int, character: str) -> None:
    if text[at] != character:
        msg = f"{character!r} expected at {at}"
        raise PageError(msg)
