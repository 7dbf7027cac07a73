"""The ``$filter`` Graph accepts for sign-ins and directory audits, parsed or refused.

Properties and operators are those of Microsoft's reference, which marks each with "Supports
$filter": https://learn.microsoft.com/graph/api/resources/signin?view=graph-rest-beta and
https://learn.microsoft.com/graph/api/resources/directoryaudit?view=graph-rest-beta
(``createdDateTime`` eq, le and ge, so gt and lt are refused; ``startsWith`` only where named).
``category`` has no such mark there, yet Microsoft's own examples filter by it. A quoted time is an
"Invalid filter clause": https://github.com/microsoftgraph/microsoft-graph-docs/issues/14173
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.graph.conditions import AT, AllOf, AnyOf, Events, Facets, Leaf, Node

EVENT_KINDS = frozenset(("interactiveUser", "nonInteractiveUser", "servicePrincipal"))
EVENT_KINDS |= {"managedIdentity", "unknownFutureValue"}
CA_STATUSES = ("success", "failure", "notApplied", "unknownFutureValue")

_EQ = frozenset(("eq",))
_EQ_STARTS = frozenset(("eq", "startswith"))
_TIMES = frozenset(("eq", "ge", "le"))
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<instant>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<number>-?\d+)(?![\w.:-])|(?P<word>[A-Za-z_][\w/]*)|(?P<mark>[():,]))",
    re.IGNORECASE,
)
_INSTANT = re.compile(r"(.{16})(?::(\d\d)(?:\.(\d{1,7}))?)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class FilterError(ValueError):
    """A filter Graph answers with 400 BadRequest, "Invalid filter clause"."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property that may be filtered by."""

    name: str
    operators: frozenset[str] = _EQ
    kind: str = "text"
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """One list: its type's name, its time and what it may be filtered by."""

    type_name: str
    time: Property
    properties: tuple[Property, ...]
    has_events: bool = False

    def facets(self, record: Mapping[str, Any]) -> Facets:
        """What filters may ask of a record: ticks, event types, then the properties in order."""
        if not self.has_events:
            events: tuple[str, ...] = ()
        elif kinds := record.get("signInEventTypes"):
            events = tuple(kinds)
        else:
            events = ("interactiveUser" if record.get("isInteractive") else "nonInteractiveUser",)
        values = (_reach(record, each.name) for each in self.properties)
        return (ticks(record[self.time.name]), events, *values)

    def place(self, name: str) -> tuple[int, Property]:
        """The facet of a property, whatever the case of its name."""
        folded = name.lower()
        if folded == self.time.name.lower():
            return AT, self.time
        for place, each in enumerate(self.properties, start=2):
            if each.name.lower() == folded:
                return place, each
        raise FilterError(f"Could not find a property named '{name}' on type '{self.type_name}'.")


SIGN_INS = Resource(
    "microsoft.graph.signIn",
    Property("createdDateTime", _TIMES, "instant"),
    (
        Property("userId"),
        Property("userPrincipalName", _EQ_STARTS),
        Property("clientAppUsed"),
        Property("conditionalAccessStatus", values=CA_STATUSES),
        Property("status/errorCode", kind="number"),
        Property("id"),
        Property("appId"),
        Property("appDisplayName", _EQ_STARTS),
        Property("ipAddress", _EQ_STARTS),
    ),
    has_events=True,
)
AUDITS = Resource(
    "microsoft.graph.directoryAudit",
    Property("activityDateTime", _TIMES, "instant"),
    (Property("category"), Property("activityDisplayName", _EQ_STARTS), Property("id")),
)


def ticks(text: str) -> int:
    """An instant as 100 ns ticks since 1970, so that seven digits of a second are kept."""
    if (found := _INSTANT.fullmatch(text)) is None:
        raise FilterError(f"'{text}' is not an instant.")
    minutes, seconds, fraction, zone = found.groups()
    offset = "+00:00" if zone in "Zz" else zone
    try:
        at = datetime.fromisoformat(f"{minutes}:{seconds or '00'}{offset}")
    except ValueError as error:
        raise FilterError(f"'{text}' is not an instant.") from error
    return (at - _EPOCH) // timedelta(seconds=1) * 10**7 + int((fraction or "0").ljust(7, "0"))


def parse(text: str, resource: Resource, *, events_allowed: bool = True) -> Node:
    """Parse a filter, or raise FilterError where Graph would refuse it."""
    return _Parser(text, resource, resource.has_events and events_allowed).whole()


