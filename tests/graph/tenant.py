"""What a made-up tenant has besides sign-ins: policies, places, audits, licences."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.graph.guids import guid

TENANT_ID = "7d0c4a1e-52b6-4f7a-9c55-6a1f0b8e2d01"
LEGACY_POLICY_ID = "2f6d1c34-8a1b-4d0e-b1a7-0c5f4e9a7b01"
MFA_POLICY_ID = "2f6d1c34-8a1b-4d0e-b1a7-0c5f4e9a7b02"
EXCLUDED_GROUP_ID = "9b1c7e52-3f4d-4c8a-a6de-1f0e2d3c4b01"
OFFICE_LOCATION_ID = "5c3e9a17-6d2b-4f81-8e0a-7b9c1d2e3f01"
_LEGACY_NAME = "CA001: Block legacy authentication"
_AAD_PREMIUM = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
_EXCHANGE = "efb87545-963c-4e0d-99df-69c6916d9eb0"


def make_policies() -> list[dict[str, Any]]:
    """Two policies: the legacy block, with a group excluded, and MFA for everyone."""
    legacy = _policy(LEGACY_POLICY_ID, _LEGACY_NAME, ["exchangeActiveSync", "other"], "block")
    legacy["conditions"]["users"]["excludeGroups"] = [EXCLUDED_GROUP_ID]
    legacy["templateId"] = "0b2282f9-2862-4178-88b5-d79340b36cb8"
    mfa = _policy(MFA_POLICY_ID, "CA002: Require MFA", ["all"], "mfa")
    mfa["conditions"]["locations"] = {
        "includeLocations": ["All"],
        "excludeLocations": [OFFICE_LOCATION_ID],
    }
    return [legacy, mfa]


def make_named_locations() -> list[dict[str, Any]]:
    """A trusted range of addresses and a list of countries."""
    times = {"createdDateTime": "2022-03-01T08:00:00Z", "modifiedDateTime": "2023-05-02T08:00:00Z"}
    return [
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": OFFICE_LOCATION_ID,
            "displayName": "Head office",
            **times,
            "isTrusted": True,
            "ipRanges": [
                {"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.0/24"},
                {"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": "2001:db8:1::/48"},
            ],
        },
        {
            "@odata.type": "#microsoft.graph.countryNamedLocation",
            "id": "5c3e9a17-6d2b-4f81-8e0a-7b9c1d2e3f02",
            "displayName": "Where we work",
            **times,
            "countriesAndRegions": ["GB", "DE", "US"],
            "includeUnknownCountriesAndRegions": False,
            "countryLookupMethod": "clientIpAddress",
        },
    ]


def make_directory_audits(
    *,
    start: datetime,
    end: datetime,
    seed: int = 1,
    policy_changes: int = 2,
    membership_changes: int = 6,
    group_id: str = EXCLUDED_GROUP_ID,
    others: int = 4,
) -> list[dict[str, Any]]:
    """Policy updates, members added to and removed from a group, and unrelated activities."""
    rng = random.Random(seed)  # noqa: S311
    old, new = make_policies()[0], make_policies()[0]
    old["state"] = "enabledForReportingButNotEnforced"
    audits = []
    for turn in range(policy_changes):
        before, after = (old, new) if turn % 2 == 0 else (new, old)
        change = _modified("ConditionalAccessPolicy", before, after)
        target = _target(LEGACY_POLICY_ID, _LEGACY_NAME, "Policy", [change])
        name = "Update Conditional Access policy"
        audits.append(_audit(rng, start, end, "Policy", name, "Update", [target]))
    for turn in range(membership_changes):
        is_added = turn % 3 < 2
        name = "Add member to group" if is_added else "Remove member from group"
        person = _target(guid(rng), None, "User", _membership(group_id, is_added=is_added))
        person["userPrincipalName"] = f"person{turn:05d}@contoso.example"
        targets = [person, _target(group_id, None, "Group", [])]
        kind = "Assign" if is_added else "Unassign"
        audits.append(_audit(rng, start, end, "GroupManagement", name, kind, targets))
    for _ in range(others):
        targets = [_target(guid(rng), None, "User", [])]
        audits.append(_audit(rng, start, end, "UserManagement", "Update user", "Update", targets))
    return sorted(audits, key=lambda audit: audit["activityDateTime"], reverse=True)


def organization(*, is_premium: bool) -> dict[str, Any]:
    """The tenant, with the service plan of AAD_PREMIUM if it has that licence."""
    plans = [("exchange", _EXCHANGE)] + [("AADPremiumService", _AAD_PREMIUM)] * is_premium
    return {
        "id": TENANT_ID,
        "displayName": "Contoso",
        "tenantType": "AAD",
        "verifiedDomains": [
            {"name": "contoso.example", "isDefault": True, "isInitial": False, "type": "Managed"}
        ],
        "assignedPlans": [
            {
                "assignedDateTime": "2023-01-10T09:00:00Z",
                "capabilityStatus": "Enabled",
                "service": service,
                "servicePlanId": plan,
            }
            for service, plan in plans
        ],
    }


def _policy(policy_id: str, name: str, client_types: list[str], control: str) -> dict[str, Any]:
    """A policy as GET /identity/conditionalAccess/policies shows it."""
    return {
        "id": policy_id,
        "templateId": None,
        "displayName": name,
        "createdDateTime": "2022-03-01T08:00:00.1234567Z",
        "modifiedDateTime": "2023-05-02T08:00:00.7654321Z",
        "state": "enabled",
        "sessionControls": None,
        "conditions": {
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "clientAppTypes": client_types,
            "platforms": None,
            "locations": None,
            "devices": None,
            "clientApplications": None,
            "applications": {
                "includeApplications": ["All"],
                "excludeApplications": [],
                "includeUserActions": [],
            },
            "users": {
                "includeUsers": ["All"],
                "excludeUsers": [],
                "includeGroups": [],
                "excludeGroups": [],
                "includeRoles": [],
                "excludeRoles": [],
            },
        },
        "grantControls": {
            "operator": "OR",
            "builtInControls": [control],
            "customAuthenticationFactors": [],
            "termsOfUse": [],
        },
    }


def _audit(
    rng: random.Random,
    start: datetime,
    end: datetime,
    category: str,
    name: str,
    kind: str,
    targets: list[dict[str, Any]],
) -> dict[str, Any]:
    """One directory audit at a random moment."""
    at = start.astimezone(UTC) + timedelta(seconds=rng.random() * (end - start).total_seconds())
    service = "Conditional Access" if category == "Policy" else "Core Directory"
    correlation_id = guid(rng)
    return {
        "id": f"Directory_{correlation_id}_{rng.randrange(10**8)}",
        "category": category,
        "correlationId": correlation_id,
        "result": "success",
        "resultReason": None,
        "activityDisplayName": name,
        "activityDateTime": f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z",
        "loggedByService": service,
        "operationType": kind,
        "userAgent": None,
        "initiatedBy": {
            "app": None,
            "user": {
                "id": "4a3b2c1d-0e9f-4a8b-9c7d-6e5f4a3b2c01",
                "displayName": None,
                "userPrincipalName": "admin@contoso.example",
                "ipAddress": "192.0.2.10",
            },
        },
        "targetResources": targets,
        "additionalDetails": [],
    }


def _target(
    target_id: str, name: str | None, kind: str, modified: list[dict[str, Any]]
) -> dict[str, Any]:
    """What an activity changed."""
    return {
        "id": target_id,
        "displayName": name,
        "type": kind,
        "userPrincipalName": None,
        "groupType": "azureAD" if kind == "Group" else None,
        "modifiedProperties": modified,
    }


def _membership(group_id: str, *, is_added: bool) -> list[dict[str, Any]]:
    """The properties Graph gives of a membership change: JSON strings, old or new."""
    values = {"Group.ObjectID": group_id, "Group.DisplayName": "Legacy exceptions"}
    return [
        _modified(name, None if is_added else value, value if is_added else None)
        for name, value in values.items()
    ]


def _modified(name: str, old: object, new: object) -> dict[str, Any]:
    """A modified property; values are JSON in strings."""
    texts = [None if value is None else json.dumps(value) for value in (old, new)]
    return {"displayName": name, "oldValue": texts[0], "newValue": texts[1]}
