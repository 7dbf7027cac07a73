"""``Format-List`` text, as pasted from a console, to rows with line numbers."""

from __future__ import annotations

import re

_PROPERTY = re.compile(r"^([A-Za-z_][\w.#()\-]*(?: [\w.#()\-]+)*?)\s*:(?:\s(.*)|)$")
_PROMPT = re.compile(r"^(\[PS\]|PS )?\s*[A-Za-z]:\\[^>]*>|^PS>|^>>")
_FIRST_LINES = 40


def looks_like_format_list(text: str) -> bool:
    """Whether the first lines are ``Name : Value``."""
    for line in text.splitlines()[:_FIRST_LINES]:
        if line.strip() and not _PROMPT.match(line):
            return bool(re.match(r"^[A-Za-z_][\w.#()\-]*\s+:(\s|$)|^[A-Za-z_]\w*: ", line))
    return False


def format_list_rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """One row per block; blocks are parted by blank lines, or by a name that comes again.

    Prompts are passed over; an indented line continues the value above it, as the console
    wraps long values.
    """
    rows: list[tuple[int, dict[str, str]]] = []
    current: dict[str, str] = {}
    starts, name = 1, ""
    for number, line in enumerate(text.splitlines(), start=1):
        bare = line.rstrip()
        found = _PROPERTY.match(bare)
        is_again = bool(found) and found is not None and found[1] in current
        if (not bare.strip() or is_again) and current:
            rows.append((starts, current))
            current = {}
        if _PROMPT.match(bare):
            continue
        if found:
            name = found[1]
            starts = starts if current else number
            current[name] = (found[2] or "").strip()
        elif bare.strip() and current and line[0] in " \t":
            current[name] = f"{current[name]} {bare.strip()}"
    if current:
        rows.append((starts, current))
    return rows