def asks_events(node: Node) -> bool:
    """Whether the filter names signInEventTypes, without which only interactive rows come."""
    if isinstance(node, AllOf | AnyOf):
        return any(asks_events(part) for part in node.parts)
    return isinstance(node, Events)


def _reach(record: Mapping[str, Any], path: str) -> Any:
    """The value at a path like ``status/errorCode``, None where a step is missing."""
    if "/" not in path:
        return record.get(path)
    value: Any = record
    for step in path.split("/"):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


class _Parser:
    """Recursive descent over the tokens of one filter."""

    def __init__(self, text: str, resource: Resource, has_events: bool) -> None:
        self.resource = resource
        self.has_events = has_events
        self.tokens = list(_tokens(text))
        self.next = 0

    def whole(self) -> Node:
        node = self.either()
        if self.next < len(self.tokens):
            raise FilterError(f"Syntax error at '{self.tokens[self.next][1]}'.")
        return node

    def either(self) -> Node:
        parts = [self.both()]
        while self.took("or"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def both(self) -> Node:
        parts = [self.term()]
        while self.took("and"):
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def term(self) -> Node:
        if self.took("("):
            inner = self.either()
            self.expect(")")
            return inner
        name = self.word()
        if name.lower() == "startswith":
            return self.starts_with()
        if self.has_events and name.lower() == "signineventtypes/any":
            return self.events()
        facet, known = self.resource.place(name)
        return Leaf(facet, *self.comparison(known))

    def comparison(self, known: Property) -> tuple[str, Any]:
        operator = self.word()
        if operator not in known.operators - {"startswith"}:
            raise FilterError(f"Operator '{operator}' is not supported for '{known.name}'.")
        kind, text = self.take()
        if kind != known.kind:
            raise FilterError(f"A {known.kind} was expected for '{known.name}', not {text}.")
        value: Any = _value(kind, text)
        if known.values and value not in known.values:
            raise FilterError(f"'{value}' is not a value of '{known.name}'.")
        return operator, value

    def starts_with(self) -> Leaf:
        self.expect("(")
        facet, known = self.resource.place(self.word())
        self.expect(",")
        kind, text = self.take()
        self.expect(")")
        if kind != "text" or "startswith" not in known.operators:
            raise FilterError(f"startswith is not supported for '{known.name}'.")
        return Leaf(facet, "startswith", _value(kind, text))

    def events(self) -> Events:
        self.expect("(")
        variable = self.word()
        self.expect(":")
        kinds: frozenset[str] = self.event_kind(variable)
        while self.took("or"):
            kinds |= self.event_kind(variable)
        self.expect(")")
        return Events(kinds)

    def event_kind(self, variable: str) -> frozenset[str]:
        if self.word() != variable:
            raise FilterError("The lambda compares something else than its variable.")
        operator, (kind, text) = self.word(), self.take()
        value = _value(kind, text)
        if kind != "text" or value not in EVENT_KINDS or operator not in ("eq", "ne"):
            raise FilterError(f"'{operator} {text}' is not supported for 'signInEventTypes'.")
        return frozenset((value,)) if operator == "eq" else EVENT_KINDS - {value}

    def take(self) -> tuple[str, str]:
        if self.next == len(self.tokens):
            raise FilterError("Syntax error at the end of the filter.")
        self.next += 1
        return self.tokens[self.next - 1]

    def word(self) -> str:
        kind, text = self.take()
        if kind != "word":
            raise FilterError(f"Syntax error at '{text}'.")
        return text

    def took(self, text: str) -> bool:
        found = self.next < len(self.tokens) and self.tokens[self.next][1] == text
        self.next += found
        return found

    def expect(self, text: str) -> None:
        if not self.took(text):
            raise FilterError(f"'{text}' expected.")


def _tokens(text: str) -> Iterable[tuple[str, str]]:
    """The kind and text of each token."""
    at, end = 0, len(text.rstrip())
    while at < end:
        if (found := _TOKEN.match(text, at)) is None or found.lastgroup is None:
            raise FilterError(f"Syntax error at position {at}.")
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()


def _value(kind: str, text: str) -> Any:
    """The value a literal stands for."""
    if kind == "instant":
        return ticks(text)
    return int(text) if kind == "number" else text[1:-1].replace("''", "'")
