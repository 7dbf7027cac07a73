"""One Conditional Access policy, as its export defines it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyzer.records import records
from analyzer.vocabulary import error_codes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    import pandas as pd

ENABLED = "enabled"
DISABLED = "disabled"
REPORT_ONLY = "enabledforreportingbutnotenforced"
SECURITY_DEFAULTS = error_codes.SECURITY_DEFAULTS_POLICY
"""Id under which security defaults appear among a sign-in's policies, in lower case.
[MicrosoftDocs/entra-docs, reference-error-codes]"""


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy's definition. Ids and words are in lower case; empty is "not given".

    Attributes:
        state: ``enabled``, ``disabled`` or ``enabledforreportingbutnotenforced``.
        client_types: Client app types of its condition; empty stands for all of them.
        controls: Built-in grant controls, such as ``block`` or ``mfa``, and
            ``authenticationstrength`` where one is demanded.
        operator: ``or`` or ``and`` between the controls.
        narrowed_by: Conditions besides users, applications and client types that must hold:
            ``locations``, ``platforms``, ``devices``, ``sign-in risk``, ``user risk``, ...
    """

    id: str
    name: str
    state: str
    client_types: frozenset[str] = frozenset()
    include_users: frozenset[str] = frozenset()
    exclude_users: frozenset[str] = frozenset()
    include_groups: frozenset[str] = frozenset()
    exclude_groups: frozenset[str] = frozenset()
    include_roles: frozenset[str] = frozenset()
    exclude_roles: frozenset[str] = frozenset()
    include_applications: frozenset[str] = frozenset()
    exclude_applications: frozenset[str] = frozenset()
    controls: frozenset[str] = frozenset()
    operator: str = "or"
    narrowed_by: tuple[str, ...] = ()
    modified_at: datetime | None = None

    @property
    def is_enforced(self) -> bool:
        """Whether it has an effect today; report-only ones have none."""
        return self.state == ENABLED


def policies_of(frame: pd.DataFrame | None) -> tuple[Policy, ...]:
    """Policies of ``schema.evidence.POLICIES``, by name."""
    found = [policy_of(row) for row in records(frame)]
    return tuple(sorted(found, key=lambda policy: (policy.name.lower(), policy.id)))


_SETS = (
    "include_users",
    "exclude_users",
    "include_groups",
    "exclude_groups",
    "include_roles",
    "exclude_roles",
    "include_applications",
    "exclude_applications",
)


def policy_of(row: Mapping[str, Any]) -> Policy:
    """Policy of one row of ``schema.evidence.POLICIES``."""
    modified = row.get("modified_at")
    return Policy(
        id=str(row["id"]),
        name=str(row["display_name"] or row["id"]),
        state=str(row["state"] or "").lower(),
        client_types=_lowered(row["client_app_types"]) - {"all"},
        controls=_lowered(row["grant_controls"]),
        operator=str(row.get("grant_operator") or "or").lower(),
        narrowed_by=tuple(row.get("narrowed_by") or ()),
        modified_at=modified,
        **{name: _lowered(row[name]) for name in _SETS},
    )


def _lowered(cell: Iterable[object] | None) -> frozenset[str]:
    return frozenset(str(text).lower() for text in cell or ())
