"""A Graph beta record as a row of the other exports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks.tenant.world import TENANT_ID, WORKSPACE_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

Record = dict[str, Any]

# Graph beta writes names, diagnostic logs a bit mask.
CONDITION_BITS = {
    "none": 0,
    "application": 1,
    "users": 2,
    "devicePlatform": 4,
    "location": 8,
    "clientType": 16,
}
CA_STATUS_NUMBERS = {"success": 0, "failure": 1, "notApplied": 2}
CATEGORIES = {
    "interactiveUser": "SignInLogs",
    "nonInteractiveUser": "NonInteractiveUserSignInLogs",
    "servicePrincipal": "ServicePrincipalSignInLogs",
}
TABLES = {
    "SignInLogs": "SigninLogs",
    "NonInteractiveUserSignInLogs": "AADNonInteractiveUserSignInLogs",
    "ServicePrincipalSignInLogs": "AADServicePrincipalSignInLogs",
}
TABS = {
    "interactiveUser": "Interactive",
    "nonInteractiveUser": "NonInteractive",
    "servicePrincipal": "Application",
}
NESTED = ("ConditionalAccessPolicies", "DeviceDetail", "LocationDetails", "Status")


def category(event: Record) -> str:
    """Category of the diagnostic log that a sign-in goes to."""
    return CATEGORIES[event["signInEventTypes"][0]]


def _mask(names: str) -> int:
    return sum(CONDITION_BITS[name] for name in names.split(",") if name)


def masked_policies(event: Record) -> list[Record]:
    """Policies with the conditions as integers, as diagnostic logs have them."""
    return [
        {
            **policy,
            "conditionsSatisfied": _mask(policy["conditionsSatisfied"]),
            "conditionsNotSatisfied": _mask(policy["conditionsNotSatisfied"]),
        }
        for policy in event["appliedConditionalAccessPolicies"]
    ]


def _seven_digits(instant: str) -> str:
    return instant.replace("Z", ".0000000Z")


def diagnostic(event: Record) -> Record:
    """An event of a diagnostic setting: envelope, and the record as ``properties``."""
    properties = {
        **event,
        "createdDateTime": _seven_digits(event["createdDateTime"]).replace("Z", "+00:00"),
        "appliedConditionalAccessPolicies": masked_policies(event),
        # Often wrong in non-interactive logs of diagnostic settings.
        "isInteractive": True,
    }
    return {
        "time": _seven_digits(event["createdDateTime"]),
        "resourceId": f"/tenants/{TENANT_ID}/providers/Microsoft.aadiam",
        "operationName": "Sign-in activity",
        "operationVersion": "1.0",
        "category": category(event),
        "tenantId": TENANT_ID,
        "resultType": str(event["status"]["errorCode"]),
        "resultSignature": "None",
        "resultDescription": event["status"]["failureReason"],
        "durationMs": 0,
        "callerIpAddress": event["ipAddress"],
        "correlationId": event["correlationId"],
        "identity": event["userDisplayName"],
        "Level": 4,
        "location": event["location"]["countryOrRegion"],
        "properties": properties,
    }


def log_analytics(events: Sequence[Record]) -> dict[str, list[Record]]:
    """Rows by table name; the tables for user sign-ins come first."""
    tables: dict[str, list[Record]] = {}
    for event in events:
        tables.setdefault(TABLES[category(event)], []).append(_log_analytics_row(event))
    for row in tables.get("AADNonInteractiveUserSignInLogs", []):
        for name in NESTED:
            row[name] = json.dumps(row[name], separators=(",", ":"))
    return tables


def _log_analytics_row(event: Record) -> Record:
    table = TABLES[category(event)]
    return {
        "TenantId": WORKSPACE_ID,
        "SourceSystem": "Azure AD",
        # Ingestion time, some minutes late; CreatedDateTime is the sign-in's.
        "TimeGenerated": _seven_digits(event["createdDateTime"]),
        "ResourceId": f"/tenants/{TENANT_ID}/providers/Microsoft.aadiam",
        "OperationName": "Sign-in activity",
        "OperationVersion": "1.0",
        "Category": category(event),
        "ResultType": str(event["status"]["errorCode"]),
        "ResultSignature": "None",
        "ResultDescription": event["status"]["failureReason"],
        "DurationMs": 0,
        "CorrelationId": event["correlationId"],
        "Identity": event["userDisplayName"],
        "Level": "4",
        "Location": event["location"]["countryOrRegion"],
        "AppDisplayName": event["appDisplayName"],
        "AppId": event["appId"],
        "AuthenticationProtocol": event["authenticationProtocol"],
        "AuthenticationRequirement": event["authenticationRequirement"],
        "AutonomousSystemNumber": str(event["autonomousSystemNumber"]),
        "ClientAppUsed": event["clientAppUsed"],
        "ConditionalAccessPolicies": masked_policies(event),
        "ConditionalAccessStatus": event["conditionalAccessStatus"],
        "CreatedDateTime": _seven_digits(event["createdDateTime"]),
        "DeviceDetail": event["deviceDetail"],
        "IsInteractive": event["isInteractive"],
        "Id": event["id"],
        "IPAddress": event["ipAddress"],
        "LocationDetails": event["location"],
        "OriginalRequestId": event["originalRequestId"],
        "ProcessingTimeInMilliseconds": str(event["processingTimeInMilliseconds"]),
        "RiskDetail": event["riskDetail"],
        "RiskState": event["riskState"],
        "ResourceDisplayName": event["resourceDisplayName"],
        "ResourceIdentity": event["resourceId"],
        "ServicePrincipalId": event.get("servicePrincipalId", ""),
        "Status": event["status"],
        "TokenIssuerType": event["tokenIssuerType"],
        "UserAgent": event["userAgent"],
        "UserDisplayName": event["userDisplayName"],
        "UserId": event["userId"],
        "UserPrincipalName": event["userPrincipalName"],
        "AADTenantId": TENANT_ID,
        "UserType": event["userType"].capitalize(),
        "Type": table,
    }


def defender(event: Record) -> Record:
    """A row of EntraIdSignInEvents; the policies are JSON text, the status a number."""
    device = event["deviceDetail"]
    location = event["location"]
    kind = event["signInEventTypes"][0]
    return {
        "Timestamp": _seven_digits(event["createdDateTime"]),
        "Application": event["appDisplayName"],
        "ApplicationId": event["appId"],
        "LogonType": json.dumps([kind]),
        "ErrorCode": event["status"]["errorCode"],
        "CorrelationId": event["correlationId"],
        "SessionId": "",
        "AccountDisplayName": event["userDisplayName"],
        "AccountObjectId": event["userId"],
        "AccountUpn": event["userPrincipalName"],
        "IsExternalUser": 1 if event["userType"] == "guest" else 0,
        "IsGuestUser": event["userType"] == "guest",
        "AlternateSignInName": event["signInIdentifier"],
        "LastPasswordChangeTimestamp": "",
        "ResourceDisplayName": event["resourceDisplayName"],
        "ResourceId": event["resourceId"],
        "ResourceTenantId": event["resourceTenantId"],
        "DeviceName": device["displayName"],
        "EntraIdDeviceId": device["deviceId"],
        "OSPlatform": device["operatingSystem"],
        "DeviceTrustType": device["trustType"],
        "IsManaged": int(device["isManaged"]),
        "IsCompliant": int(device["isCompliant"]),
        "AuthenticationProcessingDetails": "[]",
        "AuthenticationRequirement": event["authenticationRequirement"],
        "TokenIssuerType": 0,
        "RiskLevelAggregated": 1,
        "RiskDetails": 0,
        "RiskState": 0,
        "UserAgent": event["userAgent"],
        "ClientAppUsed": event["clientAppUsed"],
        "Browser": device["browser"],
        "ConditionalAccessPolicies": json.dumps(masked_policies(event), separators=(",", ":")),
        "ConditionalAccessStatus": CA_STATUS_NUMBERS[event["conditionalAccessStatus"]],
        "IPAddress": event["ipAddress"],
        "Country": location["countryOrRegion"],
        "State": location["state"],
        "City": location["city"],
        "Latitude": "",
        "Longitude": "",
        "NetworkLocationDetails": "[]",
        "RequestId": event["id"],
        "ReportId": event["id"] + "_1",
        "EndpointCall": "OAuth2:Token",
        "IsThroughGlobalSecureAccess": False,
        "UniqueTokenId": "",
    }


def by_tab(events: Sequence[Record]) -> dict[str, list[Record]]:
    """Records by the tab of the admin centre that shows them."""
    tabs: dict[str, list[Record]] = {}
    for event in events:
        tabs.setdefault(TABS[event["signInEventTypes"][0]], []).append(event)
    return tabs
