"""What a column of a canonical table is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "time", "integer", "boolean"]

SQL_TYPE: dict[Kind, str] = {
    "text": "VARCHAR",
    "time": "TIMESTAMP",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a canonical table, with everything a reader asks about it.

    Attributes:
        name: Canonical name.
        kind: ``time`` is UTC with microseconds.
        means: One sentence: meaning, unit, normalisation.
        required: A record without it is rejected, not read.
    """

    name: str
    kind: Kind
    means: str
    required: bool = False

    @property
    def sql_type(self) -> str:
        """Type of the column inside the embedded engine."""
        return SQL_TYPE[self.kind]
