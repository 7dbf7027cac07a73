"""A planned batch: which mailboxes are to move, in whatever form the plan is kept.

The migration batch's own CSV (``EmailAddress``), Get-MigrationUser, members of a group (an export
with ``PrimarySmtpAddress`` or ``UserPrincipalName``, or Graph's JSON), or one address a line.
Source: New-MigrationBatch, -CSVData (MicrosoftDocs/office-docs-powershell).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.errors import InputError
from analyzer.evidence.decoding import decode
from analyzer.evidence.roles import role_of
from analyzer.evidence.tables import read_table
from analyzer.evidence.values import lower

if TYPE_CHECKING:
    from analyzer.evidence.tables import EvidenceFile, RawRow, RawTable

_ADDRESS = re.compile(r"^[^\s@,;\"']+@[^\s@,;\"']+$")
# The first column that is there names the mailbox; Identity only where it holds addresses.
_NAMES = (
    "emailaddress",
    "primarysmtpaddress",
    "windowsemailaddress",
    "mail",
    "userprincipalname",
    "upn",
    "mailboxemailaddress",
    "externaldirectoryobjectid",
    "identity",
)
_REFUSED = frozenset(("sign-ins", "policies", "permissions", "org-config", "migration-batch"))
_COMPLETED = frozenset(("completed", "completedwithwarnings", "completedwithwarning"))
_REMEDY = "Give a CSV with the column EmailAddress, or one address a line."


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One mailbox as the plan names it.

    Attributes:
        name: Address or other name, lower case; may be hostile text.
        is_completed: The plan itself says that this mailbox has moved (Get-MigrationUser).
    """

    name: str
    path: str
    line: int | None
    is_completed: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """A planned batch as read.

    Attributes:
        rows: Every row that names somebody, in the plan's order, repeated ones too.
        nameless: Places of rows that name nobody, like ``batch.csv:7``.
    """

    rows: tuple[BatchRow, ...]
    nameless: tuple[str, ...] = ()


def read_batch(files: list[EvidenceFile]) -> Batch:
    """The planned batch of all files together.

    Raises:
        InputError: A file is empty, another export, or names no mailbox.
    """
    rows: list[BatchRow] = []
    nameless: list[str] = []
    for file in files:
        text = decode(file.content, file.path)
        found = _lines(text, file.path) if _is_list(text) else _table(read_table(file))
        rows += found.rows
        nameless += found.nameless
    if not rows:
        msg = "the batch names no mailbox"
        raise InputError(msg, remedy=_REMEDY, source=files[0].path if files else None)
    return Batch(tuple(rows), tuple(nameless))


def _is_list(text: str) -> bool:
    """Whether the first line that says something is a lone address: a list without a header."""
    first = next((line for line in text.splitlines() if _bare(line)), "")
    return bool(_ADDRESS.match(_bare(first)))


def _bare(line: str) -> str:
    text = line.strip()
    return "" if text.startswith("#") else text.strip("\"',; ")


def _lines(text: str, path: str) -> Batch:
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        name = _bare(line)
        if name and not _ADDRESS.match(name):
            msg = f"{name[:60]!r} is no address, and the file is a list of addresses"
            remedy = "Write one address a line, or give a CSV with the column EmailAddress."
            raise InputError(msg, remedy=remedy, source=path, line=number)
        if name:
            rows.append(BatchRow(name.lower(), path, number))
    return Batch(tuple(rows))


def _table(table: RawTable) -> Batch:
    role = role_of(table)
    if role is not None and role.name in _REFUSED:
        msg = f"the file given as the batch looks like {role.looks_like}"
        raise InputError(msg, remedy=_REMEDY, source=table.path)
    columns = [name for name in _NAMES if name in table.columns]
    if not columns:
        shown = ", ".join(sorted(table.columns)[:8]) or "none"
        msg = f"no column of the batch holds an address; its columns are: {shown}"
        raise InputError(msg, remedy=_REMEDY, source=table.path, line=1)
    rows, nameless = [], [f"{each.path}:{each.line}" for each in table.rejects]
    for row in table.rows:
        name = _name(row, columns)
        if name is None:
            nameless.append(f"{table.path}:{row.line}" if row.line else table.path)
        else:
            is_completed = _letters(row.text("status") or "") in _COMPLETED
            rows.append(BatchRow(name, table.path, row.line, is_completed))
    return Batch(tuple(rows), tuple(nameless))


def _name(row: RawRow, columns: list[str]) -> str | None:
    found = (lower(row.text(name)) for name in columns)
    return next((name.removeprefix("smtp:") for name in found if name), None)


def _letters(text: str) -> str:
    return "".join(mark for mark in text.lower() if mark.isalpha())
