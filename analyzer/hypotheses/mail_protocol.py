"""IMAP, POP or SMTP client, device or application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of
from analyzer.results import Answer, Cause

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts


def _is_mail_protocol(facts: Facts) -> Answer:
    return answer_of(True if facts.family == "mail-protocol" else None)


def _says_protocol(facts: Facts, answer: Answer) -> str:
    if answer is Answer.YES:
        return f"The protocol is a mail protocol: {', '.join(facts.clients) or 'by its agent'}."
    return "No row names IMAP, POP or SMTP."


def _is_smtp(facts: Facts) -> bool:
    return any("smtp" in client.lower() for client in facts.clients)


def _actions(facts: Facts) -> tuple[str, ...]:
    first = (
        "Find the device or application behind "
        f"{', '.join(facts.ip_addresses[:3]) or 'the addresses'} and move it to OAuth"
    )
    if _is_smtp(facts):
        return (
            f"{first}, to a mail relay by address, or to another sending service.",
            "SMTP AUTH with a password ends in Exchange Online: plan for it, do not exclude it.",
        )
    return (f"{first}, or replace it by a client that can.",)


HYPOTHESIS = Hypothesis(
    cause=Cause.MAIL_PROTOCOL,
    title="IMAP, POP or SMTP",
    why="A mail program, printer or application signs in with a password over a mail protocol.",
    source="MicrosoftDocs/entra-docs, block-legacy-authentication; KB 4487380 for BAV2ROPC",
    blind_spots=("BAV2ROPC and CBAInPROD are Exchange's own agents, not the client's.",),
    priors={
        ("blocked", "mail-protocol"): -0.5,
        ("blocked", "other"): -1.0,
        ("blocked", "unknown"): -3.0,
    },
    checks=(
        Check(
            "protocol-is-mail",
            "Do client app or agent stand for IMAP, POP or SMTP?",
            _is_mail_protocol,
            _says_protocol,
            yes=5.0,
            no=0.0,
        ),
        Check(
            "converted-basic-auth",
            "Is the agent Exchange's conversion of basic authentication?",
            lambda facts: answer_of(True if facts.converted_agent else None),
            q.says(
                "The agent (BAV2ROPC or CBAInPROD) is Exchange's conversion of basic "
                "authentication, mostly of POP, IMAP and SMTP.",
                "The agent is another.",
                "The agent does not tell.",
            ),
            yes=4.0,
            no=0.0,
        ),
        q.PLACE,
    ),
    actions=_actions,
)
