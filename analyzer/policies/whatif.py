"""What a change of a policy would have made of the window's sign-ins, replayed one by one.

What the log recorded decides first: the policy's own result for that sign-in, and whether any
other enforced policy failed it. Only where there is no recorded result does the definition.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from analyzer.policies.changes import changed
from analyzer.policies.effect import Effect, effect_on
from analyzer.policies.model import DISABLED, ENABLED, REPORT_ONLY
from analyzer.policies.result import Shift, WhatIf
from analyzer.policies.scope import Scope, scope_of
from analyzer.policies.versions import STATE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from analyzer.policies.changes import Asked
    from analyzer.policies.model import Policy
    from analyzer.policies.scope import Groups
    from analyzer.policies.versions import Course

ReplayKind = Literal["other", "activesync", "modern", "unknown"]
Fate = Literal["blocked", "let-in"]

_MODERN = frozenset(("browser", "mobileappsanddesktopclients"))
_SHOWN = 100
APPLIED = ("failure", "reportOnlyFailure", "reportOnlyInterrupted")
"""Results of a policy that applied to a sign-in."""
_FAILED, _WOULD_FAIL, _WOULD_PROMPT = APPLIED


@dataclass(frozen=True, slots=True)
class Replayed:
    """Sign-ins of one person, alike in everything that a change could depend on.

    Attributes:
        fate: What became of them. Wrong passwords and prompts are in neither fate: no change
            of a policy lets them in.
        policies_known: Whether they carried their policies' results.
        result: The asked policy's own result, where telling.
        others_failed: Whether another enforced policy failed them, too.
        is_strange: Whether they came from a hostile or unfamiliar place.
        signin_id: The first of them.
    """

    person_key: str
    user_id: str | None
    user: str
    is_guest: bool | None
    kind: ReplayKind
    fate: Fate
    policies_known: bool
    result: str | None
    others_failed: bool
    is_strange: bool
    events: int
    first: datetime
    signin_id: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What becomes of a sign-in: ``stays``, a fate, or why that cannot be told."""

    to: str
    is_recorded: bool = False


_STAYS = Turn("stays")
LET_IN, BLOCKED = "let-in", "blocked"


def replay(
    change: Asked, course: Course | None, rows: Iterable[Replayed], groups: Groups
) -> tuple[WhatIf, Replayed | None]:
    """What the change would have made of the sign-ins, and one that it would have turned.

    Args:
        change: What is asked.
        course: The policy through time; None for one that only sign-ins name.
        rows: The window's sign-ins.
        groups: Members by group, in full; a group that is not in it is not expanded.
    """
    definition = course.now.policy if course is not None and course.now is not None else None
    if definition is not None and change.value in definition.exclude_users:
        change = replace(change, subject="user" if change.subject == "any" else change.subject)
    would_be = None if definition is None else changed(definition, change)
    found: dict[str, list[tuple[Replayed, Turn]]] = defaultdict(list)
    for row in rows:
        turn = _turn(change, row, course, would_be, groups)
        if turn.to != _STAYS.to:
            found[turn.to].append((row, turn))
    turned = [row for fate in (LET_IN, BLOCKED) for row, _ in found.get(fate, ())]
    result = WhatIf(
        expression=change.expression,
        policy_id=change.policy_id,
        policy_name=change.policy_name,
        what=change.what,
        value=change.value,
        value_name=change.value_name,
        let_in=_shift(found.pop(LET_IN, [])),
        blocked=_shift(found.pop(BLOCKED, [])),
        untold={why: _shift(those) for why, those in sorted(found.items())},
        changes_nothing=definition is not None and _is_no_change(definition, would_be),
    )
    return result, min(turned, key=lambda row: (row.first, row.signin_id), default=None)


def _is_no_change(definition: Policy, would_be: Policy | None) -> bool:
    if would_be is None or definition == would_be:
        return True
    return not definition.is_enforced and not would_be.is_enforced


