"""Made-up sign-ins of a tenant, as Graph's beta endpoint shows them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.graph.guids import guid
from tests.graph.tenant import (
    EXCLUDED_GROUP_ID,
    LEGACY_POLICY_ID,
    MFA_POLICY_ID,
    TENANT_ID,
    make_directory_audits,
    make_named_locations,
    make_policies,
    organization,
)

__all__ = [
    "EXCLUDED_GROUP_ID",
    "LEGACY_POLICY_ID",
    "MFA_POLICY_ID",
    "TENANT_ID",
    "iter_signins",
    "make_directory_audits",
    "make_named_locations",
    "make_policies",
    "make_signins",
    "organization",
]

_EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0"
)
_OUTLOOK = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17726; Pro)"
_EXCHANGE = ("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online")
_GRAPH = ("00000003-0000-0000-c000-000000000000", "Microsoft Graph")
_MODERN = (
    # client app, user agent, application, resource
    ("Browser", _EDGE, ("4765445b-32c6-49b0-83e6-1d93765276ca", "OfficeHome"), _GRAPH),
    (
        "Mobile Apps and Desktop clients",
        _OUTLOOK,
        ("d3590ed6-52b3-4102-aeff-aad2292ab01c", "Microsoft Office"),
        _EXCHANGE,
    ),
    (
        "Mobile Apps and Desktop clients",
        _EDGE,
        ("1fec8e78-bce4-4aaf-ab1b-5451cc387264", "Microsoft Teams"),
        _GRAPH,
    ),
)
_LEGACY = (
    ("Exchange ActiveSync", "Apple-iPhone14C5/2107.93"),
    ("IMAP4", ""),
    ("Autodiscover", _OUTLOOK),
    ("Other clients", "BAV2ROPC"),
    ("Exchange Web Services", "ExchangeServicesClient/15.00.0913.015"),
    ("MAPI Over HTTP", _OUTLOOK),
    ("Authenticated SMTP", ""),
    ("POP3", ""),
)
_PLACES = (
    ("London", "England", "GB", 51.5, -0.1, 64496),
    ("Munich", "Bayern", "DE", 48.1, 11.6, 64500),
    ("Seattle", "Washington", "US", 47.6, -122.3, 64511),
)
_POLICY_NAMES = (
    (LEGACY_POLICY_ID, "CA001: Block legacy authentication", "Block"),
    (MFA_POLICY_ID, "CA002: Require MFA", "Mfa"),
    ("2f6d1c34-8a1b-4d0e-b1a7-0c5f4e9a7b03", "CA003: Compliant device for finance", "Compliant"),
    ("2f6d1c34-8a1b-4d0e-b1a7-0c5f4e9a7b04", "CA004: Block countries", "Block"),
    ("2f6d1c34-8a1b-4d0e-b1a7-0c5f4e9a7b05", "CA005: Report risky sign-ins", "Mfa"),
    ("2f6d1c34-8a1b-4d0e-b1a7-0c5f4e9a7b06", "CA006: Report unmanaged devices", "Compliant"),
    ("2f6d1c34-8a1b-4d0e-b1a7-0c5f4e9a7b07", "CA007: Session lifetime", ""),
    ("2f6d1c34-8a1b-4d0e-b1a7-0c5f4e9a7b08", "CA008: Terms of use", "TermsOfUse"),
)
_NOTHING = ("notApplied",) * 4 + ("reportOnlyNotApplied",) * 2 + ("notApplied", "notEnabled")
_OUTCOMES = {
    # name: error code, its reason, CA status, results of the eight policies
    "passed": (0, "Other.", "success", ("notApplied", "success", *_NOTHING[2:])),
    "watched": (
        0,
        "Other.",
        "success",
        (
            *("notApplied", "success", "notApplied", "notApplied"),
            *("reportOnlySuccess", "reportOnlyFailure", "notApplied", "notEnabled"),
        ),
    ),
    "free": (0, "Other.", "notApplied", _NOTHING),
    "password": (
        50126,
        "Error validating credentials due to invalid username or password.",
        "notApplied",
        _NOTHING,
    ),
    # A demand that the client goes on to answer is reported as a failure, too.
    "asked": (
        50074,
        "Strong Authentication is required.",
        "failure",
        ("notApplied", "failure", *_NOTHING[2:]),
    ),
    "blocked": (
        53003,
        "Access has been blocked by Conditional Access policies.",
        "failure",
        ("failure", "success", *_NOTHING[2:]),
    ),
    "abroad": (
        53003,
        "Access has been blocked by Conditional Access policies.",
        "failure",
        (*_NOTHING[:3], "failure", *_NOTHING[4:]),
    ),
}
_MODERN_OUTCOMES = (
    ("asked", "passed", "watched", "free", "password", "abroad"),
    (2, 58, 15, 22, 2.5, 0.5),
)
_LEGACY_OUTCOMES = (("blocked", "free", "password"), (60, 35, 5))


@dataclass(frozen=True, slots=True)
class _Person:
    """Someone who signs in, with what stays the same each time."""

    fixed: dict[str, Any]
    legacy: tuple[str, str] | None


def make_signins(
    count: int,
    *,
    people: int,
    start: datetime,
    end: datetime,
    seed: int,
    legacy_share: float = 0.02,
) -> list[dict[str, Any]]:
    """Sign-ins in [start, end), newest first; records share their nested objects: do not mutate."""
    return list(
        iter_signins(
            count, people=people, start=start, end=end, seed=seed, legacy_share=legacy_share
        )
    )


def iter_signins(
    count: int,
    *,
    people: int,
    start: datetime,
    end: datetime,
    seed: int,
    legacy_share: float = 0.02,
) -> Iterator[dict[str, Any]]:
    """The same sign-ins one by one, for counts that would not fit in memory as dicts."""
    rng = random.Random(seed)  # noqa: S311
    legacy_count = min(people, max(1, round(people * legacy_share))) if legacy_share else 0
    everyone = [_person(rng, number, is_legacy=number < legacy_count) for number in range(people)]
    policies = {name: _applied(results) for name, (*_, results) in _OUTCOMES.items()}
    first, span = start.astimezone(UTC), int((end - start).total_seconds())
    for second in sorted((rng.randrange(span) for _ in range(count)), reverse=True):
        person = everyone[rng.randrange(people)]
        at = f"{first + timedelta(seconds=second):%Y-%m-%dT%H:%M:%SZ}"
        if person.legacy and rng.random() < 0.6:
            client, agent = person.legacy
            application = resource = _EXCHANGE
            outcome = rng.choices(*_LEGACY_OUTCOMES)[0]
            is_interactive = rng.random() < 0.7
        else:
            client, agent, application, resource = rng.choices(_MODERN, (3, 4, 3))[0]
            outcome = rng.choices(*_MODERN_OUTCOMES)[0]
            is_interactive = rng.random() < 0.3
        code, reason, ca_status, _ = _OUTCOMES[outcome]
        yield {
            "id": guid(rng),
            "createdDateTime": at,
            **person.fixed,
            "appId": application[0],
            "appDisplayName": application[1],
            "clientAppUsed": client,
            "userAgent": agent,
            "authenticationProtocol": "ropc" if agent == "BAV2ROPC" else "oAuth2",
            "correlationId": guid(rng),
            "conditionalAccessStatus": ca_status,
            "originalRequestId": "",
            "isInteractive": is_interactive,
            "processingTimeInMilliseconds": rng.randrange(40, 900),
            "resourceDisplayName": resource[1],
            "resourceId": resource[0],
            "uniqueTokenIdentifier": f"{rng.getrandbits(128):022x}"[:22],
            "signInEventTypes": ["interactiveUser" if is_interactive else "nonInteractiveUser"],
            "status": {"errorCode": code, "failureReason": reason, "additionalDetails": None},
            "appliedConditionalAccessPolicies": policies[outcome],
        }


def _person(rng: random.Random, number: int, *, is_legacy: bool) -> _Person:
    """A person with one address, place and device."""
    city, state, country, latitude, longitude, network = _PLACES[number % len(_PLACES)]
    prefix = ("192.0.2", "198.51.100", "203.0.113")[number % 3]
    address = f"{prefix}.{number % 254 + 1}" if number % 10 else f"2001:db8:{number:x}::1"
    fixed = {
        "userDisplayName": f"Person {number:05d}",
        "userPrincipalName": f"person{number:05d}@contoso.example",
        "userId": guid(rng),
        "userType": "member",
        "ipAddress": address,
        "autonomousSystemNumber": network,
        "homeTenantId": TENANT_ID,
        "resourceTenantId": TENANT_ID,
        "tokenIssuerType": "AzureAD",
        "crossTenantAccessType": "none",
        "incomingTokenType": "none",
        "authenticationRequirement": "multiFactorAuthentication",
        "riskDetail": "none",
        "riskLevelAggregated": "none",
        "riskLevelDuringSignIn": "none",
        "riskState": "none",
        "riskEventTypes_v2": [],
        "authenticationDetails": [],
        "networkLocationDetails": [],
        "deviceDetail": {
            "deviceId": "" if is_legacy else guid(rng),
            "displayName": "" if is_legacy else f"PC-{number:05d}",
            "operatingSystem": "" if is_legacy else "Windows10",
            "browser": "" if is_legacy else "Edge 126.0.0",
            "isCompliant": not is_legacy,
            "isManaged": not is_legacy,
            "trustType": "" if is_legacy else "Azure AD joined",
        },
        "location": {
            "city": city,
            "state": state,
            "countryOrRegion": country,
            "geoCoordinates": {"altitude": None, "latitude": latitude, "longitude": longitude},
        },
    }
    return _Person(fixed, _LEGACY[number % len(_LEGACY)] if is_legacy else None)


def _applied(results: tuple[str, ...]) -> list[dict[str, Any]]:
    """The policies of a sign-in with their results."""
    return [
        {
            "id": policy_id,
            "displayName": name,
            "enforcedGrantControls": [control] if control else [],
            "enforcedSessionControls": [] if control else ["SignInFrequency"],
            "result": result,
            "conditionsSatisfied": "application,users" if "success" in result else "none",
            "conditionsNotSatisfied": "none" if "success" in result else "clientType",
            "authenticationStrength": None,
            "includeRulesSatisfied": [],
            "excludeRulesSatisfied": [],
        }
        for (policy_id, name, control), result in zip(_POLICY_NAMES, results, strict=True)
    ]
