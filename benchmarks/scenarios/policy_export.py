"""The Conditional Access policies as Graph returns them, after the window."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.scenarios.places import FORBIDDEN_TRAVEL
from benchmarks.scenarios.truth import iso
from benchmarks.scenarios.window import DAY

if TYPE_CHECKING:
    from benchmarks.scenarios.policies import TenantPolicy
    from benchmarks.scenarios.world import World

CONTROLS = {"Block": "block", "Mfa": "mfa", "RequireCompliantDevice": "compliantDevice"}
URL = "https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess/policies"


def policies(world: World) -> dict[str, Any]:
    """``GET /identity/conditionalAccess/policies``."""
    return {
        "@odata.context": URL,
        "value": [_policy(world, policy) for policy in world.guard.policies.values()],
    }


def _policy(world: World, policy: TenantPolicy) -> dict[str, Any]:
    excluded = [
        world.people[number].user_id
        for number, spans in sorted(world.guard.exclusions.items())
        if any(begins <= world.window.end < ends for begins, ends in spans)
    ]
    asks_legacy = policy.key in {"legacy", "activesync"} or (
        policy.key == world.features.indirect_by
    )
    is_for_all = asks_legacy or policy.key in {"country", "pilot", "old"}
    return {
        "id": policy.id,
        "displayName": policy.name,
        "state": policy.state,
        "createdDateTime": iso(world.window.start - 100 * DAY),
        "modifiedDateTime": iso(
            world.guard.changed_at() if policy.key == "legacy" else world.window.start - 20 * DAY
        ),
        "conditions": {
            "clientAppTypes": _client_types(world, policy),
            "applications": {"includeApplications": ["All"], "excludeApplications": []},
            "users": {
                "includeUsers": ["All"] if is_for_all else [],
                "includeGroups": [] if is_for_all else [f"{policy.id[:-4]}a11c"],
                "excludeUsers": excluded if asks_legacy else [],
            },
            "locations": {"includeLocations": [place for place, _, _ in FORBIDDEN_TRAVEL]}
            if policy.key == "country"
            else None,
        },
        "grantControls": {
            "operator": "OR",
            "builtInControls": [CONTROLS[control] for control in policy.controls],
        },
        "sessionControls": None,
    }


def _client_types(world: World, policy: TenantPolicy) -> list[str]:
    if policy.key == "activesync":
        return ["exchangeActiveSync"]
    if policy.key == "legacy" and "activesync" in world.guard.policies:
        return ["other"]
    if policy.key in {"legacy", "pilot"}:
        return ["exchangeActiveSync", "other"]
    if policy.key in {"mfa", "device"} and policy.key != world.features.indirect_by:
        return ["browser", "mobileAppsAndDesktopClients"]
    return ["all"]