def _shift(found: list[tuple[Replayed, Turn]]) -> Shift:
    people: dict[str, int] = defaultdict(int)
    names: dict[str, str] = {}
    for row, _ in found:
        people[row.person_key] += row.events
        names[row.person_key] = row.user
    most = sorted(people, key=lambda key: (-people[key], names[key]))
    return Shift(
        events=sum(row.events for row, _ in found),
        people=len(people),
        recorded=sum(row.events for row, turn in found if turn.is_recorded),
        strange=sum(row.events for row, _ in found if row.is_strange),
        users=tuple(names[key] for key in most[:_SHOWN]),
    )


def _turn(
    change: Asked, row: Replayed, course: Course | None, would_be: Policy | None, groups: Groups
) -> Turn:
    touches = _touches(change, row, groups)
    if touches is False:
        return _STAYS
    if change.what == "state":
        loosens = change.value != ENABLED
    else:
        loosens = change.what.startswith("exclude-")
    if row.fate != (BLOCKED if loosens else LET_IN):
        return _STAYS
    if loosens:
        return _loosened(row, touches, would_be, course)
    if change.what == "state":
        return _recorded(row, course) or _by_definition(row, would_be, groups)
    turn = _tightened(row, course, would_be, groups)
    return turn if touches or turn is _STAYS else Turn("group-not-expanded")


def _touches(change: Asked, row: Replayed, groups: Groups) -> bool | None:
    """Whether the change is about this person at all."""
    if change.what == "state":
        return True
    if change.subject == "user":
        return row.user_id == change.value
    if change.subject == "any" and row.user_id == change.value:
        return True
    if change.value in groups:
        return row.user_id in groups[change.value]
    # An id that may be a person's: somebody else's sign-ins are then not touched, a group's are.
    return None


def _loosened(
    row: Replayed, touches: bool | None, would_be: Policy | None, course: Course | None
) -> Turn:
    """A blocked sign-in that the policy no longer asks anything of."""
    if row.result == _FAILED:
        if row.others_failed:
            return _STAYS
        return Turn(LET_IN, is_recorded=True) if touches else Turn("group-not-expanded")
    if row.policies_known or not _could_have_failed(row, would_be, course):
        return _STAYS
    return Turn("policies-not-visible")


def _could_have_failed(row: Replayed, policy: Policy | None, course: Course | None) -> bool:
    """Whether a policy that is not among the visible results may be what blocked."""
    if policy is None or course is None:
        return True
    state = _state_at(course, row.first)
    if state is not None and state != ENABLED:
        return False
    return _effect(policy, row.kind) is not Effect.NONE


def _tightened(
    row: Replayed, course: Course | None, would_be: Policy | None, groups: Groups
) -> Turn:
    """A sign-in that was let in, under a policy that is now for more people."""
    if would_be is not None and not would_be.is_enforced:
        return _STAYS
    if course is not None and course.now is not None:
        placed = scope_of(course.now.policy, row.user_id, groups, is_guest=row.is_guest)
        if placed.scope is Scope.IN:
            return _STAYS  # It is for the person already, and let the sign-in pass.
    return _by_definition(row, would_be, groups)


def _recorded(row: Replayed, course: Course | None) -> Turn | None:
    """What the log says the policy would have done; None where it says nothing."""
    if row.result == _WOULD_FAIL:
        return Turn(BLOCKED, is_recorded=True)
    if row.result == _WOULD_PROMPT:
        return Turn("would-be-prompted", is_recorded=True)
    if row.result is not None:
        return Turn("result-not-told")
    state = None if course is None else _state_at(course, row.first)
    if state == ENABLED:
        return _STAYS  # It was on, and let the sign-in pass.
    return _STAYS if state == REPORT_ONLY and row.policies_known else None


def _state_at(course: Course, at: datetime) -> str | None:
    version = course.at(at).start
    return version.policy.state if version is not None and STATE in version.known else None


