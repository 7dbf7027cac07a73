"""What a policy makes of a legacy client that gives the right password."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from analyzer.policies.model import Policy

LegacyKind = Literal["other", "activesync"]
LEGACY_KINDS: tuple[LegacyKind, ...] = ("other", "activesync")
"""``other``: Outlook on RPC over HTTP, IMAP, POP, SMTP, Exchange Web Services; ``activesync``:
phones. [microsoft-graph-docs-contrib, conditionalAccessConditionSet]"""

_TYPES: dict[LegacyKind, frozenset[str]] = {
    "other": frozenset(("other",)),
    "activesync": frozenset(("exchangeactivesync", "easunsupported", "eassupported")),
}
# Exchange Online, and the collections that hold it.
# [MicrosoftDocs/entra-docs, concept-conditional-access-cloud-apps]
_EXCHANGE = frozenset(("all", "office365", "00000002-0000-0ff1-ce00-000000000000"))
_BLOCK = "block"


class Effect(StrEnum):
    """What happens to the client."""

    BLOCKS = "blocks"
    DEMANDS = "demands what a legacy client cannot give"
    SOMETIMES = "depends on further conditions"
    NONE = "does not touch"


def effect_on(policy: Policy, kind: LegacyKind) -> Effect:
    """Effect on a legacy client of somebody in scope who signs in to Exchange Online.

    Says nothing of the policy's state: a disabled policy is asked what it would do. A demand
    (multi-factor authentication, a compliant device, terms of use) blocks a legacy client as
    surely as a block does, since it cannot answer. [MicrosoftDocs/entra-docs,
    block-legacy-authentication]
    """
    if policy.client_types and not policy.client_types & _TYPES[kind]:
        return Effect.NONE
    if not _covers_exchange(policy) or not policy.controls:
        return Effect.NONE
    if policy.narrowed_by:
        return Effect.SOMETIMES
    return Effect.BLOCKS if _BLOCK in policy.controls else Effect.DEMANDS


def _covers_exchange(policy: Policy) -> bool:
    if policy.exclude_applications & _EXCHANGE:
        return False
    return bool(policy.include_applications & _EXCHANGE)
