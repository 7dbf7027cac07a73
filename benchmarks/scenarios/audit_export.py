"""Directory audits of the tenant's policies, as Graph returns them; nothing here is drawn.

What is told is what the guard did: exclusions opened and closed, the block switched off and on.
"""

from __future__ import annotations

import copy
import json
import uuid
from typing import TYPE_CHECKING, Any

from benchmarks.scenarios.policy_export import policies
from benchmarks.scenarios.truth import iso
from benchmarks.scenarios.window import DAY

if TYPE_CHECKING:
    from benchmarks.scenarios.world import World

Span = tuple[str, str, str, int | None, int | None]
"""Policy id, ``state`` or ``user``, state or object id, since and until; None: outside."""


def guarding(world: World) -> list[str]:
    """Keys of the policies that exclusions are from."""
    keys = ("legacy", "activesync", world.features.indirect_by)
    return [key for key in dict.fromkeys(keys) if key in world.guard.policies]


def weak_spans(world: World) -> list[Span]:
    """Truth: every span in which somebody was excluded, or the block was not enforced."""
    spans: list[Span] = []
    window = world.window
    for key in guarding(world):
        policy = world.guard.policies[key]
        for person, held in world.guard.exclusions.items():
            for begins, ends in held:
                since = begins if begins >= window.start else None
                until = ends if ends < window.end else None
                if begins < window.end and ends > window.start:
                    user = world.people[person].user_id
                    spans.append((policy.id, "user", user, since, until))
    states = _states(world)
    for number, (begins, state) in enumerate(states, 1):
        if state != "enabled":
            since = begins if begins > window.start else None
            ends = states[number][0] if number < len(states) else None
            spans.append((world.guard.policies["legacy"].id, "state", state, since, ends))
    return sorted(spans, key=str)


def audits(world: World) -> dict[str, Any]:
    """``GET /auditLogs/directoryAudits``: changes inside the window, newest first."""
    exported = {policy["id"]: policy for policy in policies(world)["value"]}
    events = []
    for key in guarding(world):
        policy = world.guard.policies[key]
        current = _at(world, key, exported[policy.id], world.window.start)
        for at in _instants(world, key):
            changed = _at(world, key, exported[policy.id], at)
            if changed != current:
                events.append(_event(at, policy.id, policy.name, current, changed))
                current = changed
    events.sort(key=lambda event: (event["activityDateTime"], event["id"]), reverse=True)
    return {"value": events}


def _states(world: World) -> list[tuple[int, str]]:
    """When the legacy block took which state, the first at the window's start."""
    if "legacy" not in world.guard.policies:
        return []
    window = world.window
    first = (window.start, world.guard.state_at(window.start))
    states = [first]
    for at in sorted(_switches(world)):
        if world.guard.state_at(at) != states[-1][1]:
            states.append((at, world.guard.state_at(at)))
    return states


def _switches(world: World) -> set[int]:
    """The first seconds at which the guard's own rule gives another state."""
    window, features = world.window, world.features
    found = set()
    off_until = features.off_from + features.off_days * DAY / (window.end - window.start)
    for share in (features.enforced_after, features.off_from, off_until):
        at = window.start + round(share * (window.end - window.start))
        near = [at + offset for offset in (-1, 0, 1) if window.start < at + offset < window.end]
        found |= {
            each for each in near if world.guard.state_at(each - 1) != world.guard.state_at(each)
        }
    return found


def _instants(world: World, key: str) -> list[int]:
    window = world.window
    times = {at for spans in world.guard.exclusions.values() for span in spans for at in span}
    times |= _switches(world) if key == "legacy" else set()
    return sorted(at for at in times if window.start <= at < window.end)


def _at(world: World, key: str, exported: dict[str, Any], at: int) -> dict[str, Any]:
    """The policy as it was from an instant on."""
    policy = copy.deepcopy(exported)
    policy["conditions"]["users"]["excludeUsers"] = [
        world.people[number].user_id
        for number, spans in sorted(world.guard.exclusions.items())
        if any(begins <= at < ends for begins, ends in spans)
    ]
    if key == "legacy":
        policy["state"] = world.guard.state_at(at)
    return policy


def _event(
    at: int, policy_id: str, name: str, old: dict[str, Any], new: dict[str, Any]
) -> dict[str, Any]:
    changed = {
        "displayName": "ConditionalAccessPolicy",
        "oldValue": json.dumps(old),
        "newValue": json.dumps(new),
    }
    user = {"id": str(uuid.UUID(int=1)), "userPrincipalName": "admin@contoso.example"}
    return {
        "id": f"Directory_{uuid.uuid5(uuid.UUID(policy_id), str(at))}",
        "category": "Policy",
        "result": "success",
        "activityDisplayName": "Update conditional access policy",
        "activityDateTime": iso(at),
        "loggedByService": "Conditional Access",
        "operationType": "Update",
        "initiatedBy": {"user": user, "app": None},
        "targetResources": [
            {
                "id": policy_id,
                "displayName": name,
                "type": "Policy",
                "modifiedProperties": [changed],
            }
        ],
    }
