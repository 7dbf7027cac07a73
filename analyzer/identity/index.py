"""Names to people, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.identity.clusters import addresses
from analyzer.identity.drafts import Draft, text
from analyzer.identity.names import (
    NameKind,
    as_ascii_export,
    canonical_of,
    canonical_path,
    common_name_of,
    local_part,
    normal,
    readings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analyzer.identity.names import Tier

_COLUMNS: dict[NameKind, tuple[str, ...]] = {
    NameKind.OBJECT_ID: ("object_id",),
    NameKind.UPN: ("user_principal_name",),
    NameKind.SMTP: ("primary_smtp", "email"),
    NameKind.ALIAS: ("alias",),
    NameKind.SAM: ("sam_account_name",),
    NameKind.EXCHANGE_GUID: ("exchange_guid",),
    NameKind.GUID: ("guid",),
    NameKind.DISTINGUISHED_NAME: ("distinguished_name",),
    NameKind.LEGACY_DN: ("legacy_exchange_dn",),
    NameKind.COMMON_NAME: ("name",),
    NameKind.DISPLAY_NAME: ("display_name",),
}
_IDENTITIES = ("canonical_name", "identity")


class NameIndex:
    """Finds people by name; gives their positions in the list it was built from.

    Each kind of name is indexed when it is first asked for: most evidence needs few kinds.
    """

    def __init__(self, drafts: list[Draft]) -> None:
        self._drafts = drafts
        self._held: dict[NameKind, dict[str, list[int]]] = {}

    def add_mailbox(self, at: int, rows: list[dict[str, object]]) -> None:
        """Give the person at a position the rows, and so the names, of a mailbox."""
        self._drafts[at].mailboxes += rows
        for kind, held in self._held.items():
            for row in rows:
                _hold(held, at, _names_of_row(row, kind))

    def find(
        self, name: str, first: NameKind | None = None
    ) -> tuple[NameKind | None, frozenset[int]]:
        """The kind of name that fits first, and everybody whom it fits; None for nobody.

        An export in ASCII writes "?" for each letter it cannot hold. A name with such letters
        that fits nobody is looked for once more as ASCII would have written it.
        """
        for spelling in dict.fromkeys((name, as_ascii_export(name))):
            tiers = readings(spelling)
            if first is not None:
                tiers = [((first, normal(spelling)),), *tiers]
            path = self._path_meant(spelling)
            for tier in tiers:
                found = self._in_tier(tier, path)
                if found:
                    return found[0][0], frozenset(at for _kind, held in found for at in held)
        return None, frozenset()

    def holders(self, kind: NameKind, name: str) -> list[int]:
        """Everybody who goes by one kind of name, given as compared."""
        if kind not in self._held:
            held: dict[str, list[int]] = {}
            for at, draft in enumerate(self._drafts):
                _hold(held, at, _names_of(draft, kind))
            self._held[kind] = held
        return self._held[kind].get(name, [])

    def _in_tier(self, tier: Tier, path: str | None) -> list[tuple[NameKind, list[int]]]:
        found = []
        for kind, name in tier:
            held = self.holders(NameKind.SAM if kind is NameKind.DOMAIN_SAM else kind, name)
            if path and kind is NameKind.COMMON_NAME:
                held = [at for at in held if self._may_be_at(at, path)]
            if held:
                found.append((kind, held))
        return found or self._by_local_part(tier)

    def _by_local_part(self, tier: Tier) -> list[tuple[NameKind, list[int]]]:
        for kind, name in tier:
            if kind in {NameKind.ALIAS, NameKind.DOMAIN_SAM}:
                held = self.holders(NameKind.LOCAL_PART, name)
                return [(NameKind.LOCAL_PART, held)] if held else []
        return []

    def _path_meant(self, name: str) -> str | None:
        return canonical_of(name) if normal(name).startswith("cn=") else canonical_path(name)

    def _may_be_at(self, at: int, path: str) -> bool:
        """Whether a person of this CN may be the one at ``path``.

        Not if another path under the same root is known for him: two organisational units can
        hold the same CN. Another root is another directory (Exchange Online's own).
        """
        root = path.partition("/")[0]
        known = set(_names_of(self._drafts[at], NameKind.CANONICAL_NAME)) - {""}
        own = {one for one in known if one.partition("/")[0] == root}
        return not own or path in own


def _hold(held: dict[str, list[int]], at: int, names: Iterable[str]) -> None:
    for name in names:
        holders = held.setdefault(name, [])
        if name and at not in holders:
            holders.append(at)


def _names_of(draft: Draft, kind: NameKind) -> Iterator[str]:
    """Every name of one kind that a person goes by; some may be empty."""
    if kind is NameKind.OBJECT_ID:
        yield draft.user_id or ""
    elif kind is NameKind.DISPLAY_NAME:
        yield from map(normal, draft.display_names)
    elif kind is NameKind.UPN:
        yield from draft.current_upns()
    elif kind is NameKind.FORMER_UPN:
        yield from draft.upns.keys() - set(draft.current_upns())
    elif kind is NameKind.LOCAL_PART and not draft.recipients:
        # With a recipient row the alias is known, and need not be guessed.
        yield from (local_part(upn) or "" for upn in draft.upns)
    for row in draft.recipients:
        yield from _names_of_row(row, kind)
    for row in draft.mailboxes:
        yield from _names_of_row(row, kind)


def _names_of_row(row: dict[str, object], kind: NameKind) -> Iterator[str]:
    for column in _COLUMNS.get(kind, ()):
        value = row.get(column)
        if value:
            yield normal(text(value))
    if kind is NameKind.SMTP:
        yield from addresses(row)
    elif kind is NameKind.CANONICAL_NAME:
        yield canonical_of(text(row.get("distinguished_name")) or "") or ""
        yield from (canonical_path(name) or "" for name in _identities(row))
    elif kind is NameKind.COMMON_NAME:
        yield common_name_of(text(row.get("distinguished_name")) or "") or ""
        for name in _identities(row):
            # On premises a canonical name; in Exchange Online mostly the bare CN.
            yield common_name_of(name) or ("" if canonical_path(name) else normal(name))


def _identities(row: dict[str, object]) -> Iterator[str]:
    for column in _IDENTITIES:
        name = text(row.get(column))
        if name and "@" not in name:
            yield name
