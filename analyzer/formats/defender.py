"""Defender advanced hunting: EntraIdSignInEvents, formerly AADSignInEventsBeta."""

from __future__ import annotations

from analyzer.formats.model import Format, field, names

DEFENDER = Format(
    name="defender",
    title="Defender advanced hunting: EntraIdSignInEvents (was AADSignInEventsBeta)",
    what=(
        "Query results as JSON or CSV. RequestId is the sign-in id of the other exports; "
        "ConditionalAccessStatus is 0 (success), 1 (failure) or 2 (not applied). Times are UTC."
    ),
    recognised_by=(
        names("Timestamp RequestId ErrorCode"),
        names("Timestamp AccountUpn ErrorCode"),
        names("Timestamp AccountObjectId ErrorCode"),
    ),
    fields=(
        field("signin_id", "RequestId", conversion="key"),
        field("occurred_at", "Timestamp", conversion="instant"),
        field("user_id", "AccountObjectId", conversion="key"),
        field("user_principal_name", "AccountUpn", conversion="lowered"),
        field("user_display_name", "AccountDisplayName"),
        field("app_id", "ApplicationId", conversion="key"),
        field("app_name", "Application"),
        field("resource_id", "ResourceId", conversion="key"),
        field("resource_name", "ResourceDisplayName"),
        field("client_app", "ClientAppUsed"),
        field("user_agent", "UserAgent"),
        field("ip_address", "IPAddress", conversion="address"),
        field("country", "Country", conversion="location_text"),
        field("city", "City"),
        field("device_os", "OSPlatform"),
        field("device_browser", "Browser"),
        field("error_code", "ErrorCode", conversion="integer"),
        field("ca_status", "ConditionalAccessStatus", conversion="ca_status"),
        field("is_interactive", "LogonType", conversion="event_types"),
        field("correlation_id", "CorrelationId", conversion="key"),
    ),
    policies=("ConditionalAccessPolicies",),
    sentinels=("RequestId", "Timestamp", "ErrorCode"),
    source="https://learn.microsoft.com/defender-xdr/advanced-hunting-entraidsigninevents-table",
)
