"""Rows that already have the canonical columns, as a notebook's own frame may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.formats.model import Conversion, Field, Format, Place, names
from analyzer.schema import SIGNINS

if TYPE_CHECKING:
    from analyzer.schema import Column

_OWN: dict[str, Conversion] = {
    "signin_id": "key",
    "user_id": "key",
    "app_id": "key",
    "resource_id": "key",
    "correlation_id": "key",
    "user_principal_name": "lowered",
    "user_type": "lowered",
    "ip_address": "address",
    "country": "country",
    "ca_status": "ca_status",
    "autonomous_system_number": "network_number",
}
_BY_KIND: dict[str, Conversion] = {
    "text": "text",
    "time": "instant",
    "integer": "integer",
    "boolean": "boolean",
}


def _field(column: Column) -> Field:
    conversion = _OWN.get(column.name, _BY_KIND[column.kind])
    return Field(column.name, (Place(column.name, conversion),))


CANONICAL = Format(
    name="canonical",
    title="The analyzer's own columns, as written by --events or held in a frame",
    what="Columns named as in the canonical table, with 'policies' for a list of policies.",
    recognised_by=(
        names("signin_id occurred_at"),
        names("occurred_at client_app"),
        names("occurred_at user_principal_name error_code"),
    ),
    fields=tuple(_field(c) for c in SIGNINS if not c.name.startswith("source_")),
    policies=("policies",),
    sentinels=("signin_id", "occurred_at"),
    source="analyzer/schema/signins.py",
)
