"""JSON as PowerShell and Graph write it, to objects with line numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analyzer.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLANK = " \t\r\n,"


def json_objects(text: str, path: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Each record with the line it starts on.

    Reads an array, one object, ``{"value": [...]}`` pages and PowerShell's
    ``{"value": [...], "Count": n}``, JSON lines and concatenated objects.

    Raises:
        InputError: The text is no JSON, or a record is no object.
    """
    line, counted = 1, 0
    for start, value in _top_values(text, path):
        line, counted = line + text.count("\n", counted, start), start
        page = value.get("value") if isinstance(value, dict) else value
        for record in page if isinstance(page, list) else [value]:
            if not isinstance(record, dict):
                msg = f"record {record!r:.60} is not an object"
                raise InputError(msg, remedy=_REMEDY, source=path, line=line)
            yield line, record


_REMEDY = "Export objects: ... | Select-Object <columns> | ConvertTo-Json -Depth 8."


def _top_values(text: str, path: str) -> Iterator[tuple[int, object]]:
    decoder = json.JSONDecoder()
    at = _next(text, 0)
    in_array = text[at : at + 1] == "["
    at = _next(text, at + 1) if in_array else at
    while at < len(text):
        if in_array and text[at] == "]":
            in_array = False
            at = _next(text, at + 1)
            continue
        try:
            value, end = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            msg = f"the text is not JSON: {error.msg}"
            remedy = "Export it again; the file is damaged or cut short."
            raise InputError(msg, remedy=remedy, source=path, line=error.lineno) from error
        except RecursionError as error:
            msg = "the JSON is nested too deeply to be an export"
            raise InputError(msg, remedy=_REMEDY, source=path) from error
        yield at, value
        at = _next(text, end)
    if in_array:
        msg = "the JSON array never ends"
        raise InputError(msg, remedy="Export it again; it was cut short.", source=path)


def _next(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANK:
        at += 1
    return at
