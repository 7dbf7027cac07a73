"""Spray, guessing, or a known password in strange hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of
from analyzer.results import Answer, Cause

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts

_GUESSES = 10
_GUESSES_PER_DAY = 10


def _is_strange(facts: Facts) -> Answer:
    """Blocked with the right password from a place strange in address, network and country."""
    if facts.outcome != "blocked" or facts.family == "modern":
        return Answer.UNKNOWN
    if not q.is_legacy(facts):
        return Answer.UNKNOWN
    place = q.is_own_place(facts)
    return {Answer.NO: Answer.YES, Answer.YES: Answer.NO}.get(place, Answer.UNKNOWN)


def _says_strange(facts: Facts, answer: Answer) -> str:
    if answer is Answer.UNKNOWN and facts.outcome == "wrong-password":
        return "Not asked: every password here was wrong."
    if answer is Answer.UNKNOWN:
        return "Whether a known password was used from a strange place cannot be told here."
    place = q.says_place(facts, q.is_own_place(facts))
    if answer is Answer.YES:
        return f"{place} Conditional Access runs after the password: it was the right one."
    return place


def _is_guessing(facts: Facts) -> Answer:
    if facts.outcome != "wrong-password":
        return Answer.UNKNOWN
    many = facts.events >= _GUESSES and facts.events / facts.days >= _GUESSES_PER_DAY
    return answer_of(many and facts.source_class == "unfamiliar")


def _says_guessing(facts: Facts, answer: Answer) -> str:
    if answer is Answer.YES:
        return (
            f"{facts.events} wrong passwords for this one account on {facts.days} day(s), from a "
            "place that is strange for the person."
        )
    if answer is Answer.NO:
        return "The wrong passwords are not a long series from a strange place."
    return "No wrong passwords here."


def _actions(facts: Facts) -> tuple[str, ...]:
    where = ", ".join(facts.ip_addresses[:5]) or "the source"
    if facts.hostile is not None and facts.hostile.level == "network":
        where = f"network {facts.hostile.source}"
    look = f"Look at everything else that came from {where}, successes first, and block it."
    if facts.outcome == "blocked" and q.is_legacy(facts):
        return (
            "Reset this password now and revoke the sessions: a policy stopped the sign-in after "
            "the password was found right.",
            look,
            "Do not exclude this person from the legacy block.",
        )
    return (
        look,
        "Check that this person has no success from there and has multifactor authentication.",
    )


HYPOTHESIS = Hypothesis(
    cause=Cause.CREDENTIAL_ATTACK,
    title="Attack with guessed or known passwords",
    why=(
        "Spray tools use legacy protocols and Outlook's agent. A block by Conditional Access "
        "comes after the password was right, so from a strange place it means a known password."
    ),
    source="MicrosoftDocs/entra-docs, Conditional Access overview; ATT&CK T1110.003 and T1078.004",
    blind_spots=(
        "A slow attack from the victim's own country and network looks like the victim.",
        "What is familiar is learnt from successes in the input only.",
    ),
    priors={
        ("blocked", "*"): -3.0,
        ("wrong-password", "*"): -3.0,
        ("policy", "*"): -3.0,
        ("failure", "*"): -3.0,
    },
    checks=(
        Check(
            "hostile-source",
            "Did the address or network try wrong passwords on many people in a short time?",
            lambda facts: answer_of(facts.source_class == "hostile"),
            q.says_hostile,
            yes=9.0,
            no=-0.5,
        ),
        Check(
            "known-password-in-strange-hands",
            "Was the right password used on a legacy client from a place strange in every way?",
            _is_strange,
            _says_strange,
            yes=6.5,
            no=-4.0,
        ),
        Check(
            "guessing",
            "Is it a long series of wrong passwords for one account from a strange place?",
            _is_guessing,
            _says_guessing,
            yes=7.5,
            no=-0.5,
        ),
    ),
    actions=_actions,
)
