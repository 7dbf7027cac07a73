"""DuckDB's typed scan of Graph sign-ins to Parquet, and nothing else: the floor to compare with.

Run as ``python -m benchmarks.bare_scan INPUT.ndjson OUTPUT.parquet``.
"""

from __future__ import annotations

import sys

import duckdb

POLICY = (
    "STRUCT(id VARCHAR, displayName VARCHAR, enforcedGrantControls VARCHAR[], "
    "result VARCHAR, conditionsSatisfied VARCHAR)"
)
COLUMNS = {
    "id": "VARCHAR",
    "createdDateTime": "TIMESTAMP",
    "userId": "VARCHAR",
    "userPrincipalName": "VARCHAR",
    "userDisplayName": "VARCHAR",
    "userType": "VARCHAR",
    "appId": "VARCHAR",
    "appDisplayName": "VARCHAR",
    "resourceId": "VARCHAR",
    "resourceDisplayName": "VARCHAR",
    "clientAppUsed": "VARCHAR",
    "userAgent": "VARCHAR",
    "authenticationProtocol": "VARCHAR",
    "ipAddress": "VARCHAR",
    "location": "STRUCT(city VARCHAR, countryOrRegion VARCHAR)",
    "autonomousSystemNumber": "BIGINT",
    "deviceDetail": "STRUCT(operatingSystem VARCHAR, browser VARCHAR)",
    "status": "STRUCT(errorCode BIGINT, failureReason VARCHAR)",
    "conditionalAccessStatus": "VARCHAR",
    "isInteractive": "BOOLEAN",
    "signInEventTypes": "VARCHAR[]",
    "correlationId": "VARCHAR",
    "appliedConditionalAccessPolicies": f"{POLICY}[]",
}


def main(source: str, target: str) -> None:
    """Copy ``source`` to ``target``."""
    connection = duckdb.connect()
    rows = connection.read_json(source, format="newline_delimited", columns=COLUMNS)
    rows.write_parquet(target)


if __name__ == "__main__":
    main(*sys.argv[1:3])
