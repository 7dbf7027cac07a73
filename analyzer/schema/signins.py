"""Canonical sign-ins: one row for each distinct sign-in id."""

from __future__ import annotations

from analyzer.schema.column import Column

SIGNINS: tuple[Column, ...] = (
    Column(
        "signin_id",
        "text",
        "Identifier of the sign-in, unique in a tenant; joins re-reads. Lower case.",
        required=True,
    ),
    Column(
        "occurred_at",
        "time",
        "When the attempt was made, UTC, microseconds (further digits cut).",
        required=True,
    ),
    Column("user_id", "text", "Entra object id of the user, lower case."),
    Column(
        "user_principal_name", "text", "User principal name at sign-in time, trimmed, lower case."
    ),
    Column("user_display_name", "text", "Display name at sign-in time; never an identifier."),
    Column("user_type", "text", "member or guest, lower case, where the export says."),
    Column("app_id", "text", "Client application id, lower case."),
    Column("app_name", "text", "Client application's display name."),
    Column("resource_id", "text", "Resource's application id, lower case."),
    Column("resource_name", "text", "Resource's display name."),
    Column("client_app", "text", "clientAppUsed as logged, trimmed; NULL where empty or missing."),
    Column("user_agent", "text", "User agent as logged, trimmed; NULL where empty or missing."),
    Column("authentication_protocol", "text", "ropc, deviceCode, none, ... as logged."),
    Column(
        "ip_address",
        "text",
        "Client address; IPv6 in its shortest form, so that addresses compare.",
    ),
    Column("country", "text", "Two-letter country of the address, upper case."),
    Column("city", "text", "City of the address."),
    Column("autonomous_system_number", "integer", "Network of the address, where logged."),
    Column("device_os", "text", "Operating system as logged."),
    Column("device_browser", "text", "Browser or rich client as logged."),
    Column("error_code", "integer", "0 on success, else an AADSTS number; NULL is unknown."),
    Column("failure_reason", "text", "Microsoft's sentence; shown, never matched on."),
    Column(
        "ca_status",
        "text",
        "Conditional Access outcome: success, failure or notApplied; NULL is unknown.",
    ),
    Column("is_interactive", "boolean", "From the log's kind first, the record's flag second."),
    Column("correlation_id", "text", "Joins the events of one authentication."),
    Column(
        "policies_known",
        "boolean",
        "True where the record carried a policy array with at least one entry; false where the "
        "array was absent or empty (both can mean: not permitted to see).",
    ),
    Column("source_format", "text", "Name of the format the row was read from."),
    Column("source_file", "text", "File (and archive member) the row was read from."),
)
