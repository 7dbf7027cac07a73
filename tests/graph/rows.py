"""Rows held as encoded bytes, newest first, with what is needed to find a page of them quickly."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.graph.conditions import AT, EVENTS, AllOf, AnyOf, Events, Facets, Leaf, Node, passing
from tests.graph.odata import Resource

POLICIES = "appliedConditionalAccessPolicies"
BETA_ONLY = frozenset(
    (
        "signInEventTypes",
        "authenticationProtocol",
        "authenticationRequirement",
        "authenticationDetails",
        "autonomousSystemNumber",
        "userAgent",
        "userType",
        "homeTenantId",
        "resourceTenantId",
        "originalRequestId",
        "uniqueTokenIdentifier",
        "incomingTokenType",
        "processingTimeInMilliseconds",
        "tokenIssuerType",
        "crossTenantAccessType",
        "networkLocationDetails",
    )
)
"""Properties of the beta signIn that v1.0 does not have."""
_INDEXED = range(2, 7)
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Shown:
    """One array of policies, encoded with and without members unknown to old clients."""

    full: bytes
    masked: bytes


@dataclass(slots=True)
class Row:
    """One record: what filters ask of it, and its JSON without closing brace and policies."""

    facets: Facets
    head: bytes
    shown: Shown | None = None

    def encoded(self, *, is_masked: bool, is_beta: bool = True) -> bytes:
        """The record as it goes out."""
        head = self.head if is_beta else _as_v1(self.head)
        if self.shown is None:
            return head + b"}"
        policies = self.shown.masked if is_masked else self.shown.full
        return b'%b,"%b":%b}' % (head, POLICIES.encode(), policies)


class Encoder:
    """Turns records into rows, sharing the bytes of equal policy arrays."""

    def __init__(self, resource: Resource, *, hide_policies: bool = False) -> None:
        self._resource = resource
        self._hide_policies = hide_policies
        self._known: dict[bytes, Shown] = {}

    def rows(self, records: Iterable[Mapping[str, Any]]) -> list[Row]:
        """The records as rows, in the order given."""
        by_identity: dict[int, tuple[Any, Shown]] = {}
        rows = []
        for record in records:
            policies = record.get(POLICIES)
            shown = None
            if policies is not None and not self._hide_policies:
                found = by_identity.get(id(policies))
                if found is None:
                    found = by_identity[id(policies)] = (policies, self.shown(policies))
                shown = found[1]
            head = {name: value for name, value in record.items() if name != POLICIES}
            rows.append(Row(self._resource.facets(record), encode(head)[:-1], shown))
        return rows

    def shown(self, policies: Sequence[Mapping[str, Any]]) -> Shown:
        """A policy array's bytes."""
        full = encode(policies)
        if full not in self._known:
            masked = [{**each, "result": _masked(each.get("result"))} for each in policies]
            self._known[full] = Shown(full, encode(masked))
        return self._known[full]


@dataclass(frozen=True, slots=True)
class Query:
    """The rows a filter lets through, as they were when the first page was asked for."""

    rows: Sequence[Row]
    places: Sequence[int]
    passes: Callable[[Facets], bool] | None

    def page(self, start: int, size: int) -> tuple[list[Row], int | None]:
        """At most size rows from a position on, and where the next page starts, if there is one."""
        if self.passes is None:
            found = [self.rows[place] for place in self.places[start : start + size]]
            after = start + size
            return found, after if after < len(self.places) else None
        found = []
        for position in range(start, len(self.places)):
            row = self.rows[self.places[position]]
            if self.passes(row.facets):
                if len(found) == size:
                    return found, position
                found.append(row)
        return found, None


class Table:
    """Rows of one resource, newest first; unchangeable, so that queries keep their snapshot."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = sorted(rows, key=lambda row: -row.facets[AT])
        self._negative_ticks = array("q", (-row.facets[AT] for row in self.rows))
        self._kinds = {kind for row in self.rows for kind in row.facets[EVENTS]}
        self._index: dict[tuple[int, Any], array[int]] = {}
        for place, row in enumerate(self.rows):
            for facet, value in enumerate(row.facets[2:7], start=2):
                self._index.setdefault((facet, value), array("I")).append(place)

    def find(self, node: Node | None) -> Query:
        """The query of a filter: bounded by time, narrowed by an index, the rest tested by row."""
        conjuncts = node.parts if isinstance(node, AllOf) else (node,) if node else ()
        first, last = 0, len(self.rows)
        rest: list[Node] = []
        for each in _flat(conjuncts):
            match each:
                case Leaf(0, operator, at):
                    if operator in ("ge", "eq"):
                        last = min(last, bisect_right(self._negative_ticks, -at))
                    if operator in ("le", "eq"):
                        first = max(first, bisect_left(self._negative_ticks, -at))
                case Events(kinds) if kinds >= self._kinds:
                    pass
                case _:
                    rest.append(each)
        places = self._narrowed(rest, first, max(first, last))
        return Query(self.rows, places, passing(AllOf(tuple(rest))) if rest else None)

    def _narrowed(self, conjuncts: Sequence[Node], first: int, last: int) -> Sequence[int]:
        """The fewest places within the bounds that certainly hold every match."""
        narrow = [found for each in conjuncts if (found := self._places(each)) is not None]
        if not narrow:
            return range(first, last)
        fewest = min(narrow, key=len)
        return fewest[bisect_left(fewest, first) : bisect_left(fewest, last)]

    def _places(self, node: Node) -> Sequence[int] | None:
        """Where a condition can hold, by the index; None where it cannot tell."""
        match node:
            case Leaf(facet, "eq", value) if facet in _INDEXED:
                return self._index.get((facet, value), array("I"))
            case AnyOf(parts):
                each = [self._places(part) for part in parts]
                if any(found is None for found in each):
                    return None
                return sorted({place for found in each for place in found or ()})
            case AllOf(parts):
                each = [found for part in parts if (found := self._places(part)) is not None]
                return min(each, key=len) if each else None
            case _:
                return None


def encode(value: Any) -> bytes:
    """Compact JSON, UTF-8, as Graph sends it."""
    return _ENCODER.encode(value).encode()


def _flat(nodes: Iterable[Node]) -> Iterable[Node]:
    """Conditions that must all hold, nested conjunctions opened."""
    for node in nodes:
        if isinstance(node, AllOf):
            yield from _flat(node.parts)
        else:
            yield node


def _masked(result: Any) -> Any:
    """A policy result as clients see it that did not ask for unknown enum members."""
    is_new = isinstance(result, str) and result.startswith("reportOnly")
    return "unknownFutureValue" if is_new else result


def _as_v1(head: bytes) -> bytes:
    """A beta record's head without what v1.0 does not have."""
    record = json.loads(head + b"}")
    return encode({name: value for name, value in record.items() if name not in BETA_ONLY})[:-1]
