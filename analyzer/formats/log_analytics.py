"""Log Analytics and Sentinel rows of the sign-in tables, as JSON or CSV."""

from __future__ import annotations

from analyzer.formats.model import Format, Place, field, names

LOG_ANALYTICS = Format(
    name="log-analytics",
    title="Log Analytics / Sentinel: SigninLogs, AADNonInteractiveUserSignInLogs",
    what=(
        "Query results as JSON lines, an array, the API's tables with columns and rows, or CSV "
        "(headers may end in [UTC], nested columns may be objects or JSON strings, union columns "
        "come as X_dynamic and X_string). CreatedDateTime is the sign-in's time; TimeGenerated, "
        "when it was written, only stands in for it. Times are UTC; in CSV they are written the "
        "American way (4/28/2021, 2:08:45.221 PM)."
    ),
    recognised_by=(
        names("Id ResultType ClientAppUsed"),
        names("CreatedDateTime ResultType UserPrincipalName"),
        names("TimeGenerated ResultType UserPrincipalName"),
        names("CreatedDateTime ConditionalAccessPolicies ResultType"),
        names("TimeGenerated ConditionalAccessStatus ResultType"),
        names("TimeGenerated AppDisplayName IPAddress UserPrincipalName"),
        names("TimeGenerated ResultType ServicePrincipalId"),
        names("CreatedDateTime LocationDetails DeviceDetail"),
    ),
    fields=(
        field("signin_id", "Id", conversion="key"),
        field("occurred_at", "CreatedDateTime", "TimeGenerated", conversion="instant"),
        field("user_id", "UserId", conversion="key"),
        field("user_principal_name", "UserPrincipalName", conversion="lowered"),
        field("user_display_name", "UserDisplayName", "Identity"),
        field("user_type", "UserType", conversion="lowered"),
        field("app_id", "AppId", conversion="key"),
        field("app_name", "AppDisplayName"),
        field("resource_id", "ResourceIdentity", conversion="key"),
        field("resource_name", "ResourceDisplayName"),
        field("client_app", "ClientAppUsed"),
        field("user_agent", "UserAgent"),
        field("authentication_protocol", "AuthenticationProtocol"),
        field("ip_address", "IPAddress", conversion="address"),
        field(
            "country",
            Place("LocationDetails/countryOrRegion", "country"),
            Place("Location", "location_text"),
        ),
        field("city", "LocationDetails/city"),
        field("autonomous_system_number", "AutonomousSystemNumber", conversion="network_number"),
        field("device_os", "DeviceDetail/operatingSystem"),
        field("device_browser", "DeviceDetail/browser"),
        field(
            "error_code",
            Place("ResultType", "result_code"),
            Place("Status/errorCode", "integer"),
        ),
        field("failure_reason", "Status/failureReason", "ResultDescription"),
        field("ca_status", "ConditionalAccessStatus", conversion="ca_status"),
        field(
            "is_interactive",
            Place("Category", "interactive_log"),
            Place("Type", "interactive_log"),
            Place("SignInEventTypes", "event_types"),
            Place("IsInteractive", "boolean"),
        ),
        field("correlation_id", "CorrelationId", conversion="key"),
    ),
    policies=("ConditionalAccessPolicies",),
    kind_fields=("Type", "Category"),
    sentinels=("Id", "CreatedDateTime"),
    source="https://learn.microsoft.com/azure/azure-monitor/reference/tables/signinlogs",
)
