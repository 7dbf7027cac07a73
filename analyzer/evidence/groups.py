"""Members of groups: what tells whom a policy's groups stand for.

CSV with the columns ``GroupId,MemberId[,MemberUserPrincipalName][,GroupName]``, or Graph's JSON:
groups with their ``members`` expanded, or a page of ``/groups/{id}/members`` in a file that is
named after the group's id (the page itself does not say whose it is).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from analyzer.errors import InputError
from analyzer.evidence.audit_rows import caseless, lowered_text, text_of
from analyzer.evidence.csv_rows import csv_rows
from analyzer.evidence.decoding import decode
from analyzer.evidence.json_rows import json_objects
from analyzer.evidence.tables import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analyzer.evidence.tables import EvidenceFile

_GROUP = ("groupid", "groupobjectid", "group", "roleid")
_MEMBER = ("memberid", "memberobjectid", "userid", "objectid", "id")
_MEMBER_NAME = ("memberuserprincipalname", "userprincipalname", "upn", "memberupn")
_GROUP_NAME = ("groupname", "groupdisplayname")
_GUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
# Graph expands at most so many members. [microsoft-graph-docs-contrib, query-parameters]
_MOST_EXPANDED = 20
_REMEDY = (
    "Write a CSV GroupId,MemberId,MemberUserPrincipalName, or save each page of "
    "/groups/{id}/members in a file named after the group's id."
)


@dataclass(frozen=True, slots=True)
class Member:
    """One member; ``id`` is the object id in lower case, None where only a name is told."""

    id: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class GroupMembers:
    """Who is in which group, as exported.

    Attributes:
        members: By group id, in lower case; a group without members is there and empty.
        names: Display names by group id, where told.
        partial: Groups of which only some members are known: groups are among the members,
            or Graph expanded no more.
    """

    members: dict[str, tuple[Member, ...]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    partial: frozenset[str] = frozenset()


def read_groups(files: Iterable[EvidenceFile]) -> GroupMembers:
    """Members of all groups of the given files.

    Raises:
        InputError: A file holds no members, or does not say of which group.
    """
    members: dict[str, dict[Member, None]] = {}
    names: dict[str, str] = {}
    partial: set[str] = set()
    for file in files:
        for group, name, member, is_whole in _entries(file):
            held = members.setdefault(group, {})
            if name:
                names[group] = name
            if not is_whole:
                partial.add(group)
            if member is not None:
                held[member] = None
    return GroupMembers(
        {group: tuple(held) for group, held in members.items()}, names, frozenset(partial)
    )


_Entry = tuple[str, "str | None", "Member | None", bool]


def _entries(file: EvidenceFile) -> Iterator[_Entry]:
    text = decode(file.content, file.path)
    shape = shape_of(text)
    if shape == "csv":
        yield from _csv(text, file.path)
    elif shape == "json":
        yield from _json(text, file.path)
    else:
        raise _no_members(file.path)


def _csv(text: str, path: str) -> Iterator[_Entry]:
    columns, rows, _ = csv_rows(text, path)
    if not set(columns) & set(_GROUP) or not set(columns) & {*_MEMBER, *_MEMBER_NAME}:
        raise _no_members(path)
    for _line, cells in rows:
        row = dict(zip(columns, cells, strict=False))
        group = lowered_text(_first(row, _GROUP))
        if group:
            yield group, text_of(_first(row, _GROUP_NAME)) or None, _member(row), True


def _json(text: str, path: str) -> Iterator[_Entry]:
    """Objects with a group's members, rows that name group and member, or one group's page."""
    named = _GUID.search(PurePath(path).stem.lower())
    group_of_page = named[0] if named else None
    is_empty = True
    for _line, record in json_objects(text, path):
        is_empty = False
        cells: dict[str, Any] = dict(_cells(caseless(record)))
        group = lowered_text(_first(cells, _GROUP))
        expanded = cells.get("members")
        if isinstance(expanded, list):
            yield from _expanded(cells, expanded)
        elif group:
            yield group, text_of(_first(cells, _GROUP_NAME)) or None, _member(cells), True
        elif group_of_page:
            yield (group_of_page, None, *_placed(cells))
        else:
            raise _no_members(path)
    if is_empty:
        if group_of_page is None or not isinstance(json.loads(text), dict | list):
            raise _no_members(path)
        yield group_of_page, None, None, True


def _expanded(cells: dict[str, Any], members: list[Any]) -> Iterator[_Entry]:
    group = lowered_text(cells.get("id"))
    name = text_of(cells.get("displayname")) or None
    is_whole = len(members) != _MOST_EXPANDED and not cells.get("members@odata.nextlink")
    yield group, name, None, is_whole
    for each in members:
        member, has_no_group = _placed(dict(_cells(each)))
        yield group, name, member, is_whole and has_no_group


def _placed(cells: dict[str, Any]) -> tuple[Member | None, bool]:
    """A member, and whether it is a person or such rather than a group of its own."""
    is_group = lowered_text(cells.get("@odata.type")).endswith(".group")
    return (None, False) if is_group else (_member(cells), True)


def _member(row: dict[str, Any]) -> Member | None:
    found = lowered_text(_first(row, _MEMBER)) or None
    name = lowered_text(_first(row, _MEMBER_NAME)) or None
    if found and "@" in found and name is None:
        found, name = None, found
    return Member(found, name) if found or name else None


def _first(row: dict[str, Any], names: tuple[str, ...]) -> object:
    return next((row[name] for name in names if row.get(name)), None)


def _cells(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _no_members(path: str) -> InputError:
    msg = "the file given to --groups does not say who is in which group"
    return InputError(msg, remedy=_REMEDY, source=path)
