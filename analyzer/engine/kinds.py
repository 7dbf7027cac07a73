"""Kinds of records in one file: those with the same fields share a format, or a reason for none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.formats.recognise import format_of, stranger_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.formats import Format

_STRAY = "is no sign-in record"
# A record of a recognised file that lacks the fields its format is recognised by is still taken
# for one, and told what it lacks, if it shares this many fields with the format.
_KIN_FIELDS = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """Records with the same fields.

    Attributes:
        keys: Their fields, in order.
        count: How many there are.
        form: Their format; None if they are no sign-ins.
        why: Why they are none.
    """

    keys: tuple[str, ...]
    count: int
    form: Format | None
    why: str | None


def kinds_of(sets: Iterable[tuple[list[str], int]], usual: Format | None) -> list[Kind]:
    """Judge each set of fields.

    Args:
        sets: Fields, and how many records have just these.
        usual: Format of most of the file's first records.
    """
    return [_kind(tuple(keys), count, usual) for keys, count in sets]


def _kind(keys: tuple[str, ...], count: int, usual: Format | None) -> Kind:
    names = frozenset(k.lower() for k in keys)
    form = format_of(names)
    stranger = None if form else stranger_of(names)
    if form is None and usual and stranger is None:
        kin = {p.lower().partition(".")[0] for p in usual.places()} & names
        form = usual if len(kin) >= _KIN_FIELDS else None
    why = f"{_STRAY}: looks like {stranger.looks_like}" if stranger else _STRAY
    return Kind(keys, count, form, None if form else why)


def forms_of(kinds: Iterable[Kind]) -> list[tuple[Format, int]]:
    """Formats of the records with how many records each has, most first."""
    counts: Counter[str] = Counter()
    forms: dict[str, Format] = {}
    for kind in kinds:
        if kind.form:
            counts[kind.form.name] += kind.count
            forms[kind.form.name] = kind.form
    return [(forms[name], count) for name, count in counts.most_common()]


def spellings(
    kinds: Iterable[Kind], inner: Mapping[str, Mapping[str, int]]
) -> dict[str, tuple[str, ...]]:
    """Lower-case field path → spellings, most frequent first.

    Args:
        kinds: Kinds of records of one format.
        inner: Path of a nested record → its fields and how many records have each.
    """
    counts: dict[str, Counter[str]] = {}
    for kind in kinds:
        for key in kind.keys:
            counts.setdefault(key.lower(), Counter())[key] += kind.count
    for outer, keys in inner.items():
        for key, count in keys.items():
            counts.setdefault(f"{outer}.{key}".lower(), Counter())[key] += count
    return {path: tuple(k for k, _ in c.most_common()) for path, c in counts.items()}
