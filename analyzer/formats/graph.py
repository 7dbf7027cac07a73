"""Microsoft Graph ``signIn`` records, v1.0 and beta."""

from __future__ import annotations

from analyzer.formats.model import Format, Place, field, names

GRAPH = Format(
    name="graph",
    title="Microsoft Graph sign-ins (v1.0, beta) and the portal's JSON download",
    what=(
        "GET /auditLogs/signIns as pages with a value list, a bare array, single or concatenated "
        "objects, JSON lines, Get-MgAuditLogSignIn | ConvertTo-Json -Depth 8, or flattened to CSV "
        "with columns like status.errorCode. Times without a zone are UTC. v1.0 holds interactive "
        "sign-ins only."
    ),
    recognised_by=(
        names("createdDateTime appDisplayName appId clientAppUsed"),
        names("createdDateTime userPrincipalName ipAddress"),
        names("createdDateTime appId correlationId"),
        names("createdDateTime appliedConditionalAccessPolicies"),
        names("createdDateTime status clientAppUsed"),
        names("createdDateTime id userId"),
        names("createdDateTime conditionalAccessStatus"),
        names("id signInEventTypes"),
        names("id appliedConditionalAccessPolicies"),
        names("id clientAppUsed conditionalAccessStatus"),
    ),
    fields=(
        field("signin_id", "id", conversion="key"),
        field("occurred_at", "createdDateTime", conversion="instant"),
        field("user_id", "userId", conversion="key"),
        field("user_principal_name", "userPrincipalName", conversion="lowered"),
        field("user_display_name", "userDisplayName"),
        field("user_type", "userType", conversion="lowered"),
        field("app_id", "appId", conversion="key"),
        field("app_name", "appDisplayName"),
        field("resource_id", "resourceId", conversion="key"),
        field("resource_name", "resourceDisplayName"),
        field("client_app", "clientAppUsed"),
        field("user_agent", "userAgent"),
        field("authentication_protocol", "authenticationProtocol"),
        field("ip_address", "ipAddress", conversion="address"),
        field(
            "country",
            Place("location/countryOrRegion", "country"),
            Place("location", "location_text"),
        ),
        field("city", "location/city"),
        field("autonomous_system_number", "autonomousSystemNumber", conversion="network_number"),
        field("device_os", "deviceDetail/operatingSystem"),
        field("device_browser", "deviceDetail/browser"),
        field("error_code", "status/errorCode", conversion="integer"),
        field("failure_reason", "status/failureReason"),
        field("ca_status", "conditionalAccessStatus", conversion="ca_status"),
        field(
            "is_interactive",
            Place("signInEventTypes", "event_types"),
            Place("isInteractive", "boolean"),
        ),
        field("correlation_id", "correlationId", conversion="key"),
    ),
    policies=("appliedConditionalAccessPolicies",),
    sentinels=("id", "createdDateTime", "status"),
    source="https://learn.microsoft.com/graph/api/resources/signin",
)
