"""Which permissions a token holds, and what each part of the analyzer needs."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

_PARTS = 3


@dataclass(frozen=True, slots=True)
class Feature:
    """Something the analyzer does with Graph.

    Attributes:
        name: Short name, unique.
        permissions: Any one of these suffices; the least one first.
        lost: What there is not without it, as a sentence.
        source: Where Microsoft says so.
        is_required: Whether a pull is of no use without it.
        stronger: Permissions that include these but grant more than is needed.
        is_workaround: Whether it only matters where Graph refuses sign-ins.
    """

    name: str
    permissions: tuple[str, ...]
    lost: str
    source: str
    is_required: bool = False
    stronger: tuple[str, ...] = ()
    is_workaround: bool = False

    def is_granted(self, held: frozenset[str]) -> bool:
        """Whether a token with these permissions may do it."""
        wanted = {permission.lower() for permission in self.permissions + self.stronger}
        return not wanted.isdisjoint(permission.lower() for permission in held)


FEATURES = (
    Feature(
        "sign-ins",
        ("AuditLog.Read.All",),
        "No sign-ins and no audit records can be pulled at all.",
        "https://learn.microsoft.com/graph/api/signin-list",
        is_required=True,
    ),
    Feature(
        "directory",
        ("Directory.Read.All",),
        "Graph has long refused sign-ins to some applications that hold AuditLog.Read.All alone; "
        "where sign-ins are answered without it, nothing is lost.",
        "https://learn.microsoft.com/graph/known-issues",
        stronger=("Directory.ReadWrite.All",),
        is_workaround=True,
    ),
    Feature(
        "conditional access details",
        ("Policy.Read.ConditionalAccess", "Policy.Read.All"),
        "Graph leaves out, without any error, which policies applied to a sign-in: the policy that "
        "blocked cannot be named, and blocks by it are told from other failures less surely.",
        "https://learn.microsoft.com/graph/api/resources/signin",
        stronger=("Policy.ReadWrite.ConditionalAccess",),
    ),
    Feature(
        "policies",
        ("Policy.Read.ConditionalAccess", "Policy.Read.All"),
        "Conditional Access policies, their state and exclusions cannot be read.",
        "https://learn.microsoft.com/graph/api/conditionalaccessroot-list-policies",
        stronger=("Policy.ReadWrite.ConditionalAccess",),
    ),
    Feature(
        "policy history",
        ("AuditLog.Read.All",),
        "Changes of policies in the last 30 days cannot be read.",
        "https://learn.microsoft.com/graph/api/directoryaudit-list",
    ),
    Feature(
        "group members",
        ("GroupMember.Read.All", "Directory.Read.All"),
        "A group that a policy leaves out stays a name: its members cannot be told.",
        "https://learn.microsoft.com/graph/api/group-list-members",
        stronger=("GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All"),
    ),
)


def held(token: str) -> frozenset[str] | None:
    """Permissions named in an access token, unverified: Graph decides, this only explains.

    Returns:
        Application roles or delegated scopes; None for an opaque token, of which nothing can
        be told.
    """
    claims = _claims(token)
    if claims is None:
        return None
    roles, scopes = claims.get("roles"), claims.get("scp")
    named = [role for role in roles if isinstance(role, str)] if isinstance(roles, list) else []
    return frozenset(named + (scopes.split() if isinstance(scopes, str) else []))


def _claims(token: str) -> dict[str, Any] | None:
    """Payload of a signed JSON web token (RFC 7519); None where it is none."""
    parts = token.split(".")
    if len(parts) != _PARTS:
        return None
    padded = parts[1] + "=" * (-len(parts[1]) % 4)
    try:
        claims = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None
