"""What the directory audits say of the tenant's policies: stopgaps opened, closed and forgotten.

The sign-ins came first: a person is excluded only where nobody was refused, so that both agree.
"""

from __future__ import annotations

import copy
import json
import uuid
from typing import TYPE_CHECKING, Any

from benchmarks.tenant.people import DOMAIN, NAMESPACE, PEOPLE, Person

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]

STOPGAP_ID = str(uuid.uuid5(NAMESPACE, "group:stopgap"))
STOPGAP_NAME = "Legacy authentication stopgap"
ADMIN = "adm.exchange"
URL = "https://graph.microsoft.com/v1.0/$metadata#auditLogs/directoryAudits"

# When (UTC), what of CA001 changed. Owen's was closed in time, Priya's was forgotten; the policy
# was off for three quarters of an hour on a Saturday evening.
_CHANGES: tuple[tuple[str, str, str], ...] = (
    ("2021-03-08T21:30:00Z", "exclude", "owen"),
    ("2021-03-09T21:05:00Z", "exclude", "priya"),
    ("2021-03-12T19:40:00Z", "include", "owen"),
    ("2021-03-14T02:00:00Z", "state", "disabled"),
    ("2021-03-14T02:45:00Z", "state", "enabled"),
    ("2021-03-16T21:20:00Z", "exclude-group", STOPGAP_ID),
)
_MEMBERS: tuple[tuple[str, str, bool], ...] = (
    ("2021-03-16T21:22:00Z", "jurgen", True),
    ("2021-03-18T21:10:00Z", "derek", True),
    ("2021-03-22T09:15:00Z", "jurgen", False),
)


def directory_audits(policy_json: Callable[[str], Record]) -> Record:
    """``GET /auditLogs/directoryAudits``, newest first; one page, one event in it twice."""
    events = [*_policy_events(policy_json), *_member_events(), *_beside(policy_json)]
    events.sort(key=lambda event: event["activityDateTime"], reverse=True)
    return {"@odata.context": URL, "value": [events[0], *events]}


def group_members() -> list[dict[str, str]]:
    """Today's members of the groups that policies exclude."""
    return [
        {
            "GroupId": STOPGAP_ID,
            "MemberId": PEOPLE[key].user_id,
            "MemberUserPrincipalName": PEOPLE[key].upn,
            "GroupName": STOPGAP_NAME,
        }
        for key in ("derek",)
    ]


def _policy_events(policy_json: Callable[[str], Record]) -> list[Record]:
    events = []
    policy = policy_json("legacy")
    for at, what, value in _CHANGES:
        before = copy.deepcopy(policy)
        users = policy["conditions"]["users"]
        if what == "exclude":
            users["excludeUsers"].append(PEOPLE[value].user_id)
        elif what == "include":
            users["excludeUsers"].remove(PEOPLE[value].user_id)
        elif what == "exclude-group":
            users["excludeGroups"] = [value]
        else:
            policy["state"] = value
        policy["modifiedDateTime"] = at
        old, new = json.dumps(before), json.dumps(policy)
        # The second half of the month writes the name in another case, and its values twice over.
        is_late = at > "2021-03-13"
        name = "Update Conditional Access policy" if is_late else "Update conditional access policy"
        values = (json.dumps(old), json.dumps(new)) if is_late else (old, new)
        events.append(_policy_event(at, name, policy, values, _user(PEOPLE["admin"])))
    return events


def _beside(policy_json: Callable[[str], Record]) -> list[Record]:
    """Changes that are not about the legacy block: one by an app, one whose values were cut."""
    devices, country = policy_json("devices"), policy_json("country")
    app = {"app": {"displayName": "Policy as code", "servicePrincipalId": str(uuid.uuid5(
        NAMESPACE, "app:policy-as-code"))}, "user": None}  # fmt: skip
    session = {**devices, "sessionControls": {"signInFrequency": {"value": 12, "type": "hours"}}}
    whole = json.dumps(country)
    return [
        _policy_event(
            "2021-03-10T08:00:11.4821370Z", "Update conditional access policy", devices,
            (json.dumps(devices), json.dumps(session)), app,
        ),
        _policy_event(
            "2021-03-24T13:37:02Z", "Update conditional access policy", country,
            (whole[:400], whole[:400]), _user(PEOPLE["admin"]),
        ),
    ]  # fmt: skip


def _member_events() -> list[Record]:
    events = []
    for at, key, is_added in _MEMBERS:
        told = {"Group.ObjectID": STOPGAP_ID, "Group.DisplayName": STOPGAP_NAME}
        properties = [
            {
                "displayName": name,
                "oldValue": None if is_added else json.dumps(value),
                "newValue": json.dumps(value) if is_added else None,
            }
            for name, value in told.items()
        ]
        person = PEOPLE[key]
        targets = [
            {
                "id": person.user_id, "displayName": None, "type": "User",
                "userPrincipalName": person.upn, "groupType": None,
                "modifiedProperties": properties,
            },
            {
                "id": STOPGAP_ID, "displayName": None, "type": "Group", "userPrincipalName": None,
                "groupType": "azureAD", "modifiedProperties": [],
            },
        ]  # fmt: skip
        name = "Add member to group" if is_added else "Remove member from group"
        kind = "Assign" if is_added else "Unassign"
        events.append(
            _event(at, name, "GroupManagement", kind, "Core Directory", targets,
                   _user(PEOPLE["admin"]))
        )  # fmt: skip
    return events


def _policy_event(
    at: str, name: str, policy: Record, values: tuple[str, str], by: Record
) -> Record:
    changed = {
        "displayName": "ConditionalAccessPolicy", "oldValue": values[0], "newValue": values[1]
    }  # fmt: skip
    target = {
        "id": policy["id"], "displayName": policy["displayName"], "type": "Policy",
        "userPrincipalName": None, "groupType": None, "modifiedProperties": [changed],
    }  # fmt: skip
    return _event(at, name, "Policy", "Update", "Conditional Access", [target], by)


def _user(person: Person) -> Record:
    return {
        "app": None,
        "user": {
            "id": person.user_id, "displayName": None, "ipAddress": "203.0.113.14",
            "userPrincipalName": f"{ADMIN}@{DOMAIN}",
        },
    }  # fmt: skip


def _event(
    at: str, name: str, category: str, kind: str, service: str, targets: list[Record], by: Record
) -> Record:
    number = uuid.uuid5(NAMESPACE, f"audit:{at}:{name}:{targets[0]['id']}")
    return {
        "id": f"Directory_{number}",
        "category": category,
        "correlationId": str(uuid.uuid5(NAMESPACE, f"correlation:{number}")),
        "result": "success",
        "resultReason": "",
        "activityDisplayName": name,
        "activityDateTime": at,
        "loggedByService": service,
        "operationType": kind,
        "initiatedBy": by,
        "targetResources": targets,
        "additionalDetails": [],
    }
