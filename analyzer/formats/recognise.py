"""Which format, or which stranger, a file's head is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from analyzer.formats import FORMATS, STRANGERS
from analyzer.formats.head import foreign_zone
from analyzer.formats.strangers import AGGREGATE_NAMES, FLATTENED_REMEDY, FLATTENED_STARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.formats import Format, Stranger
    from analyzer.formats.head import Head

NOT_A_LOG = "Give sign-ins only, or name the evidence with its own flag; see analyzer formats."
_ZONE = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")
_AGGREGATE = re.compile(AGGREGATE_NAMES)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a whole file is not read, and what to do."""

    why: str
    remedy: str


@lru_cache(maxsize=4096)
def format_of(names: frozenset[str]) -> Format | None:
    """The format whose records have these lower-case field names."""
    widened = names | {n.removesuffix("_dynamic").removesuffix("_string") for n in names}
    widened |= {n.partition(".")[0] for n in names} | {_ZONE.sub("", n) for n in names}
    for form in FORMATS:
        if form.recognises(widened) and not _is_aggregate(form, names):
            return form
    return None


def _is_aggregate(form: Format, names: frozenset[str]) -> bool:
    """Whether rows without an id look like groups of sign-ins and not like sign-ins."""
    ids = {p.field.lower() for f in form.fields if f.column == "signin_id" for p in f.places}
    known = {p.lower() for p in form.places()}
    return not ids & names and any(_AGGREGATE.match(n) for n in names - known)


def stranger_of(names: frozenset[str], opening: str = "") -> Stranger | None:
    """The known stranger with these lower-case field names, or this beginning."""
    for stranger in STRANGERS:
        if stranger.recognises(names) or any(opening.startswith(s) for s in stranger.starts):
            return stranger
    if any(_AGGREGATE.match(name) for name in names) and "status" not in names:
        return next(s for s in STRANGERS if s.name == "aggregate")
    return None


def refusal_of(names: frozenset[str], opening: str = "") -> Refusal:
    """Why something without a format is refused: by name where it is known."""
    stranger = stranger_of(names, opening)
    if stranger:
        return Refusal(f"is no sign-in log: looks like {stranger.looks_like}", stranger.remedy)
    if names:
        some = ", ".join(sorted(names)[:6])
        return Refusal(f"is no sign-in log that is known here (its fields: {some})", NOT_A_LOG)
    return Refusal("is no sign-in log: it is neither JSON nor CSV", NOT_A_LOG)


def flattened(head: Head, form: Format) -> Refusal | None:
    """A refusal if most records hold PowerShell text in place of nested values."""
    nested = {
        p.field.rpartition(".")[2].lower() for f in form.fields for p in f.places if p.nested_key
    } | {p.rpartition(".")[2].lower() for p in form.policies}
    hit = sum(_has_flattened(record, nested) for record in head.records)
    if head.records and 2 * hit > len(head.records):
        return Refusal(
            "has nested values cut off by PowerShell (@{...}, System.Object[])", FLATTENED_REMEDY
        )
    return None


def _has_flattened(record: dict[str, Any], nested: Iterable[str]) -> bool:
    values = {k.lower(): v for k, v in record.items()}
    inner = values.get("properties")
    if isinstance(inner, dict):
        values |= {k.lower(): v for k, v in inner.items()}
    return any(
        isinstance(value := values.get(name), str) and value.startswith(FLATTENED_STARTS)
        for name in nested
    )


def foreign_time_zone(head: Head, form: Format) -> Refusal | None:
    """A refusal if the only time column of a CSV names another zone than UTC."""
    times = [p.field.lower() for f in form.fields if f.column == "occurred_at" for p in f.places]
    zones = {}
    for raw in head.raw_header:
        base = _ZONE.sub("", " ".join(raw.split())).lower()
        if base in times or any(base == re.sub(r" \(utc\)$", "", t) for t in times):
            zones[base] = foreign_zone(raw)
    if zones and all(zones.values()):
        zone = next(iter(zones.values()))
        return Refusal(
            f"has times in another zone than UTC ({zone}), without an offset",
            "Switch the portal to UTC and export again: these times cannot be placed.",
        )
    return None
