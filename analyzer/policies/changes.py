"""A change of a policy as somebody asks about it: ``POLICY state=enabled`` and its kin."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from analyzer.errors import UsageError
from analyzer.policies.model import DISABLED, ENABLED, REPORT_ONLY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analyzer.policies.model import Policy

What = Literal["state", "exclude-group", "exclude-user", "include-group", "remove-exclusion"]

_SHAPE = re.compile(
    r"^\s*(?P<policy>.+)\s+"
    r"(?P<what>state|exclude-group|exclude-user|include-group|remove-exclusion)"
    r"\s*=\s*(?P<value>.+?)\s*$",
    re.IGNORECASE | re.DOTALL,
)
_STATES = {
    "enabled": ENABLED,
    "on": ENABLED,
    "disabled": DISABLED,
    "off": DISABLED,
    "report-only": REPORT_ONLY,
    REPORT_ONLY: REPORT_ONLY,
}
_REMEDY = (
    'Write it like "POLICY state=enabled" (or disabled, report-only), "POLICY '
    'exclude-group=GROUPID", exclude-user=UPN, include-group=GROUPID or remove-exclusion=ID, '
    "where POLICY is an id or a name."
)
_CANDIDATES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A change as asked for: the policy's id, what of it, and the new value.

    Attributes:
        value: State as ``model`` spells it, or an object id in lower case.
        subject: ``user``, ``group``, or ``any`` where an exclusion of either kind is meant.
    """

    expression: str
    policy_id: str
    policy_name: str
    what: What
    value: str
    value_name: str | None
    subject: Literal["user", "group", "any", "state"]


def asked(
    expression: str,
    names: Iterable[tuple[str, str]],
    user_id: Callable[[str], str | None],
) -> Asked:
    """Read one expression.

    Args:
        expression: As given.
        names: Id and name of every policy known.
        user_id: Object id of a person by any name; None for nobody.

    Raises:
        UsageError: It is none, names no policy or several, or a person whom nobody knows.
    """
    found = _SHAPE.match(expression)
    if found is None:
        msg = f"what-if {expression!r} is no change of a policy"
        raise UsageError(msg, remedy=_REMEDY)
    what = cast("What", found["what"].lower())
    policy_id, policy_name = _policy(found["policy"], list(names))
    value = found["value"].strip()
    if what == "state":
        state = _STATES.get(value.lower())
        if state is None:
            msg = f"what-if {expression!r}: {value!r} is no state"
            raise UsageError(msg, remedy="Use enabled, disabled or report-only.")
        return Asked(expression, policy_id, policy_name, what, state, None, "state")
    if what in {"exclude-group", "include-group"}:
        return Asked(expression, policy_id, policy_name, what, value.lower(), None, "group")
    person = user_id(value) if "@" in value or what == "exclude-user" else None
    if person is None and ("@" in value or (what == "exclude-user" and not _is_id(value))):
        msg = f"what-if {expression!r}: nobody in the input goes by {value!r}"
        raise UsageError(msg, remedy="Give the object id, or sign-ins or recipients with the name.")
    subject: Literal["user", "any"] = "user" if person or what == "exclude-user" else "any"
    name = value if person and value.lower() != person else None
    return Asked(expression, policy_id, policy_name, what, (person or value).lower(), name, subject)


def _is_id(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", text.lower()) is not None


def _policy(text: str, names: list[tuple[str, str]]) -> tuple[str, str]:
    wanted = text.strip().strip("\"'").lower()
    found = [pair for pair in names if pair[0] == wanted]
    found = found or [pair for pair in names if pair[1].lower() == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f"{policy_id} ({name})" for policy_id, name in found)
        msg = f"{len(found)} policies are called {text!r}: {listed}"
        raise UsageError(msg, remedy="Give the id of the one you mean.")
    near = [name for _, name in names if wanted in name.lower()] or [name for _, name in names]
    listed = ", ".join(repr(name) for name in near[:_CANDIDATES_SHOWN]) or "none"
    msg = f"no policy has the id or name {text!r}; known are: {listed}"
    raise UsageError(msg, remedy="Give the id, or the name exactly.")


def changed(policy: Policy, change: Asked) -> Policy:
    """The policy as it would be."""
    value = frozenset((change.value,))
    if change.what == "state":
        return replace(policy, state=change.value)
    if change.what == "exclude-user":
        return replace(policy, exclude_users=policy.exclude_users | value)
    if change.what == "exclude-group":
        return replace(policy, exclude_groups=policy.exclude_groups | value)
    if change.what == "include-group":
        return replace(policy, include_groups=policy.include_groups | value)
    return replace(
        policy,
        exclude_users=policy.exclude_users - value,
        exclude_groups=policy.exclude_groups - value,
        exclude_roles=policy.exclude_roles - value,
    )
