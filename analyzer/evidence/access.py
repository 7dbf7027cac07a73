"""Permissions joined to people on both ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from analyzer.evidence.unresolved import Reason, Unresolved, unresolved_row
from analyzer.identity import NameKind, Resolution
from analyzer.records import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from analyzer.evidence.bundle import Evidence
    from analyzer.identity import People

_CANONICAL_NAME = re.compile(r"^[^/]+\.[^/]+/(?:[^/]+/)*([^/]+?)(?: ?[0-9]+)?$")
_GROUP_WORDS = ("group", "distributionlist")


class GroupRight(NamedTuple):
    """A right that opens a mailbox, held by a group, or by a name that joins nobody."""

    owner_key: str
    trustee: str
    right: str


class SharedNameRight(NamedTuple):
    """A right held by a name that is nobody's for certain, and who may go by it."""

    owner_key: str
    trustee: str
    right: str
    opens_mailbox: bool
    candidates: tuple[str, ...]


class Access(NamedTuple):
    """Permissions joined to people, and what did not join one person.

    Attributes:
        rows: ``schema.evidence.ACCESS``: one for each pair, kind and right.
        unresolved: Names that joined nobody.
        through_groups: Rights that open a mailbox, held by names that are no person's.
        shared_names: Rights held by names that several people go by, or that are like a name.
    """

    rows: list[dict[str, object]]
    unresolved: list[Unresolved]
    through_groups: list[GroupRight]
    shared_names: list[SharedNameRight]


@dataclass(slots=True)
class _Joiner:
    people: People
    rows: dict[tuple[str, str, str, str], dict[str, object]] = field(default_factory=dict)
    unresolved: dict[tuple[str, str], Unresolved] = field(default_factory=dict)
    known: dict[tuple[str, str | None], Resolution] = field(default_factory=dict)
    through_groups: dict[tuple[str, str], GroupRight] = field(default_factory=dict)
    shared_names: dict[SharedNameRight, None] = field(default_factory=dict)

    def add(self, permission: dict[str, object]) -> None:
        is_folder = permission["kind"] == "folder"
        hint = NameKind.DISPLAY_NAME.value if is_folder else None
        delegate = self._resolve("permission-trustee", permission, "trustee", hint)
        owner = self._resolve("permission-mailbox", permission, "mailbox", None)
        if owner.key is None or delegate.key == owner.key:
            return
        if delegate.key is None:
            self._add_nobodys(permission, owner.key, delegate.candidates)
            return
        key = (delegate.key, owner.key, str(permission["kind"]), str(permission["rights"]))
        self.rows.setdefault(
            key,
            {
                "delegate_key": delegate.key,
                "owner_key": owner.key,
                "right": permission["rights"],
                "kind": permission["kind"],
                "opens_mailbox": permission["opens_mailbox"],
                "joined_by_delegate": delegate.by,
                "joined_by_owner": owner.by,
                "folder": permission.get("folder"),
                "source_file": permission["source_file"],
                "source_line": permission["source_line"],
            },
        )

    def _add_nobodys(
        self, permission: dict[str, object], owner: str, candidates: tuple[str, ...]
    ) -> None:
        """Keep a right whose trustee is no one person: groups are not expanded."""
        trustee, right = str(permission["trustee"]), str(permission["rights"])
        opens = bool(permission["opens_mailbox"])
        candidates = candidates or self._alike(trustee)
        if candidates:
            shared = SharedNameRight(owner, trustee, right, opens, candidates)
            self.shared_names.setdefault(shared)
        elif opens:
            self.through_groups.setdefault((owner, trustee), GroupRight(owner, trustee, right))

    def _alike(self, trustee: str) -> tuple[str, ...]:
        """Who a canonical name that no recipient export holds may be.

        Its last part is the common name: the display name, with a number where that was taken.
        """
        path = _CANONICAL_NAME.match(trustee)
        if not path:
            return ()
        found = self.people.resolve(path[1], NameKind.DISPLAY_NAME.value)
        return () if self._reason(found) == "group" else found.candidates

    def _resolve(
        self, what: str, permission: dict[str, object], column: str, hint: str | None
    ) -> Resolution:
        name = str(permission[column])
        if (name, hint) not in self.known:
            self.known[name, hint] = self.people.resolve(name, hint)
        found = self.known[name, hint]
        reason = self._reason(found)
        if reason:
            candidates = found.candidates if reason == "ambiguous" else ()
            self.unresolved.setdefault(
                (what, name), unresolved_row(what, (column,), permission, reason, candidates)
            )
        if reason == "group":
            return Resolution(None, found.by, ())
        return Resolution(None, found.by, found.candidates) if reason else found

    def _reason(self, found: Resolution) -> Reason | None:
        if found.key is None:
            return "ambiguous" if found.candidates else "unknown"
        kind = (self.people.person(found.key).recipient_type or "").lower()
        is_group = any(word in kind for word in _GROUP_WORDS) and "mailbox" not in kind
        return "group" if is_group else None


def access_of(evidence: Evidence, people: People) -> Access:
    """Who may open whose mailbox, one row for each pair, kind and right; and what joined nobody."""
    joiner = _Joiner(people)
    for permission in _permissions(evidence):
        joiner.add(permission)
    return Access(
        list(joiner.rows.values()),
        list(joiner.unresolved.values()),
        list(joiner.through_groups.values()),
        list(joiner.shared_names),
    )


def _permissions(evidence: Evidence) -> Iterator[dict[str, object]]:
    if evidence.permissions is not None:
        yield from records(evidence.permissions)
    if evidence.recipients is not None:
        yield from _on_behalf(evidence.recipients)


def _on_behalf(recipients: pd.DataFrame) -> Iterator[dict[str, object]]:
    names = (
        "object_id",
        "user_principal_name",
        "primary_smtp",
        "exchange_guid",
        "distinguished_name",
        "alias",
        "display_name",
    )
    for row in records(recipients):
        own = next((row[name] for name in names if row[name]), None)
        trustees = row["on_behalf"]
        for trustee in trustees if isinstance(trustees, tuple) else ():
            if own:
                yield {
                    "mailbox": own,
                    "trustee": trustee,
                    "rights": "SendOnBehalf",
                    "kind": "send-on-behalf",
                    "opens_mailbox": False,
                    "source_file": row["source_file"],
                    "source_line": row["source_line"],
                }
