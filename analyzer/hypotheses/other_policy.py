"""Blocked by Conditional Access, but not by the legacy block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of
from analyzer.results import Answer, Cause
from analyzer.vocabulary.error_codes import meaning

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts


def _says_policy(facts: Facts, answer: Answer) -> str:
    names = ", ".join(policy.name or policy.id for policy in facts.policies)
    codes = "; ".join(f"{code} {meaning(code)}".strip() for code in facts.error_codes)
    if answer is Answer.YES:
        return f"What refused is no legacy block: {names or codes}."
    if answer is Answer.NO:
        return f"A block aimed at the client type refused: {names or codes}."
    return f"Which policy refused is not known ({codes})."


def _says_strange(facts: Facts, answer: Answer) -> str:
    if facts.source_class == "hostile":
        return q.says_hostile(facts, Answer.YES)
    return q.says_place(facts, answer)


def _actions(facts: Facts) -> tuple[str, ...]:
    names = ", ".join(policy.name or policy.id for policy in facts.policies)
    actions = [
        f"See what {names or 'the policy'} asks for ("
        + "; ".join(f"{code} {meaning(code)}".strip() for code in facts.error_codes)
        + ") and whether this person should meet it.",
    ]
    if facts.source_class == "unfamiliar":
        actions.append("The place is new for this person: ask whether it was them.")
    return tuple(actions)


HYPOTHESIS = Hypothesis(
    cause=Cause.OTHER_POLICY,
    title="Stopped by another policy",
    why="A policy on device, location, risk or second factor stopped the sign-in.",
    source="MicrosoftDocs/entra-docs, reference-error-codes",
    blind_spots=("Policy names are as of sign-in time, and absent where not permitted to see.",),
    priors={
        ("policy", "*"): -0.5,
        ("blocked", "modern"): -0.5,
        ("blocked", "unknown"): -0.3,
        ("blocked", "*"): -3.0,
    },
    checks=(
        Check(
            "not-the-legacy-block",
            "Is what refused something else than a block of legacy clients?",
            q.is_blocked_by_other_policy,
            _says_policy,
            yes=4.5,
            no=-1.5,
            source="policies",
        ),
        Check(
            "legacy-client-other-policy",
            "Did a policy known to be no legacy block refuse a legacy client?",
            lambda facts: answer_of(
                (facts.policies_are_legacy_blocks is Answer.NO) if q.is_legacy(facts) else None
            ),
            q.says(
                "The policy that refused is, by its definition, no block of legacy clients.",
                "The policy that refused is not known to be another.",
                "Not asked: the client is no legacy one.",
            ),
            yes=9.0,
            no=0.0,
            source="policies",
        ),
        Check(
            "legacy-client-own-place",
            "If the client is a legacy one: is the place normal for the person?",
            lambda facts: q.is_own_place(facts) if q.is_legacy(facts) else Answer.UNKNOWN,
            lambda facts, answer: (
                _says_strange(facts, answer)
                if q.is_legacy(facts)
                else "Not asked of a modern client. " + _says_strange(facts, q.is_own_place(facts))
            ),
            yes=0.0,
            no=-12.0,
        ),
    ),
    actions=_actions,
)
