"""A person's mistyped, stale or expired password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of
from analyzer.results import Answer, Cause
from analyzer.vocabulary.error_codes import meaning

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts

_EXPIRED = 50055
_LOCKED = 50053


def _says_codes(facts: Facts, _answer: Answer) -> str:
    codes = "; ".join(f"{code} {meaning(code)}".strip() for code in facts.error_codes)
    return f"{facts.events} times on {facts.days} day(s): {codes}."


def _actions(facts: Facts) -> tuple[str, ...]:
    if _EXPIRED in facts.error_codes:
        return ("Have the person change the expired password.",)
    if facts.family == "outlook":
        return (
            "Passwords typed at Outlook's prompts do not help while it is blocked: see this "
            "person's other verdicts for why it prompts.",
        )
    if q.is_legacy(facts):
        return (
            "Update the stored password on the person's device, or better, replace the client: "
            "it uses legacy authentication and would be blocked with the right password too.",
        )
    if facts.error_codes == (_LOCKED,):
        return (
            "Find what locked the account: an old password on one of the person's devices, or "
            "an attack on this account from elsewhere (look for its verdict of that cause).",
        )
    return ("Nothing, unless the person asks for help: a password was mistyped or is stale.",)


HYPOTHESIS = Hypothesis(
    cause=Cause.WRONG_PASSWORD,
    title="Wrong, stale or expired password",
    why="The first factor was not right, so Conditional Access was never asked.",
    source="MicrosoftDocs/entra-docs, reference-error-codes",
    blind_spots=("One careful guess by a stranger looks like a typing mistake.",),
    priors={("wrong-password", "*"): -0.5},
    checks=(
        Check(
            "password-was-wrong",
            "Do the codes say that the password was wrong, expired or locked?",
            lambda facts: answer_of(facts.outcome == "wrong-password"),
            _says_codes,
            yes=3.0,
            no=0.0,
        ),
        Check(
            "own-place",
            "Did it come from a place that is normal for the person or the organisation?",
            q.is_own_place,
            q.says_place,
            yes=0.7,
            no=-0.8,
        ),
        Check(
            "succeeded-later",
            "Did the person succeed later?",
            q.has_recovered,
            q.says(
                "The person succeeded later.",
                "No later success was seen.",
                "A later success cannot be told.",
            ),
            yes=0.4,
            no=0.0,
        ),
    ),
    actions=_actions,
)
