"""Where the cells of one table are: record field → SQL text, whatever the table was read from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.formats import Format

Spellings = Mapping[str, Sequence[str]]
"""Lower-case field path (``properties.status``) → spellings seen, most frequent first."""

_UNION_SUFFIXES = ("", "_dynamic", "_string")


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """An SQL string."""
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Layout:
    """Cells of one table.

    Attributes:
        cells: Lower-case field path → SQL expressions of its text, first non-null wins.
    """

    cells: Mapping[str, tuple[str, ...]]

    def expressions(self, path: str) -> tuple[str, ...]:
        """SQL of every column that may hold the field, union columns included."""
        lowered = path.lower()
        return tuple(e for s in _UNION_SUFFIXES for e in self.cells.get(lowered + s, ()))


def _style_of(documented: str, spelled: str) -> str:
    if spelled == documented:
        return "documented"
    if spelled == documented.lower():
        return "lower"
    if spelled == documented[:1].upper() + documented[1:]:
        return "pascal"
    return "upper" if spelled == documented.upper() else "documented"


def _respelled(documented: str, style: str) -> str:
    match style:
        case "lower":
            return documented.lower()
        case "pascal":
            return documented[:1].upper() + documented[1:]
        case "upper":
            return documented.upper()
    return documented


def spelled(paths: Iterable[str], seen: Spellings, variant: int) -> dict[str, str]:
    """Spelling to ask for, field path by field path (the last part of each path).

    A field that was not seen is spelled in the style of those that were: in a file of
    PascalCase records an unseen ``userAgent`` is ``UserAgent``.
    """
    wanted = list(paths)
    chosen: dict[str, str] = {}
    styles: dict[str, str] = {}
    for path in wanted:
        options = seen.get(path.lower(), ())
        if options:
            chosen[path] = options[min(variant, len(options) - 1)]
            parent = path.rpartition(".")[0]
            styles.setdefault(parent, _style_of(path.rpartition(".")[2], chosen[path]))
    for path in wanted:
        parent, _, documented = path.rpartition(".")
        style = styles.get(parent, "documented")
        chosen.setdefault(path, _respelled(documented, style))
    return chosen


def variant_count(paths: Iterable[str], seen: Spellings) -> int:
    """How many passes cover every spelling of every field."""
    return max((len(seen.get(p.lower(), ())) for p in paths), default=1) or 1


def record_paths(form: Format, seen: Spellings) -> tuple[str, ...]:
    """Field paths of a JSON record worth asking for, flattened and union columns included."""
    paths = list(form.places())
    for base in form.places():
        paths += [base + s for s in _UNION_SUFFIXES[1:] if (base + s).lower() in seen]
    for f in form.fields:
        for place in f.places:
            flat = place.path.replace("/", ".")
            if place.nested_key and form.envelope is None and flat.lower() in seen:
                paths.append(flat)
    return tuple(dict.fromkeys(paths))


@dataclass(frozen=True, slots=True)
class RecordShape:
    """How to ask a JSON reader for a record: columns, and where each field then is.

    Attributes:
        columns: Field as spelled → SQL type.
        layout: Where the cells then are.
        envelope: The field with the nested record, as spelled; empty if there is none.
        inner: Fields of the nested record, as spelled.
    """

    columns: Mapping[str, str]
    layout: Layout
    envelope: str = ""
    inner: tuple[str, ...] = ()

    @property
    def struct(self) -> str:
        """The record as one SQL struct type."""
        inner = ", ".join(f"{quoted(name)} {kind}" for name, kind in self.columns.items())
        return f"STRUCT({inner})"

    @property
    def structure(self) -> str:
        """The record as the structure argument of ``json_transform``."""
        outer: dict[str, object] = {n: k for n, k in self.columns.items() if n != self.envelope}
        if self.envelope:
            outer[self.envelope] = dict.fromkeys(self.inner, "VARCHAR")
        return json.dumps(outer)

    @property
    def columns_literal(self) -> str:
        """The record as the ``columns`` argument of ``read_json``."""
        inner = ", ".join(f"{literal(n)}: {literal(k)}" for n, k in self.columns.items())
        return "{" + inner + "}"


def record_shape(
    form: Format, seen: Spellings, *, variant: int = 0, prefix: str = ""
) -> RecordShape:
    """Ask for every field of a format as text: a value of another type loses nothing so.

    Args:
        form: The format.
        seen: Spellings seen in the file.
        variant: Which spelling to ask for where a field has several.
        prefix: SQL of the struct that holds the record, with a dot; empty for columns.
    """
    chosen = spelled(record_paths(form, seen), seen, variant)
    columns: dict[str, str] = {}
    inner: dict[str, None] = {}
    cells: dict[str, tuple[str, ...]] = {}
    outer = spelled([form.envelope], seen, variant)[form.envelope] if form.envelope else ""
    for path, name in chosen.items():
        if form.envelope and path.startswith(form.envelope + "."):
            inner[name] = None
            cells[path.lower()] = (f"{prefix}{quoted(outer)}.{quoted(name)}",)
        else:
            columns[name] = "VARCHAR"
            cells[path.lower()] = (f"{prefix}{quoted(name)}",)
    if inner:
        fields = ", ".join(f"{quoted(n)} VARCHAR" for n in inner)
        columns[outer] = f"STRUCT({fields})"
    return RecordShape(columns, Layout(cells), outer, tuple(inner))


def merged(layouts: Sequence[Layout]) -> Layout:
    """One layout that looks in each of several, in order."""
    cells: dict[str, tuple[str, ...]] = {}
    for each in layouts:
        for path, expressions in each.cells.items():
            cells[path] = tuple(dict.fromkeys((*cells.get(path, ()), *expressions)))
    return Layout(cells)


def csv_layout(header: Sequence[str], prefix: str) -> Layout:
    """Cells of a CSV by its header; of two columns with one name the first with a value wins."""
    cells: dict[str, tuple[str, ...]] = {}
    for i, name in enumerate(header):
        lowered = name.lower()
        cells[lowered] = (*cells.get(lowered, ()), f"{prefix}c{i}")
    return Layout(cells)
