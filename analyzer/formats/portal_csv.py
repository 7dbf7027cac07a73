"""The Entra portal's CSV download of sign-ins."""

from __future__ import annotations

from analyzer.formats.model import Format, Place, field, names

PORTAL_CSV = Format(
    name="portal-csv",
    title="Entra portal: CSV download of sign-ins",
    what=(
        "At most 100,000 rows and no Conditional Access policies: the blocking policy cannot be "
        "named from it (take the JSON download or Graph instead). Status (Success, Failure, "
        "Interrupted) is only used where 'Sign-in error code' is blank. Headers come with "
        "trailing and double blanks and one of them twice."
    ),
    recognised_by=(
        names("Date~(UTC) Request~ID Client~app"),
        names("Date~(UTC) Request~ID Status"),
        names("Date~(UTC) Username Client~app"),
        names("Date Request~ID Username Client~app"),
    ),
    fields=(
        field("signin_id", "Request ID", conversion="key"),
        field(
            "occurred_at",
            Place("Date (UTC)", "instant"),
            Place("Date", "zoned_instant"),
        ),
        field("user_id", "User ID", conversion="key"),
        field("user_principal_name", "Username", conversion="lowered"),
        field("user_display_name", "User"),
        field("user_type", "User type", conversion="lowered"),
        field("app_id", "Application ID", conversion="key"),
        field("app_name", "Application"),
        field("resource_id", "Resource ID", conversion="key"),
        field("resource_name", "Resource"),
        field("client_app", "Client app"),
        field("user_agent", "User agent"),
        field("authentication_protocol", "Authentication Protocol"),
        field("ip_address", "IP address", conversion="address"),
        field("country", "Location", conversion="portal_country"),
        field("city", "Location", conversion="portal_city"),
        field("autonomous_system_number", "Autonomous system number", conversion="network_number"),
        field("device_os", "Operating System"),
        field("device_browser", "Browser"),
        field(
            "error_code",
            Place("Sign-in error code", "integer"),
            Place("Status", "portal_outcome"),
        ),
        field("failure_reason", "Failure reason"),
        field("ca_status", "Conditional Access", conversion="ca_status"),
        field("correlation_id", "Correlation ID", conversion="key"),
    ),
    policies=(),
    sentinels=(),
    source="https://learn.microsoft.com/entra/identity/monitoring-health/howto-download-logs",
)
