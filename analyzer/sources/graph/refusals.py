"""What Graph's refusals mean: which permission, licence or credential is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.sources.graph.findings import Finding
from analyzer.sources.graph.retry import code_of

if TYPE_CHECKING:
    from analyzer.sources.graph.answer import Answer
    from analyzer.sources.graph.permissions import Feature

_OK = 200
_UNAUTHORIZED = 401
_FORBIDDEN = 403
_NO_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
_SHOWN = 200


def access(answer: Answer | str, feature: Feature, *, what: str) -> Finding:
    """Whether Graph lets this application read something.

    Args:
        answer: To a small request for it, or in words why there is none.
        feature: What needs it.
        what: Name of the finding, and of what was asked for, in the plural.

    Returns:
        Named ``licence`` or ``credentials`` where that is what is missing.
    """
    if isinstance(answer, str):
        return Finding(
            what,
            "unknown",
            f"Graph did not answer for {what}: {answer}.",
            "Check that Graph's address can be reached from here (names, proxy, firewall).",
        )
    if answer.status == _OK:
        return Finding(what, "ok", f"Graph answers for {what}.")
    code, message = code_of(answer)
    told = f"{code} {message[:_SHOWN]}".strip() or "without a reason"
    if answer.status == _UNAUTHORIZED:
        return Finding(
            "credentials",
            "failed",
            f"Graph does not accept the token (401): {told}",
            "Get a new token, and check that tenant and cloud are the token's own.",
        )
    if answer.status == _FORBIDDEN and code == _NO_PREMIUM:
        return Finding(
            "licence",
            "failed",
            "The tenant has no Microsoft Entra ID P1 or P2, without which Graph gives no sign-ins.",
            "Get a P1 or P2 licence, or export sign-ins in the Entra admin centre (7 days) and "
            "give those files to analyzer triage.",
        )
    if answer.status == _FORBIDDEN:
        return Finding(
            what,
            "failed" if feature.is_required else "warning",
            f"Graph refuses {what} (403): {told}. {feature.lost}",
            f"Grant the application permission {' or '.join(feature.permissions)} in Entra, with "
            "admin consent (Directory.Read.All, too, where that is not enough); a person also "
            "needs a role such as Security Reader.",
        )
    return Finding(what, "unknown", f"Graph answered for {what} with {answer.status}: {told}")
