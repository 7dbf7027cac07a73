"""Which person a moved mailbox belongs to.

Get-MoveRequestStatistics carries neither UPN nor SMTP address (field guide section 6), so a
move is joined by the mailbox's own identifiers through the recipients, and only without a
recipient by a name that is unique on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.identity.drafts import Draft, text
from analyzer.identity.index import NameIndex
from analyzer.identity.names import WEAK_KINDS, NameKind, normal

if TYPE_CHECKING:
    from collections.abc import Mapping

    Row = dict[str, object]

# A mailbox's identifiers, the surest first, with the kinds of names they are looked up as;
# no kind means: however the text reads.
_BY: tuple[tuple[str, tuple[NameKind, ...]], ...] = (
    ("object_id", (NameKind.OBJECT_ID,)),
    ("user_principal_name", (NameKind.UPN,)),
    ("exchange_guid", (NameKind.EXCHANGE_GUID,)),
    ("email", (NameKind.SMTP, NameKind.UPN)),
    ("distinguished_name", ()),
    ("identity", ()),
    ("email", (NameKind.FORMER_UPN,)),
    ("user_principal_name", (NameKind.SMTP, NameKind.FORMER_UPN)),
    ("alias", (NameKind.ALIAS, NameKind.LOCAL_PART)),
    ("display_name", (NameKind.DISPLAY_NAME,)),
)
_IDENTIFIERS = (
    "exchange_guid",
    "object_id",
    "distinguished_name",
    "email",
    "user_principal_name",
    "identity",
    "alias",
    "display_name",
)
_TELLING = ("object_id", "exchange_guid")
_UNJOINED = "move record only"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who a name means.

    Attributes:
        key: Person key; None is nobody, or more than one.
        by: The kind of name that found it, ``unknown`` for none.
        candidates: Keys of everybody whom the name fits, sorted.
    """

    key: str | None
    by: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Joined:
    """A mailbox's person, by position in the list of people.

    Attributes:
        at: The person; for a mailbox that fits nobody a new one at the list's end.
        by: The kind of name that joined it.
        candidates: Everybody whom the mailbox's names leave open, where more than one.
    """

    at: int
    by: str
    candidates: frozenset[int] = frozenset()


def mailbox_id(row: Mapping[str, object]) -> str:
    """What tells one mailbox of the moves from another: its surest identifier."""
    for name in _IDENTIFIERS:
        value = normal(text(row.get(name)))
        if value:
            return f"mailbox:{value}" if name == "exchange_guid" else f"{name}:{value}"
    return ""


def mailboxes_of(moves: list[Row]) -> dict[str, list[Row]]:
    """The moves by mailbox: a mailbox can move more than once."""
    found: dict[str, list[Row]] = {}
    for row in moves:
        found.setdefault(mailbox_id(row), []).append(row)
    return {mailbox: rows for mailbox, rows in sorted(found.items()) if mailbox}


def resolve_mailboxes(
    drafts: list[Draft], index: NameIndex, mailboxes: dict[str, list[Row]]
) -> dict[str, Joined]:
    """Join each mailbox to its person; one that fits nobody becomes a new person.

    Both ``drafts`` and ``index`` grow: by the new people, and by the names of the moves.
    """
    repeated = _repeated(mailboxes)
    found = {mailbox: _find(rows, index, drafts, repeated) for mailbox, rows in mailboxes.items()}
    refused = _contested(found, mailboxes)
    joined: dict[str, Joined] = {}
    for mailbox, (by, candidates) in found.items():
        if len(candidates) == 1 and mailbox not in refused:
            joined[mailbox] = Joined(next(iter(candidates)), by)
        else:
            is_open = len(candidates) > 1
            joined[mailbox] = Joined(len(drafts), _UNJOINED, candidates if is_open else frozenset())
            drafts.append(Draft())
    for mailbox, one in joined.items():
        index.add_mailbox(one.at, mailboxes[mailbox])
    return joined


def _contested(
    found: dict[str, tuple[str, frozenset[int]]], mailboxes: dict[str, list[Row]]
) -> set[str]:
    """Mailboxes joined by a weak name to a person whom another ExchangeGuid claims as well."""
    claims: dict[frozenset[int], set[str]] = {}
    for mailbox, (_by, candidates) in found.items():
        claims.setdefault(candidates, set()).update(_guids(mailboxes[mailbox]))
    return {
        mailbox
        for mailbox, (by, candidates) in found.items()
        if by in WEAK_KINDS and len(candidates) == 1 and len(claims[candidates]) > 1
    }


def _guids(rows: list[Row]) -> set[str]:
    return {normal(text(row.get("exchange_guid"))) for row in rows} - {""}


def _find(
    rows: list[Row], index: NameIndex, drafts: list[Draft], repeated: set[tuple[str, str]]
) -> tuple[str, frozenset[int]]:
    """The one person the mailbox's names agree on, else everybody they leave open."""
    open_to: frozenset[int] = frozenset()
    for column, kinds in _BY:
        for value in sorted({normal(text(row.get(column))) for row in rows} - {""}):
            if (column, value) in repeated:
                continue
            by, holders = _lookup(index, kinds, value)
            found = frozenset(at for at in holders if _agrees(drafts[at], rows, by))
            found = found & open_to if open_to else found
            if len(found) == 1:
                return by, found
            open_to = found or open_to
    return "unknown", open_to


def _lookup(
    index: NameIndex, kinds: tuple[NameKind, ...], value: str
) -> tuple[str, frozenset[int]]:
    if not kinds:
        by, found = index.find(value)
        return (by.value if by else "unknown"), found
    for kind in kinds:
        holders = index.holders(kind, value)
        if holders:
            return kind.value, frozenset(holders)
    return "unknown", frozenset()


def _agrees(draft: Draft, rows: list[Row], by: str) -> bool:
    """Whether nothing surer speaks against this person: another object id or ExchangeGuid.

    For a weak name another alias speaks against him too.
    """
    columns = ("object_id", "exchange_guid", "alias") if by in WEAK_KINDS else _TELLING
    for column in columns:
        own = {normal(text(row.get(column))) for row in draft.recipients} - {""}
        if column == "object_id" and draft.user_id:
            own = {draft.user_id}
        told = {normal(text(row.get(column))) for row in rows} - {""}
        if own and told and not own & told:
            return False
    return True


def _repeated(mailboxes: dict[str, list[Row]]) -> set[tuple[str, str]]:
    """Aliases and display names that more than one moved mailbox carries."""
    holders: dict[tuple[str, str], set[str]] = {}
    for mailbox, rows in mailboxes.items():
        for row in rows:
            for column in ("alias", "display_name"):
                value = normal(text(row.get(column)))
                if value:
                    holders.setdefault((column, value), set()).add(mailbox)
    return {name for name, held in holders.items() if len(held) > 1}
