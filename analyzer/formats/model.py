"""What a format is: a table of canonical columns and the places that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Conversion = Literal[
    "text",
    "key",
    "lowered",
    "instant",
    "zoned_instant",
    "integer",
    "network_number",
    "boolean",
    "result_code",
    "portal_outcome",
    "ca_status",
    "address",
    "country",
    "portal_country",
    "portal_city",
    "location_text",
    "event_types",
    "interactive_log",
]
"""How a cell's text becomes a canonical value; the engine holds the SQL of each."""

RESULT_TYPE: dict[Conversion, Literal["text", "time", "integer", "boolean"]] = {
    "text": "text",
    "key": "text",
    "lowered": "text",
    "instant": "time",
    "zoned_instant": "time",
    "integer": "integer",
    "network_number": "integer",
    "boolean": "boolean",
    "result_code": "integer",
    "portal_outcome": "integer",
    "ca_status": "text",
    "address": "text",
    "country": "text",
    "portal_country": "text",
    "portal_city": "text",
    "location_text": "text",
    "event_types": "boolean",
    "interactive_log": "boolean",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is in a record, and how its text is read.

    Attributes:
        path: ``field``, ``outer.field`` for a field of a nested record, and
            ``field/key`` for a key inside a nested cell: an object in JSON, JSON text in a
            string or a CSV cell, or a flattened column ``field.key``. Compared caselessly.
        conversion: Name of the conversion.
    """

    path: str
    conversion: Conversion = "text"

    @property
    def field(self) -> str:
        """Part of the path before the nested key."""
        return self.path.partition("/")[0]

    @property
    def nested_key(self) -> str | None:
        """Key inside the nested cell, or None for a plain cell."""
        return self.path.partition("/")[2] or None


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical column and where a format keeps it: the first place with a value wins."""

    column: str
    places: tuple[Place, ...]


def field(column: str, *places: str | Place, conversion: Conversion = "text") -> Field:
    """A field whose plain-text places share one conversion."""
    return Field(
        column,
        tuple(p if isinstance(p, Place) else Place(p, conversion) for p in places),
    )


@dataclass(frozen=True, slots=True)
class Format:
    """One export's shape.

    Attributes:
        name: Short name, as in ``coverage.inputs[].format``.
        title: One line for a list.
        what: Where the export comes from and what to know about it.
        recognised_by: Alternatives; each is a set of field names (lower case) that must all
            be there. The first format of the list that matches wins.
        fields: Canonical column by column.
        policies: Where the list of Conditional Access policies is; empty if never there.
        envelope: Field that nests the actual record (``properties``), or None.
        kind_fields: Fields that name the log or table a record belongs to; see ``logs``.
        sentinels: Fields that every record of this export carries. A record without one is
            looked at again, slowly, with every spelling of every field.
        source: Where the shape is documented.
    """

    name: str
    title: str
    what: str
    recognised_by: tuple[frozenset[str], ...]
    fields: tuple[Field, ...]
    policies: tuple[str, ...]
    source: str
    envelope: str | None = None
    kind_fields: tuple[str, ...] = ()
    sentinels: tuple[str, ...] = ()

    def recognises(self, names: frozenset[str]) -> bool:
        """Whether a record (or header) with these lower-case field names is of this format."""
        return any(alternative <= names for alternative in self.recognised_by)

    def places(self) -> tuple[str, ...]:
        """Record fields the format reads, each once, in order."""
        wanted = [p.field for f in self.fields for p in f.places]
        wanted += [path.partition("/")[0] for path in self.policies]
        wanted += list(self.sentinels)
        wanted += list(self.kind_fields)
        return tuple(dict.fromkeys(wanted))

    def time_names(self) -> str:
        """The fields a time is looked for in, for a sentence."""
        return " or ".join(
            place.path for f in self.fields if f.column == "occurred_at" for place in f.places
        )


@dataclass(frozen=True, slots=True)
class Stranger:
    """Something that is no sign-in log but is often found beside one: refused by name.

    Attributes:
        name: Short name.
        looks_like: Ends the sentence "looks like …".
        remedy: One sentence in the imperative.
        fields: Alternatives; each is a set of field names (lower case), all of them present.
        starts: Beginnings of the file's text (lower case) that give it away.
    """

    name: str
    looks_like: str
    remedy: str
    fields: tuple[frozenset[str], ...] = ()
    starts: tuple[str, ...] = ()

    def recognises(self, names: frozenset[str]) -> bool:
        """Whether a record (or header) with these lower-case field names is of this kind."""
        return any(alternative <= names for alternative in self.fields)


def names(*texts: str) -> frozenset[str]:
    """Field names of one blank-separated text, lower case; ``~`` stands for a blank in a name."""
    return frozenset(n.replace("~", " ") for text in texts for n in text.lower().split())
