"""Entra diagnostic settings: storage blobs (PT1H.json) and Event Hub records."""

from __future__ import annotations

from analyzer.formats.graph import GRAPH
from analyzer.formats.model import Field, Format, Place, field, names

_OWN: dict[str, Field] = {
    f.column: f
    for f in (
        field("occurred_at", "properties.createdDateTime", "time", conversion="instant"),
        field("user_display_name", "properties.userDisplayName", "identity"),
        field("ip_address", "properties.ipAddress", "callerIpAddress", conversion="address"),
        field(
            "country",
            Place("properties.location/countryOrRegion", "country"),
            Place("properties.location", "location_text"),
            Place("location", "location_text"),
        ),
        field(
            "error_code",
            Place("properties.status/errorCode", "integer"),
            Place("resultType", "result_code"),
        ),
        field("failure_reason", "properties.status/failureReason", "resultDescription"),
        field(
            "is_interactive",
            Place("category", "interactive_log"),
            Place("properties.signInEventTypes", "event_types"),
            Place("properties.isInteractive", "boolean"),
        ),
        field("correlation_id", "properties.correlationId", "correlationId", conversion="key"),
    )
}


def _inside_properties(graph_field: Field) -> Field:
    return Field(
        graph_field.column,
        tuple(Place(f"properties.{p.path}", p.conversion) for p in graph_field.places),
    )


DIAGNOSTIC = Format(
    name="diagnostic",
    title="Entra diagnostic settings (storage account, Event Hub)",
    what=(
        "Blobs .../y=/m=/d=/h=/m=/PT1H.json as JSON lines, or Event Hub messages {'records': "
        "[...]}. The envelope's field names come in any case. Whether a sign-in was interactive "
        "is read from the category, because the record's own flag is often wrong there. Times "
        "without a zone are UTC. Records of other categories (AuditLogs, ...) are rejected."
    ),
    recognised_by=(
        names("category properties operationName"),
        names("category properties time"),
        names("category properties resultType"),
    ),
    fields=tuple(_OWN.get(f.column, _inside_properties(f)) for f in GRAPH.fields),
    policies=(
        "properties.appliedConditionalAccessPolicies",
        "properties.conditionalAccessPolicies",
    ),
    envelope="properties",
    kind_fields=("category",),
    sentinels=("time", "operationName", "resultType", "properties.createdDateTime"),
    source="https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs",
)
