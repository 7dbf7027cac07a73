"""Whether a policy is meant for a person: in scope, excluded, out of scope, or not to be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.policies.model import Policy

Groups = Mapping[str, frozenset[str]]
"""Members (object ids) by group or role id, as far as they are known; one not in it is not
expanded, and says neither yes nor no."""

_EVERYBODY = frozenset(("all",))
_NOBODY = frozenset(("none",))
_GUESTS = frozenset(("guestsorexternalusers",))


class Scope(StrEnum):
    """Where a person stands with a policy."""

    IN = "in scope"
    EXCLUDED = "excluded"
    OUT = "out of scope"
    CANNOT_TELL = "cannot be told"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a person stands, and what of the policy says so.

    Attributes:
        by: ``everybody``, ``user``, ``group``, ``role`` or ``guest``; ``nothing`` for a policy
            that names nobody who could be the person.
        ids: The groups or roles that decide, or would.
    """

    scope: Scope
    by: str
    ids: tuple[str, ...] = ()


def scope_of(
    policy: Policy, user_id: str | None, groups: Groups, *, is_guest: bool | None = False
) -> Placed:
    """Where a person stands with a policy. An exclusion beats an inclusion.

    Args:
        policy: Its definition.
        user_id: The person's object id, in lower case; None where it is not known.
        groups: Who is in which group or role, where that is known.
        is_guest: Whether the person is a guest; None where that cannot be told.
    """
    excluded = _among(policy.exclude_users, policy.exclude_groups, policy.exclude_roles,
                      user_id, groups, is_guest=is_guest)  # fmt: skip
    if excluded.scope is Scope.IN:
        return Placed(Scope.EXCLUDED, excluded.by, excluded.ids)
    included = _among(policy.include_users, policy.include_groups, policy.include_roles,
                      user_id, groups, is_guest=is_guest)  # fmt: skip
    if included.scope is Scope.OUT or excluded.scope is Scope.OUT:
        return included
    return excluded


def _among(
    users: frozenset[str],
    group_ids: frozenset[str],
    role_ids: frozenset[str],
    user_id: str | None,
    groups: Groups,
    *,
    is_guest: bool | None,
) -> Placed:
    """Whether the person is one of those named."""
    if users & _EVERYBODY:
        return Placed(Scope.IN, "everybody")
    if user_id is not None and user_id in users:
        return Placed(Scope.IN, "user")
    if users & _GUESTS and is_guest:
        return Placed(Scope.IN, "guest")
    for by, ids in (("group", group_ids), ("role", role_ids)):
        holding = tuple(sorted(each for each in ids if user_id in groups.get(each, ())))
        if holding:
            return Placed(Scope.IN, by, holding)
    return _perhaps(users, group_ids, role_ids, user_id, groups, is_guest=is_guest)


def _perhaps(
    users: frozenset[str],
    group_ids: frozenset[str],
    role_ids: frozenset[str],
    user_id: str | None,
    groups: Groups,
    *,
    is_guest: bool | None,
) -> Placed:
    """Not one of those named as far as is known: is everything known?"""
    if user_id is None and users - _NOBODY - _GUESTS:
        return Placed(Scope.CANNOT_TELL, "user")
    if users & _GUESTS and is_guest is None:
        return Placed(Scope.CANNOT_TELL, "guest")
    for by, ids in (("group", group_ids), ("role", role_ids)):
        unknown = tuple(sorted(each for each in ids if user_id is None or each not in groups))
        if unknown:
            return Placed(Scope.CANNOT_TELL, by, unknown)
    return Placed(Scope.OUT, "nothing")
