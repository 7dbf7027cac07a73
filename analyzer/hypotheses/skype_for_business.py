"""Skype/Lync falling back to password on EWS since the mailbox moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of, opposite
from analyzer.results import Answer, Cause

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts


def _is_skype_agent(facts: Facts) -> Answer:
    if facts.family == "skype":
        return Answer.YES
    return Answer.NO if facts.user_agents else Answer.UNKNOWN


def _after_move(facts: Facts) -> Answer:
    if facts.own_move is None:
        return q.has_moved(facts)
    return answer_of(facts.side == "after")


def _only_ews(facts: Facts) -> Answer:
    if facts.family == "skype":
        return Answer.UNKNOWN
    return answer_of(facts.ews == facts.events)


def _actions(_facts: Facts) -> tuple[str, ...]:
    return (
        "Set AllowAdalForNonLyncIndependentOfLync=1 on this person's computer, so that Skype for "
        "Business uses modern authentication for Exchange Web Services, and restart it.",
        "Enable modern authentication for Skype for Business Server (hybrid modern "
        "authentication), or move the person to Teams.",
    )


HYPOTHESIS = Hypothesis(
    cause=Cause.SKYPE_FOR_BUSINESS,
    title="Skype for Business on Exchange Web Services",
    why=(
        "Once the mailbox is in Exchange Online, Skype for Business falls back to the password "
        "for Exchange Web Services unless told to use modern authentication."
    ),
    source="MicrosoftDocs/OfficeDocs-Support, Skype for Business and Exchange Online prompts",
    blind_spots=("Without an agent, Skype's EWS rows look like any other EWS client's.",),
    priors={
        ("blocked", "skype"): -0.8,
        ("blocked", "ews"): -0.8,
        ("blocked", "other"): -3.0,
        ("blocked", "unknown"): -3.5,
    },
    checks=(
        Check(
            "skype-agent",
            "Does the agent name Skype for Business or Lync?",
            _is_skype_agent,
            q.says(
                "The agent names Skype for Business or Lync.",
                "The agents name something else than Skype.",
                "No agent was logged.",
            ),
            yes=5.3,
            no=-2.5,
        ),
        Check(
            "after-own-move",
            "Is it after the person's own cut-over?",
            _after_move,
            q.says(
                "It is after the person's own cut-over.",
                "It is not after a cut-over of the person's own mailbox.",
                "Whether the person's mailbox moved is not known.",
            ),
            yes=1.2,
            no=-1.2,
            source="moves",
        ),
        Check(
            "soon-after-own-move",
            "Did it begin within five working days of the cut-over?",
            q.began_soon_after_own_move,
            q.says(
                "It began within five working days of the cut-over.",
                "It began more than five working days after the cut-over.",
                "How soon after a cut-over it began cannot be told.",
            ),
            yes=0.5,
            no=-0.5,
            source="moves",
        ),
        Check(
            "only-ews",
            "Is it Exchange Web Services and nothing else?",
            _only_ews,
            q.says(
                "Every row is Exchange Web Services.",
                "There are other protocols beside Exchange Web Services.",
                "Not asked: the agent already names Skype.",
            ),
            yes=1.3,
            no=-2.0,
        ),
        Check(
            "person-hours",
            "Does it keep a person's hours?",
            lambda facts: opposite(q.is_round_the_clock(facts)),
            q.says(
                "It keeps a person's hours.",
                "It runs day and night, as a service does.",
                "Its hours do not tell.",
            ),
            yes=0.2,
            no=-4.0,
        ),
        q.PLACE,
    ),
    actions=_actions,
)
