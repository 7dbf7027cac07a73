"""Recipient rows of one person, brought together and joined to the people of the sign-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.identity.drafts import Draft, text, upn_holders
from analyzer.identity.names import normal

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = dict[str, object]

# Two rows that agree in one of these are one recipient, unless their object ids differ.
_JOINING = ("object_id", "exchange_guid", "user_principal_name", "primary_smtp")


def clusters_of(rows: list[Row]) -> list[list[Row]]:
    """The rows grouped by recipient, e.g. the on-premises row and the cloud's row of one person.

    In an order of their own, independent of the rows'. Within one identifier, rows are united
    only if not more than one object id is among them.
    """
    group = list(range(len(rows)))

    def root(at: int) -> int:
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    ids = [{value} if (value := text(row.get("object_id"))) else set[str]() for row in rows]
    for name in _JOINING:
        same: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            value = normal(text(row.get(name)))
            if value:
                same.setdefault(value, []).append(at)
        for _value, members in sorted(item for item in same.items() if len(item[1]) > 1):
            roots = {root(at) for at in members}
            if len(set().union(*(ids[at] for at in roots))) > 1:
                continue
            kept = min(roots)
            for other in roots - {kept}:
                group[other] = kept
                ids[kept] = ids[kept] | ids[other]
    found: dict[int, list[Row]] = {}
    for at, row in enumerate(rows):
        found.setdefault(root(at), []).append(row)
    return sorted(found.values(), key=lambda cluster: min(map(_sort_key, cluster)))


def join_recipients(drafts: list[Draft], clusters: list[list[Row]]) -> list[Draft]:
    """The people of the sign-ins with their recipient rows, and people only recipients know.

    Object id beats UPN beats SMTP address. A recipient whose object id differs from the
    sign-ins' is another person (the account was made anew), whatever UPN they share. UPNs
    without object id that one recipient lists as his addresses are one person.
    """
    left = clusters
    by_id = {draft.user_id: draft for draft in drafts if draft.user_id}
    holders = upn_holders(drafts)
    placed: list[tuple[list[Row], Draft]] = []
    for names in (_object_ids, _upns, _primary, _addresses):
        waiting = []
        for cluster in left:
            draft = _match(names(cluster), cluster, by_id, holders)
            if draft:
                draft.recipients += cluster
                placed.append((cluster, draft))
            else:
                waiting.append(cluster)
        left = waiting
    merged = _absorb(placed, holders)
    alone = [Draft(recipients=cluster) for cluster in left]
    return [draft for draft in drafts if id(draft) not in merged] + alone


def _match(
    names: Iterable[str],
    cluster: list[Row],
    by_id: dict[str, Draft],
    holders: dict[str, Draft],
) -> Draft | None:
    own = _object_ids(cluster)
    found: dict[int, Draft] = {}
    for name in names:
        draft = by_id.get(name) or holders.get(name)
        if draft and (draft.user_id is None or not own or draft.user_id in own):
            found[id(draft)] = draft
    identified = [draft for draft in found.values() if draft.user_id]
    if len(identified) > 1:
        return None
    return max(identified or found.values(), key=Draft.seen_last, default=None)


def _absorb(placed: list[tuple[list[Row], Draft]], holders: dict[str, Draft]) -> set[int]:
    """Move UPNs without object id to the person whose recipient lists them."""
    merged: set[int] = set()
    for cluster, draft in placed:
        for name in [*_upns(cluster), *_addresses(cluster)]:
            other = holders.get(name)
            if other is None or other is draft or other.user_id or other.recipients:
                continue
            draft.upns |= {upn: at for upn, at in other.upns.items() if upn not in draft.upns}
            draft.display_names |= other.display_names
            merged.add(id(other))
    return merged


def _names(cluster: list[Row], column: str) -> list[str]:
    return sorted({name for row in cluster if (name := normal(text(row.get(column))))})


def _object_ids(cluster: list[Row]) -> list[str]:
    return _names(cluster, "object_id")


def _upns(cluster: list[Row]) -> list[str]:
    return _names(cluster, "user_principal_name")


def _primary(cluster: list[Row]) -> list[str]:
    return _names(cluster, "primary_smtp")


def _addresses(cluster: list[Row]) -> list[str]:
    return sorted({*_primary(cluster), *(a for row in cluster for a in addresses(row))})


def addresses(row: Row) -> list[str]:
    """All SMTP addresses of a recipient row, normalised."""
    listed = row.get("email_addresses")
    found = [normal(item) for item in listed] if isinstance(listed, list | tuple) else []
    return [address for address in found if address]


def _sort_key(row: Row) -> tuple[str, ...]:
    columns = (*_JOINING, "alias", "distinguished_name", "display_name", "guid", "name")
    return tuple(text(row.get(name)) or "" for name in columns)
