"""Rows as the CSV text of the exports that write CSV."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

Record = dict[str, Any]

BOM = "\ufeff"
UTC_COLUMNS = ("TimeGenerated", "CreatedDateTime")
INTERRUPTS = {50140, 50058, 50074, 50079, 50097, 50125, 65001}

# Header of the admin centre's CSV in order, and where a Graph record keeps the value. The blanks at
# an end, the double blank and the second "Incoming token type" are in the originals too.
PORTAL_COLUMNS: tuple[tuple[str, str], ...] = (
    ("Date (UTC)", "createdDateTime"),
    ("Request ID", "id"),
    ("User agent", "userAgent"),
    ("Correlation ID", "correlationId"),
    ("User ID", "userId"),
    ("User", "userDisplayName"),
    ("Username", "userPrincipalName"),
    ("User type", "userType"),
    ("Cross tenant access type", "crossTenantAccessType"),
    ("Incoming token type", "incomingTokenType"),
    ("Authentication Protocol", "authenticationProtocol"),
    ("Unique token identifier", ""),
    ("Original transfer method", ""),
    ("Client credential type", ""),
    ("Token Protection - Sign In Session", ""),
    ("Token Protection - Sign In Session StatusCode", ""),
    ("Application", "appDisplayName"),
    ("Application ID ", "appId"),
    ("App owner tenant ID", ""),
    ("Resource", "resourceDisplayName"),
    ("Resource ID ", "resourceId"),
    ("Resource tenant ID", "resourceTenantId"),
    ("Resource owner tenant ID", ""),
    ("Home tenant ID", "homeTenantId"),
    ("Home tenant name", ""),
    ("IP address", "ipAddress"),
    ("Location", "location"),
    ("Status", "status"),
    ("Sign-in error code", "status.errorCode"),
    ("Failure reason", "status.failureReason"),
    ("Client app", "clientAppUsed"),
    ("Device ID", "deviceDetail.deviceId"),
    ("Browser", "deviceDetail.browser"),
    ("Operating System", "deviceDetail.operatingSystem"),
    ("Compliant", ""),
    ("Managed", ""),
    ("Join Type", ""),
    ("Multifactor authentication result", ""),
    ("Multifactor authentication auth method", ""),
    ("Multifactor authentication auth detail", ""),
    ("Authentication requirement", "authenticationRequirement"),
    ("Sign-in identifier", "signInIdentifier"),
    ("Session ID", ""),
    ("IP address (seen by resource)", ""),
    ("Through Global Secure Access", ""),
    ("Global Secure Access IP address", ""),
    ("Autonomous system  number", "autonomousSystemNumber"),
    ("Flagged for review", "flaggedForReview"),
    ("Token issuer type", "tokenIssuerType"),
    ("Incoming token type", "incomingTokenType"),
    ("Token issuer name", "tokenIssuerName"),
    ("Latency", "processingTimeInMilliseconds"),
    ("Conditional Access", "conditionalAccessStatus"),
    ("Managed Identity type", ""),
    ("Associated Resource Id", ""),
    ("Federated Token Id", ""),
    ("Federated Token Issuer", ""),
)
PORTAL_CA_WORDS = {"success": "Success", "failure": "Failure", "notApplied": "Not Applied"}


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return BOM + text.getvalue()


def log_analytics(rows: Sequence[Record]) -> str:
    """The Logs blade's CSV of one table."""
    names = list(rows[0])
    header = [f"{name} [UTC]" if name in UTC_COLUMNS else name for name in names]
    return _table(
        header, [[_log_analytics_cell(name, row[name]) for name in names] for row in rows]
    )


def _log_analytics_cell(name: str, value: object) -> object:
    if name in UTC_COLUMNS:
        return us_time(str(value))
    if isinstance(value, bool):
        return str(value).upper()
    return json.dumps(value) if isinstance(value, dict | list) else value


def us_time(instant: str) -> str:
    """``2021-04-28T14:08:45.2210000Z`` as ``4/28/2021, 2:08:45.221 PM``."""
    at = datetime.fromisoformat(instant)
    hour, half = at.hour % 12 or 12, "PM" if at.hour >= 12 else "AM"
    clock = f"{hour}:{at:%M}:{at:%S}.{at.microsecond // 1000:03}"
    return f"{at.month}/{at.day}/{at.year}, {clock} {half}"


def defender(rows: Sequence[Record]) -> str:
    """Advanced hunting's CSV."""
    return _table(list(rows[0]), [list(row.values()) for row in rows])


def portal(events: Sequence[Record]) -> str:
    """The admin centre's CSV of one tab."""
    header = [name for name, _ in PORTAL_COLUMNS]
    return _table(
        header, [[_portal_cell(event, path) for _, path in PORTAL_COLUMNS] for event in events]
    )


def _portal_cell(event: Record, path: str) -> object:
    if not path:
        return ""
    if path == "location":
        place = event["location"]
        return ", ".join((place["city"], place["state"], place["countryOrRegion"]))
    if path == "status":
        return _portal_status(event["status"]["errorCode"])
    if path == "conditionalAccessStatus":
        return PORTAL_CA_WORDS[event[path]]
    outer, _, inner = path.partition(".")
    value = event.get(outer, "")
    return value[inner] if inner else value


def _portal_status(code: int) -> str:
    if code in INTERRUPTS:
        return "Interrupted"
    return "Failure" if code else "Success"
