"""Conditional Access by its definitions: what blocks legacy clients, and whom."""

from analyzer.policies.effect import LEGACY_KINDS, Effect, LegacyKind, effect_on
from analyzer.policies.model import SECURITY_DEFAULTS, Policy, policies_of
from analyzer.policies.scope import Groups, Placed, Scope, scope_of

__all__ = [
    "LEGACY_KINDS",
    "SECURITY_DEFAULTS",
    "Effect",
    "Groups",
    "LegacyKind",
    "Placed",
    "Policy",
    "Scope",
    "effect_on",
    "policies_of",
    "scope_of",
]
