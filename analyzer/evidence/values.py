"""One cell of an export, whatever wrapped it, as text or a tuple of texts."""

from __future__ import annotations

import re
from collections.abc import Mapping

Cell = str | tuple[str, ...] | None

TOSTRING = "#tostring"

# Which property of a nested PowerShell object stands for it, best first.
_STANDS_FOR: tuple[str, ...] = (
    "value",
    "ispresent",  # a switch, e.g. Deny
    "proxyaddressstring",
    "recipientprincipal",
    "adrecipient",
    "primarysmtpaddress",
    "smtpaddress",
    "rawidentity",
    "userprincipalname",
    "distinguishedname",
    "displayname",
    "name",
    "address",
    "objectguid",
    "guid",
)
_TYPE_NAME = re.compile(r"^@\{|^(System|Microsoft|Deserialized)\.[\w.`+\[\], =]*$")
_GUID = re.compile(r"^\{?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\}?$", re.IGNORECASE)
_NO_GUID = "00000000-0000-0000-0000-000000000000"
_BOOLEANS = {"true": True, "$true": True, "1": True, "false": False, "$false": False, "0": False}


def is_flattened(text: str) -> bool:
    """Whether PowerShell wrote a type's name or ``@{...}`` where the value should be.

    ``Export-Csv`` does so for collections, ``ConvertTo-Json`` beyond its default depth.
    """
    start = text.lstrip()
    return start[:1] in {"@", "S", "M", "D"} and bool(_TYPE_NAME.match(start.rstrip()))


def header(name: str) -> str:
    """A column name as compared: lower case, letters and digits only."""
    return re.sub(r"[^0-9a-z]+", "", name.casefold())


def flatten(value: object) -> Cell:
    """A JSON or CLIXML value as a cell: wrappers opened, collections as tuples, blank as None."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, list | tuple):
        parts = (one(flatten(item)) for item in value)
        return tuple(part for part in parts if part) or None
    if isinstance(value, Mapping):
        return _flatten_object(value)
    return str(value)


def _flatten_object(value: Mapping[object, object]) -> Cell:
    by_name = {str(name).casefold(): item for name, item in value.items()}
    said = by_name.get(TOSTRING)
    if isinstance(said, str) and said.strip() and not is_flattened(said):
        return said.strip()
    for name in _STANDS_FOR:
        cell = flatten(by_name.get(name))
        if cell:
            return cell
    return None


def one(cell: Cell) -> str | None:
    """The cell as one text; several are joined by commas."""
    return ", ".join(cell) if isinstance(cell, tuple) else cell


def many(cell: Cell) -> tuple[str, ...]:
    """The cell as several texts: a collection, ``{a, b}``, or parts set off by , ; | or lines."""
    if cell is None:
        return ()
    if isinstance(cell, tuple):
        return cell
    if is_flattened(cell):
        return ()
    inner = cell.strip()
    if inner.startswith("{") and inner.endswith("}"):
        inner = inner[1:-1]
    whole_names = re.findall(r"CN=.+?(?:,DC=[^,;|\s}]+)+", inner, re.IGNORECASE)
    if whole_names:
        return tuple(name.strip() for name in whole_names)
    parts = (part.strip().strip('"') for part in re.split(r"[,;|\r\n]+", inner))
    return tuple(part for part in parts if part and part != "..." and not part.endswith("..."))


def lower(cell: Cell) -> str | None:
    """The cell as one text in lower case."""
    text = one(cell)
    return text.strip().lower() if text else None


def guid(cell: Cell) -> str | None:
    """A GUID in lower case without braces; None for anything else and for all zeros."""
    text = one(cell)
    if not text or not _GUID.match(text.strip()):
        return None
    bare = text.strip().strip("{}").lower()
    return None if bare == _NO_GUID else bare


def boolean(cell: Cell) -> bool | None:
    """True, False, or None where the cell is blank or says something else."""
    text = lower(cell)
    return _BOOLEANS.get(text) if text else None