def _by_definition(row: Replayed, policy: Policy | None, groups: Groups) -> Turn:
    if policy is None:
        return Turn("no-definition")
    effect = _effect(policy, row.kind)
    if effect is Effect.NONE:
        return _STAYS
    placed = scope_of(policy, row.user_id, groups, is_guest=row.is_guest)
    if placed.scope in {Scope.OUT, Scope.EXCLUDED}:
        return _STAYS
    if placed.scope is Scope.CANNOT_TELL:
        return Turn("group-not-expanded")
    return Turn(BLOCKED) if effect is not Effect.SOMETIMES else Turn(_why_open(policy, row.kind))


def _why_open(policy: Policy, kind: ReplayKind) -> str:
    if kind == "unknown":
        return "client-not-logged"
    is_demand = kind == "modern" and "block" not in policy.controls
    return "would-be-prompted" if is_demand else "depends-on-conditions"


def applies_today(row: Replayed, course: Course | None, groups: Groups) -> bool | None:
    """Whether the policy, as it is saved, applies to such a sign-in; None: cannot be told."""
    policy = course.now.policy if course is not None and course.now is not None else None
    if policy is None:
        return True if row.result in APPLIED else None
    if policy.state == DISABLED or _effect(policy, row.kind) is Effect.NONE:
        return False
    scope = scope_of(policy, row.user_id, groups, is_guest=row.is_guest).scope
    if scope in {Scope.OUT, Scope.EXCLUDED}:
        return False
    is_sure = scope is Scope.IN and _effect(policy, row.kind) is not Effect.SOMETIMES
    return True if is_sure or row.result in APPLIED else None


def _effect(policy: Policy, kind: ReplayKind) -> Effect:
    """Effect on a kind of client; a modern one may meet a demand, or use another application."""
    if kind in {"other", "activesync"}:
        return effect_on(policy, "activesync" if kind == "activesync" else "other")
    if not policy.controls:
        return Effect.NONE
    types = policy.client_types
    if kind == "modern" and types and not types & _MODERN:
        return Effect.NONE
    return Effect.SOMETIMES


# Operating systems as the log names them, and what the what-if API calls them.
# [microsoft-graph-docs-contrib, signInConditions, conditionalAccessDevicePlatform]
_PLATFORMS = (
    ("windows phone", "windowsPhone"),
    ("windows", "windows"),
    ("android", "android"),
    ("ios", "iOS"),
    ("iphone", "iOS"),
    ("ipad", "iOS"),
    ("mac", "macOS"),
    ("linux", "linux"),
)
_CLIENTS: dict[ReplayKind, str] = {"other": "other", "activesync": "exchangeActiveSync"}
_EXCHANGE_ONLINE = "00000002-0000-0ff1-ce00-000000000000"


def request_body(
    kind: ReplayKind,
    user_id: str | None,
    *,
    client_key: str | None,
    resource_id: str | None,
    ip_address: str | None,
    country: str | None,
    device_os: str | None,
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Body for ``POST /identity/conditionalAccess/evaluate``, and the fields that are not known.

    Only fields that a sign-in tells as well; risk is left out, which Microsoft then takes for
    low, and a platform, for Android. [microsoft-graph-docs-contrib, conditionalAccessRoot-evaluate,
    signInConditions]
    """
    os = (device_os or "").lower()
    platform = next((name for part, name in _PLATFORMS if part in os), None)
    client = _CLIENTS.get(kind)
    if client is None and kind == "modern":
        client = "browser" if client_key == "browser" else "mobileAppsAndDesktopClients"
    told = {
        "clientAppType": client,
        "devicePlatform": platform,
        "country": country,
        "ipAddress": ip_address,
    }
    body: dict[str, object] = {
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": user_id},
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": [resource_id or _EXCHANGE_ONLINE],
        },
        "signInConditions": {name: value for name, value in told.items() if value},
        "appliedPoliciesOnly": False,
    }
    missing = [name for name, value in told.items() if not value]
    missing += [] if user_id else ["userId"]
    missing += [] if resource_id else ["includeApplications"]
    return body, tuple(missing)
