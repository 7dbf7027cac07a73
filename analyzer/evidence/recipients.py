"""Recipient exports: one person's many names, side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.evidence.frames import frame
from analyzer.evidence.roles import require
from analyzer.evidence.values import guid, lower, many, one
from analyzer.results import Reject
from analyzer.schema.evidence import RECIPIENTS

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.evidence.tables import RawRow, RawTable
    from analyzer.evidence.values import Cell

_NAMES = (
    "display_name",
    "alias",
    "sam_account_name",
    "primary_smtp",
    "user_principal_name",
    "object_id",
    "exchange_guid",
    "guid",
    "distinguished_name",
    "canonical_name",
    "name",
    "email_addresses",
    "legacy_exchange_dn",
)
_PRIMARY = ("primarysmtpaddress", "primarysmtp", "windowsemailaddress", "mail", "emailaddress")
# RecipientTypeDetails as PowerShell's ConvertTo-Json writes it (member values of the Exchange
# Server 2016 assemblies); others stay numbers.
_TYPE_NUMBERS: dict[str, str] = {
    "1": "UserMailbox",
    "2": "LinkedMailbox",
    "4": "SharedMailbox",
    "16": "RoomMailbox",
    "32": "EquipmentMailbox",
    "64": "MailContact",
    "128": "MailUser",
    "256": "MailUniversalDistributionGroup",
    "512": "MailNonUniversalGroup",
    "1024": "MailUniversalSecurityGroup",
    "2048": "DynamicDistributionGroup",
    "2147483648": "RemoteUserMailbox",
    "8589934592": "RemoteRoomMailbox",
    "17179869184": "RemoteEquipmentMailbox",
    "34359738368": "RemoteSharedMailbox",
}
_SMTP = re.compile(r"(?:^|[\s,;|{\"'])smtp:([^\s,;|}\"']+@[^\s,;|}\"']+)", re.IGNORECASE)
_ADDRESS = re.compile(r"^[^\s:,;|]+@[^\s:,;|]+$")


@dataclass(frozen=True, slots=True)
class RecipientsRead:
    """The recipients table with what a report says about it."""

    frame: pd.DataFrame
    notes: tuple[str, ...]
    counts: dict[str, int]
    rejects: tuple[Reject, ...]


def read_recipients(tables: list[RawTable]) -> RecipientsRead:
    """All recipients of the given exports, as exported: rows of one person are joined later.

    Raises:
        InputError: A file is no recipient export.
    """
    rows: list[dict[str, object]] = []
    rejects = [reject for table in tables for reject in table.rejects]
    for table in tables:
        require(table, frozenset(("recipients",)), "--recipients")
        for row in table.rows:
            cells = _cells(row, table.path)
            if any(cells[name] for name in _NAMES):
                rows.append(cells)
            else:
                reason = "the row names no recipient"
                rejects.append(Reject(table.path, row.line, reason, ""))
    notes = _notes(tables, rows)
    return RecipientsRead(
        frame(rows, RECIPIENTS), tuple(notes), {"recipients_read": len(rows)}, tuple(rejects)
    )


def smtp_addresses(cell: Cell) -> tuple[str, ...]:
    """All SMTP addresses of an EmailAddresses cell, in any of the forms PowerShell writes.

    A collection, ``{SMTP:a, smtp:b}``, or the addresses joined by blanks or , ; |. Addresses of
    other kinds (X500, SIP, EUM) are left out.
    """
    text = one(cell)
    if not text:
        return ()
    found = [address.lower() for address in _SMTP.findall(text)]
    parts = (part.strip("()[]{}'\" ") for part in many(cell))
    plain = [part.lower() for part in parts if _ADDRESS.match(part)]
    return tuple(dict.fromkeys(found + plain))


def _cells(row: RawRow, path: str) -> dict[str, object]:
    object_id = guid(row.get("externaldirectoryobjectid", "azureadobjectid", "objectid"))
    upn = lower(row.text("userprincipalname", "windowsliveid", "microsoftonlineservicesid"))
    if object_id is None and upn:
        object_id = guid(row.get("id"))  # a Graph or Get-MgUser export
    primary = lower(row.text(*_PRIMARY))
    sam = lower(row.text("samaccountname"))
    kind = row.text("recipienttypedetails", "recipienttype")
    return {
        "display_name": row.text("displayname"),
        "alias": lower(row.text("alias", "mailnickname")),
        "sam_account_name": sam.rpartition("\\")[2] if sam else None,
        "primary_smtp": primary.removeprefix("smtp:") if primary else None,
        "user_principal_name": upn,
        "object_id": object_id,
        "exchange_guid": guid(row.get("exchangeguid")),
        "guid": guid(row.get("guid", "objectguid")),
        "distinguished_name": lower(row.text("distinguishedname")),
        "canonical_name": lower(row.text("identity", "canonicalname")),
        "name": lower(row.text("name", "cn")),
        "recipient_type": _TYPE_NUMBERS.get(kind, kind) if kind else None,
        "email_addresses": smtp_addresses(row.get("emailaddresses", "proxyaddresses")),
        "legacy_exchange_dn": lower(row.text("legacyexchangedn")),
        "on_behalf": many(row.get("grantsendonbehalfto")),
        "exchange_version": row.text("admindisplayversion", "exchangeversion", "servername"),
        "source_file": path,
        "source_line": row.line,
    }


def _notes(tables: list[RawTable], rows: list[dict[str, object]]) -> list[str]:
    notes = []
    lost = sum("?" in str(row["display_name"] or "") for row in rows)
    if lost:
        notes.append(
            f"{lost} display names of the recipients hold a question mark: letters were lost in "
            "the export. Export with -Encoding UTF8."
        )
    identified = {"userprincipalname", "externaldirectoryobjectid", "id"}
    return notes + [
        f"{table.path} has neither UserPrincipalName nor ExternalDirectoryObjectId: people are "
        "joined by SMTP address."
        for table in tables
        if not table.columns & identified
    ]
