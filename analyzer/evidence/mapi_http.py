"""MAPI over HTTP: the organisation's default and each mailbox's own setting.

A blank mailbox value is null and inherits the organisation's; a mailbox's own value wins
(Set-CASMailbox, -MapiHttpEnabled, MicrosoftDocs/office-docs-powershell).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.errors import InputError
from analyzer.evidence.frames import frame
from analyzer.evidence.roles import require
from analyzer.evidence.values import boolean, guid, lower
from analyzer.results import Reject
from analyzer.schema.evidence import MAPI_HTTP

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.evidence.tables import RawRow, RawTable

_SAID = re.compile(r"MapiHttpEnabled\W{1,40}?(True|False)\b", re.IGNORECASE)
_VERSION = re.compile(r"\b(1[45]\.\d+)")
# Exchange 2010 is 14.x and has no MAPI over HTTP (field guide section 6).
_LAST_WITHOUT = 14


@dataclass(frozen=True, slots=True)
class OrgConfig:
    """The organisation's configuration, as far as it matters.

    Attributes:
        mapi_http_enabled: The default for mailboxes without their own value; None is not told.
        exchange_version: As exported, e.g. ``0.20 (15.0.20.0)``.
        source_file: File it was read from.
    """

    mapi_http_enabled: bool | None
    exchange_version: str | None
    source_file: str


@dataclass(frozen=True, slots=True)
class MapiHttpRead:
    """The per-mailbox table with what a report says about it."""

    frame: pd.DataFrame
    notes: tuple[str, ...]
    counts: dict[str, int]
    rejects: tuple[Reject, ...]


def read_mapi_http(tables: list[RawTable]) -> MapiHttpRead:
    """Each mailbox's own setting.

    Raises:
        InputError: A file is no Get-CASMailbox export.
    """
    rows, notes = [], []
    rejects = [reject for table in tables for reject in table.rejects]
    for table in tables:
        require(table, frozenset(("cas-mailbox",)), "--cas-mailbox")
        if "mapihttpenabled" not in table.columns:
            notes.append(
                f"{table.path} has no MapiHttpEnabled column: the mailboxes' own setting is not "
                "known. Add it to Select-Object."
            )
        for row in table.rows:
            said = row.text("mapihttpenabled")
            if said is not None and boolean(said) is None:
                reason = f"MapiHttpEnabled is {said[:40]!r}, neither True nor False nor blank"
                rejects.append(Reject(table.path, row.line, reason, said[:200]))
                continue
            rows.append(_cells(row, table))
    counts = {"cas_mailboxes_read": len(rows)}
    return MapiHttpRead(frame(rows, MAPI_HTTP), tuple(notes), counts, tuple(rejects))


def read_org_config(tables: list[RawTable]) -> OrgConfig:
    """The organisation's default; of several exports the last that tells a value wins.

    Raises:
        InputError: No file says ``MapiHttpEnabled : True`` or ``False``, nor anything of a
            Get-OrganizationConfig export.
    """
    found: OrgConfig | None = None
    for table in tables:
        config = _org_config(table)
        if found is None or config.mapi_http_enabled is not None:
            found = config
    if found is None:
        msg = "no organisation configuration was given"
        raise InputError(msg, remedy="Give Get-OrganizationConfig | Format-List.")
    return found


def _org_config(table: RawTable) -> OrgConfig:
    said = _SAID.findall(table.text)
    if table.shape in {"format-list", "csv"} and len(said) == 1 and not _is_org(table):
        # A pasted console line, e.g. the prompt and its answer in one.
        return OrgConfig(said[0].lower() == "true", None, table.path)
    require(table, frozenset(("org-config",)), "--org-config")
    row = table.rows[0]
    version = row.text("admindisplayversion", "exchangeversion")
    enabled = boolean(row.get("mapihttpenabled"))
    found = _VERSION.search(row.text("admindisplayversion") or "")
    if found and int(found[1].partition(".")[0]) <= _LAST_WITHOUT:
        enabled = False
    return OrgConfig(enabled, version, table.path)


def _is_org(table: RawTable) -> bool:
    return len(table.rows) == 1 and bool(table.columns & {"mapihttpenabled", "isdehydrated"})


def _cells(row: RawRow, table: RawTable) -> dict[str, object]:
    sam = lower(row.text("samaccountname"))
    return {
        "identity": lower(row.text("identity")),
        "display_name": row.text("displayname"),
        "alias": lower(row.text("alias")),
        "sam_account_name": sam.rpartition("\\")[2] if sam else None,
        "primary_smtp": lower(
            row.text("primarysmtpaddress", "primarysmtp", "emailaddress", "mailbox")
        ),
        "user_principal_name": lower(row.text("userprincipalname", "upn")),
        "exchange_guid": guid(row.get("exchangeguid")),
        "guid": guid(row.get("guid")),
        "distinguished_name": lower(row.text("distinguishedname")),
        "name": lower(row.text("name")),
        "mapi_http_enabled": boolean(row.get("mapihttpenabled")),
        "activesync_enabled": boolean(row.get("activesyncenabled")),
        "imap_enabled": boolean(row.get("imapenabled")),
        "pop_enabled": boolean(row.get("popenabled")),
        "exchange_version": row.text("admindisplayversion", "exchangeversion", "servername"),
        "source_file": table.path,
        "source_line": row.line,
    }
