"""One sign-in as Microsoft Graph beta returns it."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.tenant.world import OUTCOMES, POLICIES, REASONS, TENANT_ID, Client, Outcome, Place

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """Who signs in, as the sign-in log names them."""

    user_id: str
    user_principal_name: str
    display_name: str
    user_type: str = "member"


class Ids:
    """Identifiers that look random and are the same in every run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def next(self) -> str:
        """The next identifier."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def graph_time(instant: datetime) -> str:
    """ISO 8601 in UTC with a Z, as Graph writes it."""
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def applied_policies(outcome: Outcome, *, hidden: Sequence[str] = ()) -> list[Record]:
    """Every policy of the tenant with its result for one sign-in, those ``hidden`` left out."""
    told = dict(outcome.results)
    policies = []
    for key, policy in POLICIES.items():
        if key in hidden:
            continue
        result, satisfied, unsatisfied = policy.untouched
        if key in told:
            reason = "location" if key == "country" else "clientType"
            result, satisfied, unsatisfied = told[key], f"application,users,{reason}", "none"
        policies.append(
            {
                "id": policy.id,
                "displayName": policy.name,
                "enforcedGrantControls": list(policy.grant_controls),
                "enforcedSessionControls": [],
                "result": result,
                "conditionsSatisfied": satisfied,
                "conditionsNotSatisfied": unsatisfied,
            }
        )
    return policies


def signin(
    ids: Ids, account: Account, at: datetime, client: Client, place: Place, outcome: str
) -> Record:
    """A sign-in as one object of ``GET /beta/auditLogs/signIns``.

    Args:
        ids: Where identifiers come from.
        account: Who.
        at: When, aware.
        client: With which program.
        place: From where.
        outcome: Key of ``world.OUTCOMES``.
    """
    end = OUTCOMES[outcome]
    signin_id = ids.next()
    return {
        "id": signin_id,
        "createdDateTime": graph_time(at),
        "userDisplayName": account.display_name,
        "userPrincipalName": account.user_principal_name,
        "userId": account.user_id,
        "appId": client.app[0],
        "appDisplayName": client.app[1],
        "ipAddress": place.ip,
        "clientAppUsed": client.client_app,
        "userAgent": client.user_agent,
        "correlationId": ids.next(),
        "conditionalAccessStatus": end.ca_status,
        "originalRequestId": signin_id,
        "isInteractive": client.is_interactive,
        "tokenIssuerName": "",
        "tokenIssuerType": "AzureAD",
        "processingTimeInMilliseconds": 90 + at.second * 3,
        "riskDetail": "none",
        "riskLevelAggregated": "none",
        "riskLevelDuringSignIn": "none",
        "riskState": "none",
        "riskEventTypes_v2": [],
        "resourceDisplayName": client.resource[1],
        "resourceId": client.resource[0],
        "resourceTenantId": TENANT_ID,
        "homeTenantId": TENANT_ID,
        "authenticationRequirement": "singleFactorAuthentication",
        "authenticationProtocol": client.protocol,
        "incomingTokenType": "none",
        "signInIdentifier": account.user_principal_name,
        "signInEventTypes": ["interactiveUser" if client.is_interactive else "nonInteractiveUser"],
        "userType": account.user_type,
        "flaggedForReview": False,
        "autonomousSystemNumber": place.network,
        "crossTenantAccessType": "none",
        "status": _status(end.code),
        "deviceDetail": {
            "deviceId": "",
            "displayName": "",
            "operatingSystem": client.operating_system,
            "browser": client.browser,
            "isCompliant": False,
            "isManaged": False,
            "trustType": "",
        },
        "location": _location(place),
        "appliedConditionalAccessPolicies": applied_policies(end),
        "authenticationDetails": [_first_factor(at, end.code)],
        "authenticationProcessingDetails": [],
        "networkLocationDetails": [],
    }


def _status(code: int) -> Record:
    return {"errorCode": code, "failureReason": REASONS[code], "additionalDetails": None}


def _location(place: Place) -> Record:
    return {
        "city": place.city,
        "state": place.state,
        "countryOrRegion": place.country,
        "geoCoordinates": {"altitude": None, "latitude": None, "longitude": None},
    }


def _first_factor(at: datetime, code: int) -> Record:
    right = code not in {50126, 50053, 50055, 50034, 50057}
    return {
        "authenticationStepDateTime": graph_time(at),
        "authenticationMethod": "Password",
        "authenticationMethodDetail": "Password Hash Sync",
        "succeeded": right,
        "authenticationStepResultDetail": "Correct password" if right else REASONS[code],
        "authenticationStepRequirement": "Primary authentication",
    }
