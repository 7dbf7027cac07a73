"""Small policies, audits and members for tests of the review of policies."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

from analyzer.evidence import EvidenceFile
from analyzer.evidence.audits import read_audits
from analyzer.evidence.policies import read_policies
from analyzer.policies.exposure import CameIn
from analyzer.policies.model import policies_of
from analyzer.policies.versions import courses_of
from analyzer.policies.whatif import Replayed

BLOCK = "11111111-0000-4000-8000-000000000001"
OTHER = "11111111-0000-4000-8000-000000000002"
AMY = "22222222-0000-4000-8000-00000000000a"
BEN = "22222222-0000-4000-8000-00000000000b"
GROUP = "33333333-0000-4000-8000-000000000001"


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def policy(policy_id: str = BLOCK, **changes: Any) -> dict[str, Any]:
    """The legacy block for everybody as Graph has it; ``users`` and others go by their names."""
    made = {
        "id": policy_id,
        "displayName": "Block legacy" if policy_id == BLOCK else "Second",
        "state": "enabled",
        "modifiedDateTime": None,
        "conditions": {
            "clientAppTypes": ["exchangeActiveSync", "other"],
            "applications": {"includeApplications": ["All"]},
            "users": {"includeUsers": ["All"], "excludeUsers": [], "excludeGroups": []},
            "locations": None,
        },
        "grantControls": {"operator": "OR", "builtInControls": ["block"]},
    }
    made = copy.deepcopy(made)
    for name, value in changes.items():
        if name in {"excludeUsers", "excludeGroups", "includeUsers", "includeGroups"}:
            made["conditions"]["users"][name] = value
        elif name in {"clientAppTypes", "locations", "applications"}:
            made["conditions"][name] = value
        elif name == "builtInControls":
            made["grantControls"][name] = value
        else:
            made[name] = value
    return made


def audit(
    when: datetime | str, old: object, new: object, *, operation: str = "Update", **changes: Any
) -> dict[str, Any]:
    """A change of a policy; ``old`` and ``new`` are policies, or text that is put as it is."""
    known = new if isinstance(new, dict) else old if isinstance(old, dict) else {}
    target = {
        "id": known.get("id", BLOCK),
        "displayName": known.get("displayName", "Block legacy"),
        "type": "Policy",
        "modifiedProperties": [
            {
                "displayName": "ConditionalAccessPolicy",
                "oldValue": json.dumps(old) if isinstance(old, dict) else old,
                "newValue": json.dumps(new) if isinstance(new, dict) else new,
            }
        ],
    }
    text = when if isinstance(when, str) else when.isoformat()
    return {
        "id": f"Directory_{text}_{operation}",
        "activityDateTime": text,
        "activityDisplayName": f"{operation} conditional access policy",
        "category": "Policy",
        "result": "success",
        "initiatedBy": {"user": {"userPrincipalName": "admin@contoso.example"}, "app": None},
        "targetResources": [target],
        **changes,
    }


def membership(when: datetime, member: str = AMY, *, added: bool = True) -> dict[str, Any]:
    side = "newValue" if added else "oldValue"
    told = {"displayName": "Group.ObjectID", "oldValue": None, "newValue": None}
    return {
        "id": f"Directory_{when.isoformat()}_{member}",
        "activityDateTime": when.isoformat(),
        "activityDisplayName": "Add member to group" if added else "Remove member from group",
        "result": "success",
        "initiatedBy": {"app": {"displayName": "Sync"}},
        "targetResources": [
            {
                "id": member,
                "type": "User",
                "userPrincipalName": "amy@contoso.example",
                "modifiedProperties": [{**told, side: json.dumps(GROUP)}],
            },
            {"id": GROUP, "type": "Group", "displayName": None, "modifiedProperties": []},
        ],
    }


def file(value: object, name: str = "made.json") -> EvidenceFile:
    content = value if isinstance(value, str) else json.dumps(value)
    return EvidenceFile(name, content.encode())


def audits_of(*records: dict[str, Any]):
    return read_audits([file(list(records))])


def exported(*records: dict[str, Any]):
    return policies_of(read_policies([file(list(records))]).frame)


def courses(records: list[dict[str, Any]], *policies: dict[str, Any]):
    return courses_of(audits_of(*records).policies, exported(*policies) if policies else ())


def came_in(user_id: str = AMY, day: int = 10, **changes: Any) -> CameIn:
    facts = {
        "person_key": user_id,
        "user_id": user_id,
        "user": "amy" if user_id == AMY else "ben",
        "family": "outlook",
        "country": "CA",
        "ip_address": "198.51.100.1",
        "place": "familiar",
        "events": 2,
        "first": at(day),
        "last": at(day, 13),
    }
    return CameIn(**(facts | changes))


def replayed(**changes: Any) -> Replayed:
    facts = {
        "person_key": AMY,
        "user_id": AMY,
        "user": "amy",
        "is_guest": False,
        "kind": "other",
        "fate": "blocked",
        "policies_known": True,
        "result": "failure",
        "others_failed": False,
        "is_strange": False,
        "events": 3,
        "first": at(10),
        "signin_id": "s1",
    }
    return Replayed(**(facts | changes))


def nobody(_kind: str, _id: str) -> str | None:
    return None
