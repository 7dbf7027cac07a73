"""Names to people, kind by kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.identity.clusters import addresses
from analyzer.identity.drafts import Draft, text
from analyzer.identity.names import (
    NameKind,
    canonical_of,
    canonical_path,
    common_name_of,
    local_part,
    normal,
    readings,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from analyzer.identity.names import Tier

_COLUMNS: dict[str, NameKind] = {
    "object_id": NameKind.OBJECT_ID,
    "user_principal_name": NameKind.UPN,
    "primary_smtp": NameKind.SMTP,
    "email": NameKind.SMTP,
    "alias": NameKind.ALIAS,
    "sam_account_name": NameKind.SAM,
    "exchange_guid": NameKind.EXCHANGE_GUID,
    "guid": NameKind.GUID,
    "distinguished_name": NameKind.DISTINGUISHED_NAME,
    "legacy_exchange_dn": NameKind.LEGACY_DN,
    "name": NameKind.COMMON_NAME,
    "display_name": NameKind.DISPLAY_NAME,
}
_IDENTITIES = ("canonical_name", "identity")


class NameIndex:
    """Finds people by name.

    Args:
        drafts: The people.
        keys: What :meth:`find` gives for each of them.
    """

    def __init__(self, drafts: Sequence[Draft], keys: Sequence[str]) -> None:
        self._held: dict[tuple[NameKind, str], set[str]] = {}
        self._paths: dict[str, set[str]] = {}
        for draft, key in zip(drafts, keys, strict=True):
            for kind, name in names_of(draft):
                if name:
                    self._held.setdefault((kind, name), set()).add(key)
                    if kind is NameKind.CANONICAL_NAME:
                        self._paths.setdefault(key, set()).add(name)

    def find(
        self, name: str, first: NameKind | None = None
    ) -> tuple[NameKind | None, tuple[str, ...]]:
        """The kind of name that fits first, and everybody whom it fits; ``(None, ())`` for none."""
        tiers = readings(name)
        if first is not None:
            tiers = [((first, normal(name)),), *tiers]
        path = self._path_meant(name)
        for tier in tiers:
            found = self._in_tier(tier, path)
            if found:
                holders = {key for _kind, keys in found for key in keys}
                return found[0][0], tuple(sorted(holders))
        return None, ()

    def holders(self, kind: NameKind, name: str | None) -> frozenset[str]:
        """Everybody who goes by one kind of name."""
        return frozenset(self._held.get((kind, normal(name)), ()))

    def _in_tier(self, tier: Tier, path: str | None) -> list[tuple[NameKind, set[str]]]:
        found = []
        for kind, name in tier:
            asked = NameKind.SAM if kind is NameKind.DOMAIN_SAM else kind
            keys = self._held.get((asked, name), set())
            if path and kind is NameKind.COMMON_NAME:
                keys = {key for key in keys if self._may_be_at(key, path)}
            if keys:
                found.append((kind, keys))
        return found or self._by_local_part(tier)

    def _by_local_part(self, tier: Tier) -> list[tuple[NameKind, set[str]]]:
        for kind, name in tier:
            if kind in {NameKind.ALIAS, NameKind.DOMAIN_SAM}:
                keys = self._held.get((NameKind.LOCAL_PART, name))
                return [(NameKind.LOCAL_PART, keys)] if keys else []
        return []

    def _path_meant(self, name: str) -> str | None:
        return canonical_of(name) if normal(name).startswith("cn=") else canonical_path(name)

    def _may_be_at(self, key: str, path: str) -> bool:
        """Whether a person of this CN may be the one at ``path``.

        Not if another path under the same root is known for him: two organisational units can
        hold the same CN. Another root is another directory (Exchange Online's own).
        """
        root = path.partition("/")[0]
        own = {known for known in self._paths.get(key, ()) if known.partition("/")[0] == root}
        return not own or path in own


def names_of(draft: Draft) -> Iterator[tuple[NameKind, str]]:
    """Every name of a person with its kind."""
    if draft.user_id:
        yield NameKind.OBJECT_ID, draft.user_id
    current = draft.current_upns() if draft.upns else []
    for upn in draft.upns:
        yield (NameKind.UPN if upn in current else NameKind.FORMER_UPN), upn
        part = local_part(upn)
        if part and not draft.recipients:
            # With a recipient row the alias is known, and need not be guessed.
            yield NameKind.LOCAL_PART, part
    for name in draft.display_names:
        yield NameKind.DISPLAY_NAME, normal(name)
    for row in [*draft.recipients, *draft.mailboxes]:
        yield from _names_of_row(row)


def _names_of_row(row: dict[str, object]) -> Iterator[tuple[NameKind, str]]:
    for column, kind in _COLUMNS.items():
        value = text(row.get(column))
        if value:
            yield kind, normal(value)
    for address in addresses(row):
        yield NameKind.SMTP, address
    dn = text(row.get("distinguished_name"))
    if dn:
        yield NameKind.CANONICAL_NAME, canonical_of(dn) or ""
        yield NameKind.COMMON_NAME, common_name_of(dn) or ""
    yield from _names_in_identities(row.get(column) for column in _IDENTITIES)


def _names_in_identities(values: Iterable[object]) -> Iterator[tuple[NameKind, str]]:
    """Identity is a canonical name on premises, mostly the bare CN in Exchange Online."""
    for value in values:
        identity = text(value)
        if not identity or "@" in identity:
            continue
        path = canonical_path(identity)
        yield NameKind.CANONICAL_NAME, path or ""
        yield NameKind.COMMON_NAME, common_name_of(identity) or ("" if path else normal(identity))
