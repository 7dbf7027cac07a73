"""Events as Graph beta writes them, with what nothing reads left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.scenarios.truth import iso
from benchmarks.tenant.world import REASONS, TENANT_ID

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.scenarios.event import Event
    from benchmarks.scenarios.policies import Outcome, TenantPolicy
    from benchmarks.scenarios.world import World
    from benchmarks.tenant.world import Place

Record = dict[str, Any]

MORE_REASONS = {
    50079: "The user is required to use multi-factor authentication.",
    50105: "The signed in user is not assigned to a role for the application.",
    50125: "Sign-in was interrupted due to a password reset or password registration entry.",
    53004: "User needs to complete the multi-factor authentication registration process.",
    65001: "The user or administrator has not consented to use the application.",
    500011: "The resource principal was not found in the tenant.",
    700016: "The application was not found in the directory.",
}
SECURITY_DEFAULTS = [
    {
        "id": "SecurityDefaults",
        "displayName": "Security Defaults",
        "enforcedGrantControls": [],
        "enforcedSessionControls": [],
        "result": "failure",
    }
]


class Recorder:
    """Writes events as records; parts that repeat are shared between records."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._policies: dict[tuple[object, ...], list[Record]] = {}
        self._locations: dict[tuple[str, str, str], Record] = {}

    def record(self, event: Event) -> Record:
        """One object of ``GET /beta/auditLogs/signIns``."""
        world, client, code = self._world, event.client, event.outcome.code
        person = world.people[event.person]
        is_own = event.name == person.upn_at(event.at)
        return {
            "id": event.id,
            "createdDateTime": iso(event.at),
            "userDisplayName": person.display_name if is_own else event.name,
            "userPrincipalName": event.name,
            "userId": person.user_id if is_own else "00000000-0000-0000-0000-000000000000",
            "appId": client.app[0],
            "appDisplayName": client.app[1],
            "ipAddress": event.place.ip,
            "clientAppUsed": client.client_app,
            "userAgent": client.user_agent,
            "correlationId": event.correlation,
            "conditionalAccessStatus": event.outcome.ca_status,
            "isInteractive": client.is_interactive,
            "signInEventTypes": [
                "interactiveUser" if client.is_interactive else "nonInteractiveUser"
            ],
            "resourceDisplayName": client.resource[1],
            "resourceId": client.resource[0],
            "resourceTenantId": TENANT_ID,
            "authenticationRequirement": "singleFactorAuthentication",
            "authenticationProtocol": client.protocol,
            "userType": "guest" if person.kind == "guest" else "member",
            "autonomousSystemNumber": event.place.network,
            "status": {"errorCode": code, "failureReason": _reason(code)},
            "deviceDetail": {
                "deviceId": "",
                "operatingSystem": client.operating_system,
                "browser": client.browser,
            },
            "location": self._location(event.place),
            "appliedConditionalAccessPolicies": self._applied(event),
        }

    def _location(self, place: Place) -> Record:
        key = (place.country, place.state, place.city)
        if key not in self._locations:
            self._locations[key] = {
                "city": place.city, "state": place.state, "countryOrRegion": place.country
            }  # fmt: skip
        return self._locations[key]

    def _applied(self, event: Event) -> list[Record]:
        world, outcome = self._world, event.outcome
        if not world.features.shows_policies:
            return []
        if world.features.guard == "security-defaults":
            return SECURITY_DEFAULTS if outcome.ca_status == "failure" else []
        state = world.guard.state_at(event.at)
        key = (state, outcome.results)
        if key not in self._policies:
            policies = world.guard.policies.values()
            self._policies[key] = [_policy(policy, outcome, state) for policy in policies]
        return self._policies[key]


def halves(record: Record) -> tuple[Record, Record]:
    """The record and its re-publication, each with a part of the policies."""
    key = "appliedConditionalAccessPolicies"
    middle = len(record[key]) // 2
    return {**record, key: record[key][:middle]}, {**record, key: record[key][middle:]}


def records(world: World, events: Iterable[Event]) -> list[Record]:
    """Every event as a record."""
    recorder = Recorder(world)
    return [recorder.record(event) for event in events]


def _reason(code: int) -> str:
    return REASONS.get(code) or MORE_REASONS[code]


def _policy(policy: TenantPolicy, outcome: Outcome, state: str) -> Record:
    result, satisfied, unsatisfied = policy.untouched
    if policy.key in {"legacy", "activesync"} and state == "disabled":
        result, satisfied, unsatisfied = "notEnabled", "none", "none"
    if policy.key in {"legacy", "activesync"} and state == "enabledForReportingButNotEnforced":
        result = "reportOnlyNotApplied"
    told = dict(outcome.results).get(policy.key)
    if told:
        result, satisfied, unsatisfied = told, policy.touched_by, "none"
    return {
        "id": policy.id,
        "displayName": policy.name,
        "enforcedGrantControls": list(policy.controls),
        "result": result,
        "conditionsSatisfied": satisfied,
        "conditionsNotSatisfied": unsatisfied,
    }
