"""Conditions a filter consists of, and functions that test rows for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

AT, EVENTS = 0, 1
"""Where a row's facets keep its time (100 ns ticks) and its event types."""

Facets = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A facet compared with a value."""

    facet: int
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class Events:
    """``signInEventTypes/any(…)``: at least one of the row's event types is among these."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Node, ...]


Node = Leaf | Events | AllOf | AnyOf


def passing(node: Node) -> Callable[[Facets], bool]:
    """A function that tells whether a row's facets pass."""
    match node:
        case Leaf(facet, "eq", value):
            return lambda facets: facets[facet] == value
        case Leaf(facet, "ge", value):
            return lambda facets: facets[facet] >= value
        case Leaf(facet, "le", value):
            return lambda facets: facets[facet] <= value
        case Leaf(facet, _, value):
            return lambda facets: (facets[facet] or "").startswith(value)
        case Events(kinds):
            return lambda facets: not kinds.isdisjoint(facets[EVENTS])
        case AllOf(parts):
            every = [passing(part) for part in parts]
            return lambda facets: all(each(facets) for each in every)
        case AnyOf(parts):
            some = [passing(part) for part in parts]
            return lambda facets: any(each(facets) for each in some)
