"""Small sign-ins in every shape, and one way to load them."""

from __future__ import annotations

import json
from pathlib import Path

from analyzer.engine.duckdb_engine import DuckDbEngine
from analyzer.settings import Settings

SAMPLES = Path(__file__).parents[2] / "shared" / "samples"


def graph(number=1, **changes):
    """One Graph sign-in; every field that the canonical table knows is there."""
    record = {
        "id": f"id-{number}",
        "createdDateTime": f"2026-03-02T07:00:{number % 60:02d}.1234567Z",
        "userDisplayName": f"User {number}",
        "userPrincipalName": f"User{number}@contoso.example",
        "userId": f"00000000-0000-4000-8000-{number:012d}",
        "userType": "member",
        "appId": "00000002-0000-0ff1-ce00-000000000000",
        "appDisplayName": "Office 365 Exchange Online",
        "resourceId": "00000002-0000-0ff1-ce00-000000000000",
        "resourceDisplayName": "Office 365 Exchange Online",
        "ipAddress": "203.0.113.7",
        "clientAppUsed": "Outlook Anywhere (RPC over HTTP)",
        "userAgent": "MSRPC",
        "authenticationProtocol": "ropc",
        "correlationId": f"c-{number}",
        "conditionalAccessStatus": "failure",
        "isInteractive": True,
        "signInEventTypes": ["interactiveUser"],
        "autonomousSystemNumber": 64500,
        "status": {"errorCode": 53003, "failureReason": "Blocked."},
        "deviceDetail": {"operatingSystem": "Windows 10", "browser": "Rich Client"},
        "location": {"city": "Toronto", "countryOrRegion": "CA"},
        "appliedConditionalAccessPolicies": [
            {
                "id": "P1",
                "displayName": "Block legacy",
                "enforcedGrantControls": ["Block"],
                "result": "failure",
                "conditionsSatisfied": "application,users,clientType",
            }
        ],
    }
    return record | changes


def diagnostic(record, category="SignInLogs"):
    """The same sign-in as diagnostic settings write it."""
    policies = [p | {"conditionsSatisfied": 19} for p in record["appliedConditionalAccessPolicies"]]
    properties = {k: v for k, v in record.items() if k != "signInEventTypes"}
    return {
        "time": "2026-03-02T07:05:00.0000000Z",
        "operationName": "Sign-in activity",
        "category": category,
        "resultType": str(record["status"]["errorCode"]),
        "callerIpAddress": record["ipAddress"],
        "properties": properties | {"appliedConditionalAccessPolicies": policies},
    }


def log_analytics(record, *, as_text=False, table="SigninLogs"):
    """The same sign-in as a row of a Log Analytics table; nested columns perhaps as text."""
    policies = [p | {"conditionsSatisfied": 19} for p in record["appliedConditionalAccessPolicies"]]
    nested = {
        "Status": record["status"],
        "DeviceDetail": record["deviceDetail"],
        "LocationDetails": record["location"],
        "ConditionalAccessPolicies": policies,
    }
    return {
        "TimeGenerated": "2026-03-02T07:09:00Z",
        "Id": record["id"],
        "CreatedDateTime": record["createdDateTime"],
        "ResultType": str(record["status"]["errorCode"]),
        "UserId": record["userId"],
        "UserPrincipalName": record["userPrincipalName"],
        "UserDisplayName": record["userDisplayName"],
        "UserType": "Member",
        "AppId": record["appId"],
        "AppDisplayName": record["appDisplayName"],
        "ResourceIdentity": record["resourceId"],
        "ResourceDisplayName": record["resourceDisplayName"],
        "ClientAppUsed": record["clientAppUsed"],
        "UserAgent": record["userAgent"],
        "AuthenticationProtocol": record["authenticationProtocol"],
        "IPAddress": record["ipAddress"],
        "Location": "CA",
        "AutonomousSystemNumber": str(record["autonomousSystemNumber"]),
        "ConditionalAccessStatus": "1",
        "CorrelationId": record["correlationId"],
        "IsInteractive": True,
        "Type": table,
        **{k: json.dumps(v, indent=1) if as_text else v for k, v in nested.items()},
    }


def lines(records):
    """JSON lines."""
    return "".join(json.dumps(r) + "\n" for r in records)


def write(folder, name, content):
    """Write a file of text or bytes; returns its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def engine(folder):
    """A small engine that spills into a folder."""
    return DuckDbEngine(Settings(memory_mib=256, threads=2, spill_folder=folder / "spill"))


def rows_of(relation, order="signin_id"):
    """A relation's rows as dictionaries."""
    ordered = relation.order(order)
    return [dict(zip(ordered.columns, row, strict=True)) for row in ordered.fetchall()]


def counts(loaded):
    """Events, duplicates and rejected of all inputs."""
    return tuple(
        sum(getattr(i, name) for i in loaded.inputs)
        for name in ("events", "duplicates", "rejected")
    )
