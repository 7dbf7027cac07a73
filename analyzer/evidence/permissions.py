"""Permission exports: who may open whose mailbox; what cannot matter is dropped and counted.

Get-MailboxPermission, Get-RecipientPermission, Get-ADPermission, Get-MailboxFolderPermission
and GrantSendOnBehalfTo of Get-Mailbox (MicrosoftDocs/office-docs-powershell).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analyzer.errors import InputError
from analyzer.evidence.frames import frame
from analyzer.evidence.roles import require
from analyzer.evidence.values import boolean, is_flattened, many, one
from analyzer.results import Reject
from analyzer.schema.evidence import PERMISSIONS

if TYPE_CHECKING:
    import pandas as pd

    from analyzer.evidence.tables import RawRow, RawTable

AccessKind = Literal["mailbox", "recipient", "folder", "send-on-behalf"]
Dropped = Literal["self", "orphaned", "inherited", "denied", "everybody", "system", "other_right"]

# PowerShell 7 writes MailboxRights as numbers (Microsoft.Exchange.Management.RecipientTasks).
_RIGHT_NUMBERS = {"1": "FullAccess", "65536": "DeleteItem", "131072": "ReadPermission"}
# Folder roles and rights that let the trustee read items, so that Outlook opens the folder
# (Add-MailboxFolderPermission, -AccessRights).
_READS_ITEMS = frozenset(
    (
        "owner",
        "publishingeditor",
        "editor",
        "publishingauthor",
        "author",
        "noneditingauthor",
        "reviewer",
        "readitems",
    )
)
_EVERYBODY = frozenset(
    ("default", "anonymous", "everyone", "authenticated users", "anonymous logon", "standard")
)
# Groups that Exchange setup itself grants rights to, without domain, lower case.
_SYSTEM = frozenset(
    (
        "discovery management",
        "exchange servers",
        "exchange trusted subsystem",
        "exchange domain servers",
        "exchange services",
        "exchange windows permissions",
        "exchange enterprise servers",
        "exchange recipient administrators",
        "exchange organization administrators",
        "exchange public folder administrators",
        "exchange view-only administrators",
        "organization management",
        "public folder management",
        "delegated setup",
        "managed availability servers",
        "compliance management",
        "domain admins",
        "enterprise admins",
        "administrators",
        "view-only organization management",
    )
)
_SYSTEM_BEGINS = ("nt authority\\", "nt service\\", "builtin\\", "nt-autorität\\")
_RIGHT_COLUMNS = ("accessrights", "extendedrights", "permissions", "rights")
_SENDS = frozenset(("sendas", "sendonbehalf"))
_WEAK_FOLDER = frozenset(
    ("contributor", "availabilityonly", "limiteddetails", "foldervisible", "none", "createitems")
)
_FOLDER = re.compile(r"^(.+?):\\(.*)$")
_MAILBOX_COLUMNS = (
    "mailbox",
    "mailboxidentity",
    "mailboxname",
    "mailboxowner",
    "mailboxsmtp",
    "owner",
    "primarysmtpaddress",
    "userprincipalname",
)


@dataclass(frozen=True, slots=True)
class PermissionsRead:
    """The permissions table with what a report says about it."""

    frame: pd.DataFrame
    notes: tuple[str, ...]
    counts: dict[str, int]
    rejects: tuple[Reject, ...]


def read_permissions(tables: list[RawTable]) -> PermissionsRead:
    """Every permission that a person other than the owner holds.

    Raises:
        InputError: A file is no permission export, or all its rights are type names.
    """
    rows: list[dict[str, object]] = []
    dropped: Counter[Dropped] = Counter()
    rejects = [reject for table in tables for reject in table.rejects]
    accepted = frozenset(("permissions", "recipients"))
    for table in tables:
        role = require(table, accepted, "--permissions").name
        if role == "recipients":
            rows += _on_behalf_rows(table)
            continue
        _refuse_flattened(table)
        for row in table.rows:
            found = _permission(row, table)
            if isinstance(found, Reject):
                rejects.append(found)
            elif isinstance(found, str):
                dropped[found] += 1
            else:
                rows.append(found)
    counts = {"permissions_read": len(rows)}
    counts |= {f"permissions_dropped_{name}": number for name, number in sorted(dropped.items())}
    return PermissionsRead(frame(rows, PERMISSIONS), (), counts, tuple(rejects))


def _permission(row: RawRow, table: RawTable) -> dict[str, object] | Dropped | Reject:
    trustee = row.text("trustee", "user", "delegate", "grantedto", "usersid")
    rights = _rights(row)
    kind = _kind(table, rights)
    mailbox, folder = _mailbox(row, kind, trustee)
    if not trustee or not mailbox or not rights:
        lacks = "trustee" if not trustee else "mailbox" if not mailbox else "rights"
        remedy = (
            " (its Identity is the trustee; add a Mailbox column)" if lacks == "mailbox" else ""
        )
        shown = f"{mailbox or ''} {trustee or ''}".strip()
        return Reject(table.path, row.line, f"the permission names no {lacks}{remedy}", shown)
    reason = _dropped(row, trustee)
    if reason:
        return reason
    if "extendedrights" in table.columns and kind == "mailbox" and not _opens(kind, rights):
        return "other_right"  # Get-ADPermission lists every directory right; only Send-As matters
    return {
        "mailbox": mailbox,
        "trustee": trustee,
        "rights": ", ".join(rights),
        "kind": kind,
        "opens_mailbox": _opens(kind, rights),
        "folder": folder,
        "source_file": table.path,
        "source_line": row.line,
    }


def _rights(row: RawRow) -> tuple[str, ...]:
    parts = [part for name in _RIGHT_COLUMNS for part in many(row.cells.get(name))]
    words = [word for part in parts for word in _words(part)]
    return tuple(dict.fromkeys(_RIGHT_NUMBERS.get(word, word) for word in words))


def _words(part: str) -> list[str]:
    """Rights joined by blanks are parted, "Send As" is one."""
    return [part] if _letters(part) in _SENDS else re.split(r"\s+(?=[A-Z])", part)


def _kind(table: RawTable, rights: tuple[str, ...]) -> AccessKind:
    letters = {_letters(right) for right in rights}
    if "fullaccess" in letters:
        return "mailbox"
    if letters & {"sendas"}:
        return "recipient"
    if letters & {"sendonbehalf"}:
        return "send-on-behalf"
    is_folder = "foldername" in table.columns or letters & (_READS_ITEMS | _WEAK_FOLDER)
    return "folder" if is_folder else "mailbox"


def _letters(text: str) -> str:
    return "".join(mark for mark in text.lower() if mark.isalpha())


def _opens(kind: AccessKind, rights: tuple[str, ...]) -> bool:
    letters = {_letters(right) for right in rights}
    if kind == "folder":
        return bool(letters & _READS_ITEMS)
    return "fullaccess" in letters


def _mailbox(row: RawRow, kind: AccessKind, trustee: str | None) -> tuple[str | None, str | None]:
    """Whose mailbox, and which folder.

    Get-MailboxFolderPermission itself writes the trustee's name into Identity, so a bare name
    there that equals the trustee names no mailbox.
    """
    identity = row.text("identity")
    in_path = _FOLDER.match(identity or "")
    folder = row.text("folderpath", "folder", "foldername")
    if in_path:
        return in_path[1], in_path[2] or folder
    named = row.text(*_MAILBOX_COLUMNS)
    named_path = _FOLDER.match(named or "")
    if named_path:
        return named_path[1], named_path[2] or folder
    if kind == "folder":
        own = identity if identity != trustee else None
        return named or own, folder
    return identity or named, None


def _dropped(row: RawRow, trustee: str) -> Dropped | None:
    reason = _dropped_trustee(trustee.strip().lower())
    if reason:
        return reason
    if _is_denied(row):
        return "denied"
    return "inherited" if boolean(row.get("isinherited", "inherited")) is True else None


def _dropped_trustee(name: str) -> Dropped | None:
    if name in {"nt authority\\self", "self"} or name.startswith("s-1-5-10"):
        return "self"
    if re.match(r"^s-1-\d+-", name) or name.startswith("nt user:s-1-"):
        return "orphaned"
    bare = name.rpartition("\\")[2]
    if bare in _EVERYBODY:
        return "everybody"
    if bare in _SYSTEM or name.startswith(_SYSTEM_BEGINS) or bare.startswith("healthmailbox"):
        return "system"
    return None


def _is_denied(row: RawRow) -> bool:
    control = _letters(row.text("accesscontroltype") or "")
    return boolean(row.get("deny")) is True or control == "deny"


def _on_behalf_rows(table: RawTable) -> list[dict[str, object]]:
    if "grantsendonbehalfto" not in table.columns:
        msg = "the file given to --permissions looks like a recipient export"
        raise InputError(msg, remedy="Give it with --recipients.", source=table.path)
    names = ("userprincipalname", "primarysmtpaddress", "identity", "alias", "displayname", "name")
    return [
        {
            "mailbox": row.text(*names),
            "trustee": trustee,
            "rights": "SendOnBehalf",
            "kind": "send-on-behalf",
            "opens_mailbox": False,
            "source_file": table.path,
            "source_line": row.line,
        }
        for row in table.rows
        for trustee in many(row.get("grantsendonbehalfto"))
        if row.text(*names)
    ]


def _refuse_flattened(table: RawTable) -> None:
    cells = [one(row.get("accessrights", "extendedrights")) for row in table.rows]
    if cells and all(cell is not None and is_flattened(cell) for cell in cells):
        msg = f"AccessRights holds type names ({cells[0]}), not rights"
        remedy = "Export with @{n='AccessRights';e={$_.AccessRights -join ','}}."
        raise InputError(msg, remedy=remedy, source=table.path)
