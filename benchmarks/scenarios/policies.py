"""The tenant's Conditional Access: which policies there are and what they make of a sign-in.

A block needs a right password (Conditional Access runs after the first factor, field guide
section 2). The array on a row lists every policy, disabled and report-only ones too.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.scenarios.clients import is_activesync
from benchmarks.scenarios.window import DAY, Window

if TYPE_CHECKING:
    from benchmarks.scenarios.features import Features
    from benchmarks.tenant.world import Client

Results = tuple[tuple[str, str], ...]
"""Policy key and result, for policies that are not merely untouched."""


@dataclass(frozen=True, slots=True)
class TenantPolicy:
    """A policy and what it says of sign-ins it does not touch."""

    key: str
    id: str
    name: str
    state: str
    controls: tuple[str, ...]
    untouched: tuple[str, str, str]
    touched_by: str = "application,users"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sign-in ends; false success is a code 0 beside a failed block."""

    code: int
    ca_status: str
    results: Results = ()


@dataclass
class Guard:
    """Judges sign-ins the way Entra does.

    Attributes:
        exclusions: Person to spans in which the person is excluded from what blocks legacy.
    """

    features: Features
    window: Window
    policies: dict[str, TenantPolicy]
    exclusions: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def blocks_legacy(self, person: int, at: int) -> bool:
        """Whether a legacy client with the right password is turned away."""
        return bool(self._legacy_failures(person, at, is_phone=False))

    def legacy(self, person: int, at: int, client: Client, *, lies: bool = False) -> Outcome:
        """A legacy client with the right password.

        Args:
            person: Whose account.
            at: When.
            client: Which program.
            lies: Whether ActiveSync reports success although it was blocked.
        """
        failures = self._legacy_failures(person, at, is_phone=is_activesync(client))
        results = [(key, "failure") for key in failures]
        if self._pilots(at):
            results.append((self._pilots(at), "reportOnlyFailure"))
        if not failures:
            return Outcome(0, "notApplied", tuple(results))
        if self.features.guard == "security-defaults":
            return Outcome(530035, "failure", tuple(results))
        is_lie = lies and is_activesync(client) and self.features.false_success
        has_block = any("Block" in self.policies[key].controls for key in failures)
        return Outcome(0 if is_lie and has_block else 53003, "failure", tuple(results))

    def modern(self, in_device_scope: bool, in_mfa_scope: bool) -> Outcome:
        """A modern client that is let in."""
        results = []
        asks_all = self.features.indirect_by
        if (in_mfa_scope or asks_all == "mfa") and "mfa" in self.policies:
            results.append(("mfa", "success"))
        if (in_device_scope or asks_all == "device") and "device" in self.policies:
            results.append(("device", "success"))
        return Outcome(0, "success" if results else "notApplied", tuple(results))

    def refused(self, key: str, code: int) -> Outcome:
        """A modern client stopped by the policy ``key``."""
        return Outcome(code, "failure", ((key, "failure"),))

    def state_at(self, at: int) -> str:
        """State of the policy that blocks legacy clients."""
        share = self.window.share(at)
        if share < self.features.enforced_after:
            return "enabledForReportingButNotEnforced"
        off_until = self.features.off_from + self.features.off_days * DAY / (
            self.window.end - self.window.start
        )
        if self.features.off_from >= 0 and self.features.off_from <= share < off_until:
            return "disabled"
        return "enabled"

    def changed_at(self) -> int:
        """When the policy that blocks legacy clients was last changed."""
        span = self.window.end - self.window.start
        if self.features.enforced_after:
            return self.window.start + round(self.features.enforced_after * span)
        if self.features.off_from >= 0:
            off_at = self.window.start + round(self.features.off_from * span)
            return off_at + self.features.off_days * DAY
        return self.window.start - 20 * DAY

    def _legacy_failures(self, person: int, at: int, *, is_phone: bool) -> list[str]:
        guard = self.features.guard
        if guard == "security-defaults":
            return ["SecurityDefaults"]
        if any(begins <= at < ends for begins, ends in self.exclusions.get(person, ())):
            return []
        failures = []
        if guard == "legacy-policy" and self.state_at(at) == "enabled":
            failures.append(
                "activesync" if is_phone and "activesync" in self.policies else "legacy"
            )
        if self.features.indirect_by:
            failures.append(self.features.indirect_by)
        return failures

    def _pilots(self, at: int) -> str:
        """The policy that reports what it would have blocked."""
        if self.features.guard != "legacy-policy":
            return ""
        if self.state_at(at) == "enabledForReportingButNotEnforced":
            return "legacy"
        return "pilot" if "pilot" in self.policies else ""


def draw_policies(dice: random.Random, features: Features) -> dict[str, TenantPolicy]:
    """The tenant's policies in the order the array lists them; none under security defaults."""
    if features.guard == "security-defaults":
        return {}
    wanted = {
        "legacy": features.guard == "legacy-policy",
        "activesync": features.splits_activesync,
        "mfa": True,
        "device": True,
        "country": features.has_country_policy,
        "guests": features.has_guest_policy,
        "pilot": features.has_pilot and features.guard == "legacy-policy",
        "old": features.has_old_policy,
    }
    policies = {}
    for key, (names, state, controls, untouched, touched) in _KINDS.items():
        if wanted[key]:
            policies[key] = TenantPolicy(
                key, str(uuid.UUID(int=dice.getrandbits(128), version=4)), dice.choice(names),
                state, controls, untouched, touched,
            )  # fmt: skip
    return policies


_CLIENT = ("notApplied", "application,users", "clientType")
_KINDS: dict[str, tuple[tuple[str, ...], str, tuple[str, ...], tuple[str, str, str], str]] = {
    "legacy": (
        ("CA001: Block legacy authentication", "Block basic auth", "Baseline - Legacy clients"),
        "enabled", ("Block",), _CLIENT, "application,users,clientType",
    ),
    "activesync": (
        ("CA002: Block ActiveSync", "Block basic auth (EAS)"),
        "enabled", ("Block",), _CLIENT, "application,users,clientType",
    ),
    "mfa": (
        ("CA003: Multi-factor authentication", "Require MFA"),
        "enabled", ("Mfa",), ("notApplied", "application", "users"), "application,users",
    ),
    "device": (
        ("CA004: Compliant device for Office", "Require managed device"),
        "enabled", ("RequireCompliantDevice",), ("notApplied", "application", "users"),
        "application,users",
    ),
    "country": (
        ("CA005: Blocked countries", "Geo block"),
        "enabled", ("Block",), ("notApplied", "application,users", "location"),
        "application,users,location",
    ),
    "guests": (
        ("CA006: MFA for guests",),
        "enabled", ("Mfa",), ("notApplied", "application", "users"), "application,users",
    ),
    "pilot": (
        ("CA901: Block legacy, no exclusions (report only)", "PILOT Block legacy everywhere"),
        "enabledForReportingButNotEnforced", ("Block",),
        ("reportOnlyNotApplied", "application,users", "clientType"),
        "application,users,clientType",
    ),
    "old": (
        ("CA999: MFA everywhere (2019, off)",),
        "disabled", ("Mfa",), ("notEnabled", "none", "none"), "",
    ),
}  # fmt: skip
