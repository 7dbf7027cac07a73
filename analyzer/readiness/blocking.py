"""Which enforced policies would turn a person's legacy client away, and which exclude him."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from analyzer.policies import Effect, Placed, Scope, effect_on, scope_of
from analyzer.results import Answer, PolicyRef

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from analyzer.policies import Groups, LegacyKind, Policy

# Conditions that only strike a sign-in for something besides its being legacy: such a policy is
# no general block of a fallback. Places, platforms and devices may well be met by one.
_RARE = frozenset(
    ("sign-in risk", "user risk", "insider risk", "authentication flows", "workload identities")
)

DEFAULTS = PolicyRef("SecurityDefaults", "Security defaults")


@dataclass(frozen=True, slots=True)
class Touching:
    """A policy that would block, and why it does not, or perhaps does not.

    Attributes:
        why: ``excluded``, ``scope`` (who is meant cannot be told) or ``conditions``.
    """

    policy: PolicyRef
    why: Literal["excluded", "scope", "conditions"]
    placed: Placed
    narrowed_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blocking:
    """Whether a legacy client of one person with the right password is turned away.

    Attributes:
        by: Policies that certainly do.
        excluded: Policies that would but for an exclusion of this person.
        perhaps: Policies of which it cannot be told.
        defaults: Whether security defaults are on.
        is_from_signins: The answer rests on what sign-ins showed, not on definitions.
    """

    answer: Answer
    by: tuple[PolicyRef, ...] = ()
    excluded: tuple[Touching, ...] = ()
    perhaps: tuple[Touching, ...] = ()
    defaults: Answer = Answer.UNKNOWN
    policies_given: bool = True
    is_from_signins: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The tenant's Conditional Access, as far as it was given.

    Attributes:
        policies: None where no export was given.
        groups: Members of groups and roles, as far as they were given; of those in ``partial``
            only some members are known.
        defaults_seen: Sign-ins were turned away by security defaults.
    """

    policies: tuple[Policy, ...] | None
    groups: Groups
    defaults_seen: bool = False
    partial: frozenset[str] = frozenset()

    def groups_for(self, user_id: str | None) -> Groups:
        """Groups that say yes or no of one person: a partial one only where he is in it."""
        if not self.partial:
            return self.groups
        return {
            group: members
            for group, members in self.groups.items()
            if group not in self.partial or user_id in members
        }

    @property
    def enforced(self) -> tuple[Policy, ...]:
        """Policies that have an effect."""
        return tuple(policy for policy in self.policies or () if policy.is_enforced)

    @property
    def defaults(self) -> Answer:
        """Whether security defaults are on: never beside an enforced policy.

        [MicrosoftDocs/entra-docs, concept-conditional-access-policies and security-defaults]
        """
        if self.enforced:
            return Answer.NO
        return Answer.YES if self.defaults_seen else Answer.UNKNOWN


def blocking_of(
    rules: Rules,
    kind: LegacyKind,
    user_id: str | None,
    *,
    is_guest: bool = False,
    blocked_by: Collection[PolicyRef] = (),
) -> Blocking:
    """Judge a legacy client of one person against every policy.

    Args:
        rules: The tenant's policies.
        kind: ``other`` (Outlook on RPC over HTTP, protocols) or ``activesync``.
        user_id: Object id in lower case, where it is known.
        is_guest: Whether the person is a guest.
        blocked_by: Enforced policies that were seen to turn a legacy client of his away.
    """
    if rules.policies is None:
        return _by_signins(rules, tuple(blocked_by))
    seen = {ref.id.lower() for ref in blocked_by}
    groups = rules.groups_for(user_id)
    by: list[PolicyRef] = []
    excluded: list[Touching] = []
    perhaps: list[Touching] = []
    for policy in rules.enforced:
        effect = effect_on(policy, kind)
        if effect is Effect.NONE or (effect is Effect.SOMETIMES and _is_rare(policy)):
            continue
        placed = scope_of(policy, user_id, groups, is_guest=is_guest)
        ref = PolicyRef(policy.id, policy.name)
        if placed.scope is Scope.CANNOT_TELL and policy.id in seen:
            placed = Placed(Scope.IN, "sign-ins")
        if placed.scope is Scope.EXCLUDED:
            excluded.append(Touching(ref, "excluded", placed))
        elif placed.scope is Scope.OUT:
            continue
        elif effect is Effect.SOMETIMES:
            perhaps.append(Touching(ref, "conditions", placed, policy.narrowed_by))
        elif placed.scope is Scope.CANNOT_TELL:
            perhaps.append(Touching(ref, "scope", placed))
        else:
            by.append(ref)
    return _judged(rules, by, excluded, perhaps)


def _judged(
    rules: Rules,
    by: Sequence[PolicyRef],
    excluded: Sequence[Touching],
    perhaps: Sequence[Touching],
) -> Blocking:
    defaults = rules.defaults
    found = (*by, DEFAULTS) if defaults is Answer.YES else tuple(by)
    if found:
        answer = Answer.YES
    elif perhaps or defaults is Answer.UNKNOWN:
        answer = Answer.UNKNOWN
    else:
        answer = Answer.NO
    return Blocking(
        answer,
        found,
        tuple(excluded),
        tuple(perhaps),
        defaults,
        is_from_signins=bool(found) and not by,
    )


def _by_signins(rules: Rules, blocked_by: tuple[PolicyRef, ...]) -> Blocking:
    """Without definitions only what turned somebody away is known; a "no" never is."""
    found = (DEFAULTS,) if rules.defaults_seen else blocked_by
    answer = Answer.YES if found else Answer.UNKNOWN
    defaults = Answer.YES if rules.defaults_seen else Answer.UNKNOWN
    return Blocking(answer, found, (), (), defaults, policies_given=False, is_from_signins=True)


def _is_rare(policy: Policy) -> bool:
    return bool(set(policy.narrowed_by) & _RARE)  # all conditions must hold at once
