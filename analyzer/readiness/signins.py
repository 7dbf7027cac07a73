"""What 30 days of sign-ins show of legacy clients, from the bundles of a triage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.policies import SECURITY_DEFAULTS
from analyzer.readiness.clients import KIND_OF_FAMILY, SeenClient
from analyzer.readiness.known import SeenInSignins
from analyzer.records import records
from analyzer.results import PolicyRef

if TYPE_CHECKING:
    from analyzer.correlate import Correlated

_FAMILIES = frozenset((*KIND_OF_FAMILY, "outlook"))
# A legacy client of the person's own: let in or turned away, with the right password, from a
# place that is no stranger's. Wrong passwords say little of whose client it was.
_OUTCOMES = frozenset(("blocked", "legacy-success"))
_OWN_PLACES = frozenset(("familiar", "unknown"))


def seen_in_signins(correlated: Correlated) -> SeenInSignins:
    """Legacy clients by person, and the policies that turned them away."""
    clients: dict[str, dict[tuple[str, str], SeenClient]] = {}
    last_of = {_bundle(row): row["last_seen"] for row in records(correlated.bundles)}
    for row in records(correlated.facets):
        if not _is_own(row) or row["family"] not in _FAMILIES:
            continue
        agent, app = row["user_agent"] or "", row["client_app"] or ""
        told = ", ".join(part for part in (app, agent) if part)
        seen = SeenClient(row["family"], told, agent, last_of[_bundle(row)])
        own = clients.setdefault(row["person_key"], {})
        before = own.get((seen.family, told))
        if before is None or before.last_seen < seen.last_seen:
            own[seen.family, told] = seen
    blocked_by: dict[str, set[PolicyRef]] = {}
    for row in records(correlated.policies):
        if row["outcome"] == "blocked" and row["family"] != "modern":
            ref = PolicyRef(str(row["policy_id"] or "").lower(), row["policy_name"])
            blocked_by.setdefault(row["person_key"], set()).add(ref)
    window = correlated.window
    return SeenInSignins(
        {key: tuple(sorted(own.values(), key=_order)) for key, own in clients.items()},
        {key: frozenset(refs) for key, refs in blocked_by.items()},
        any(ref.id == SECURITY_DEFAULTS for refs in blocked_by.values() for ref in refs),
        window[0].to_pydatetime() if window else None,
        window[1].to_pydatetime() if window else None,
    )


def _bundle(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("person_key", "family", "outcome", "source_class", "side"))


def _is_own(row: dict[str, object]) -> bool:
    return row["outcome"] in _OUTCOMES and row["source_class"] in _OWN_PLACES


def _order(seen: SeenClient) -> tuple[str, str]:
    return seen.family, seen.client
