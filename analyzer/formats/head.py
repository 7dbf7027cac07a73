"""What the beginning of a file says: its container, its records' fields, or its header."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Container = Literal["lines", "objects", "array", "page", "pages", "tables", "csv", "text", "empty"]
"""How records are packed: JSON lines; objects one after the other; one array; one page object
with a list of records; a page on each line; the query API's tables; CSV; none of these."""

PAGE_KEYS = ("value", "records")
SAMPLE_RECORDS = 16
_OPENING = 2000
_LONGEST_NAME = 80
_PAGE_OPENING = 4096
_DECODER = json.JSONDecoder(strict=False)
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])')
_STRING_START = re.compile(r'\s*\{\s*"')
_BETWEEN = re.compile(r"[\s,]*")
_PAGE = re.compile(
    r'\{\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[^"\[\]{},]+)\s*,\s*)*?'
    r'"(value|records)"\s*:\s*\[',
    re.IGNORECASE,
)
_TABLES = re.compile(r'\{\s*"tables"\s*:\s*\[', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a file from its beginning.

    Attributes:
        container: How its records are packed.
        records: Up to 16 records that could be parsed; dropped once the file is judged.
        fields: Lower-case names of the records' own fields.
        spellings: Lower-case field path → spellings, most frequent first; two levels deep.
        page_key: Field of a page that holds its records, as spelled.
        header: Column names of a CSV, normalised; empty for JSON.
        delimiter: Of a CSV.
        skipped_lines: Lines before the CSV's header (``#TYPE``, ``sep=``).
        raw_header: Column names as written.
        opening: First characters, lower case, for signatures.
        has_trailing_commas: A record there is read although a comma precedes a closing bracket.
    """

    container: Container
    records: tuple[dict[str, Any], ...] = ()
    fields: frozenset[str] = frozenset()
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    page_key: str | None = None
    header: tuple[str, ...] = ()
    delimiter: str = ","
    skipped_lines: int = 0
    raw_header: tuple[str, ...] = ()
    opening: str = ""
    has_trailing_commas: bool = False

    @property
    def names(self) -> frozenset[str]:
        """Lower-case field names of the first records, or of the header."""
        if self.header:
            return frozenset(name.lower() for name in self.header)
        return self.fields


def page_start(text: str, at: int = 0) -> re.Match[str] | None:
    """The opening of a page object whose list of records follows, or None.

    The pattern walks through every field before the list, which in a plain record is most of
    it: so it is only tried where the field's name stands near the beginning.
    """
    near = text[at : at + _PAGE_OPENING].lower()
    if not any(f'"{key}"' in near for key in PAGE_KEYS):
        return None
    return _PAGE.match(text, at)


def is_page(record: Mapping[str, object]) -> bool:
    """Whether a parsed object is a page: it has a list of records."""
    return any(k.lower() in PAGE_KEYS and isinstance(v, list) for k, v in record.items())


def without_trailing_commas(text: str) -> str:
    """JSON text with the commas before a closing bracket removed, strings left alone."""
    return _TRAILING_COMMA.sub(lambda m: m[1] or "", text)


def normalised_header(name: str) -> str:
    """A header as formats name it: blanks collapsed, byte-order mark and ``[UTC]`` cut."""
    collapsed = " ".join(name.replace("\ufeff", "").split())
    return collapsed[: -len("[UTC]")].strip() if collapsed.upper().endswith("[UTC]") else collapsed


def foreign_zone(name: str) -> str | None:
    """The zone a time header names in brackets, where it is not UTC."""
    found = re.search(r"[\[(]([^\])]*)[\])]\s*$", name)
    if not found or found[1].strip().upper() in ("UTC", "GMT", "Z", "COORDINATED UNIVERSAL TIME"):
        return None
    return found[1].strip()


def read_head(text: str, *, whole: bool) -> Head:
    """Judge a file from its first text.

    Args:
        text: Beginning of the file, decoded, without a byte-order mark.
        whole: Whether that is all of it.
    """
    opening = text[:4096].lstrip()
    if not opening:
        return Head("empty" if not text.strip() else "text")
    lowered = opening[:_OPENING].lower()
    if opening[0] in "{[":
        head = _json_head(text, lowered, whole=whole)
        if head.records or head.container in {"page", "pages", "array", "tables"}:
            return head
        if opening[0] == "{":
            return head
    return _csv_head(text, lowered, whole=whole)


def _json_head(text: str, lowered: str, *, whole: bool) -> Head:
    start = len(text) - len(text.lstrip())
    if _TABLES.match(text, start):
        return Head("tables", opening=lowered)
    if text[start] == "[":
        return _structured("array", text, start + 1, lowered)
    first_line = text[start:].partition("\n")[0]
    page = page_start(text, start)
    if page:
        kind: Container = "pages" if _is_whole(first_line) else "page"
        return _structured(kind, text, page.end(), lowered, page_key=page[1])
    lines = _line_records(text, whole=whole)
    if lines:
        return Head("lines", lines, _fields(lines), spellings_of(lines), opening=lowered)
    return _structured("objects", text, start, lowered)


def _structured(
    container: Container, text: str, at: int, lowered: str, *, page_key: str | None = None
) -> Head:
    records, is_repaired = _records_from(text, at)
    return Head(
        container,
        records,
        _fields(records),
        spellings_of(records),
        page_key=page_key,
        opening=lowered,
        has_trailing_commas=is_repaired,
    )


def _is_whole(line: str) -> bool:
    try:
        return isinstance(json.loads(line, strict=False), dict)
    except (ValueError, RecursionError):
        return False


def _line_records(text: str, *, whole: bool) -> tuple[dict[str, Any], ...]:
    """Records of a file of JSON lines; none if it is no such file."""
    lines = text.split("\n")
    cut = lines if whole else lines[:-1]
    found: list[dict[str, Any]] = []
    opened, broken, is_first_whole = 0, 0, False
    for line in cut[: 4 * SAMPLE_RECORDS]:
        if not line.strip():
            continue
        opened += 1
        try:
            record = json.loads(line, strict=False)
        except (ValueError, RecursionError):
            broken += 1
            continue
        if isinstance(record, dict):
            found.append(record)
            is_first_whole = is_first_whole or opened == 1
        if len(found) == SAMPLE_RECORDS:
            break
    starts_alike = all(_STRING_START.match(line) for line in cut[:opened])
    is_lines = found and (is_first_whole or broken <= len(found) or starts_alike)
    return tuple(found) if is_lines else ()


def _records_from(text: str, at: int) -> tuple[tuple[dict[str, Any], ...], bool]:
    """Records from a place on, and whether a trailing comma had to be removed for one."""
    found: list[dict[str, Any]] = []
    is_repaired = False
    while len(found) < SAMPLE_RECORDS:
        between = _BETWEEN.match(text, at)
        at = between.end() if between else at
        if not text.startswith("{", at):
            break
        try:
            record, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            repaired = without_trailing_commas(text[at:])
            if is_repaired or repaired == text[at:]:
                break
            text, at, is_repaired = repaired, 0, True
            continue
        found.append(record)
    return tuple(found), is_repaired and bool(found)


def _fields(records: tuple[dict[str, Any], ...]) -> frozenset[str]:
    return frozenset(k.lower() for record in records for k in record)


def spellings_of(records: tuple[dict[str, Any], ...]) -> dict[str, tuple[str, ...]]:
    """Lower-case field path → spellings in the records, most frequent first."""
    outlines = Counter(
        (tuple(r), tuple((k, tuple(v)) for k, v in r.items() if isinstance(v, dict)))
        for r in records
    )
    counts: dict[str, Counter[str]] = {}
    for (keys, nested), count in outlines.items():
        for key in keys:
            counts.setdefault(key.lower(), Counter())[key] += count
        for outer, inner in nested:
            for key in inner:
                counts.setdefault(f"{outer}.{key}".lower(), Counter())[key] += count
    return {path: tuple(k for k, _ in c.most_common()) for path, c in counts.items()}


def _csv_head(text: str, lowered: str, *, whole: bool) -> Head:
    lines = text.split("\n")
    skipped, delimiter = 0, None
    while skipped < len(lines) - 1 and re.match(r"\s*$|#type\b|sep=", lines[skipped].lower()):
        if lines[skipped].lower().startswith("sep="):
            delimiter = lines[skipped].strip()[4:5] or "\t"
        skipped += 1
    first = lines[skipped].rstrip("\r")
    if not whole and len(lines) == 1:
        return Head("text", opening=lowered)
    best = max((",", ";", "\t", "|"), key=lambda d: len(_cells(first, d)))
    delimiter = delimiter or best
    raw = tuple(_cells(first, delimiter))
    header = tuple(normalised_header(name) for name in raw)
    if not any(header) or any(len(name) > _LONGEST_NAME for name in header) or first[:1] == "#":
        return _listing(lines, lowered)
    if len(header) == 1 and not re.fullmatch(r"[A-Za-z_]\w*", header[0]):
        return _listing(lines, lowered)
    rows = (_cells(line.rstrip("\r"), delimiter) for line in lines[skipped + 1 :][:SAMPLE_RECORDS])
    return Head(
        "csv",
        tuple(dict(zip(header, row, strict=False)) for row in rows if row),
        header=header,
        delimiter=delimiter,
        skipped_lines=skipped,
        raw_header=raw,
        opening=lowered,
    )


def _listing(lines: list[str], lowered: str) -> Head:
    """Text that is no table; with names if it is PowerShell's Format-List (``Name : value``)."""
    found = [re.match(r"([A-Za-z]\w*) *: ", line + " ") for line in lines[:500]]
    listed = tuple(dict.fromkeys(m[1] for m in found if m))
    return Head("text", header=listed, opening=lowered)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
