"""A phone's native mail app on ActiveSync."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of
from analyzer.results import Answer, Cause

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts


def _is_activesync(facts: Facts) -> Answer:
    named = any("activesync" in client.lower() for client in facts.clients)
    return answer_of(True) if named or facts.family == "activesync" else Answer.UNKNOWN


def _says_activesync(facts: Facts, answer: Answer) -> str:
    if answer is not Answer.YES:
        return "The client app is not logged as Exchange ActiveSync."
    names = "The client app is Exchange ActiveSync, or Autodiscover of a phone."
    if not facts.success_code:
        return names
    return (
        f"{names} {facts.success_code} rows read success although Conditional Access failed: Entra "
        "issues the token and Exchange enforces the block."
    )


def _has_phone_agent(facts: Facts) -> Answer:
    if facts.phone_agent:
        return Answer.YES
    return Answer.NO if facts.user_agents else Answer.UNKNOWN


def _says_phone(facts: Facts, answer: Answer) -> str:
    if answer is Answer.YES:
        return f"The agent names a phone's mail app: {facts.user_agents[0]}."
    if answer is Answer.NO:
        return "The agents name no known phone."
    return "No agent was logged."


def _actions(facts: Facts) -> tuple[str, ...]:
    if facts.recovered_at is not None:
        return ("Nothing more to do: the phone now signs in with modern authentication.",)
    return (
        "Remove the mail account from the phone and add it again, so that it uses OAuth; or "
        "push it by device management with OAuth switched on.",
        "Or replace the native app by Outlook for iOS and Android.",
        "Enabling MAPI over HTTP or repairing Outlook does nothing for this phone.",
    )


HYPOTHESIS = Hypothesis(
    cause=Cause.NATIVE_ACTIVESYNC,
    title="Phone's own mail app on ActiveSync",
    why=(
        "On-premises Exchange answers 451 after the move and the phone follows to Exchange "
        "Online with its old basic credentials. It is a legacy client and stays blocked."
    ),
    source="MicrosoftDocs/entra-docs, block-legacy-authentication and reports-faq",
    blind_spots=(
        "Certificate-based ActiveSync is logged and blocked the same way, without a password.",
        "Exchange Online also refuses ActiveSync below 16.1 since March 2026, which leaves no "
        "Conditional Access failure.",
    ),
    priors={("blocked", "activesync"): -0.5, ("blocked", "unknown"): -2.5},
    checks=(
        Check(
            "client-is-activesync",
            "Is the client app Exchange ActiveSync?",
            _is_activesync,
            _says_activesync,
            yes=4.5,
            no=0.0,
        ),
        Check(
            "phone-agent",
            "Does the agent name a phone's native mail app?",
            _has_phone_agent,
            _says_phone,
            yes=3.5,
            no=-0.5,
        ),
        q.PLACE,
    ),
    actions=_actions,
)
