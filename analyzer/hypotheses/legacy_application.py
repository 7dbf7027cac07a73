"""EWS, PowerShell, reporting or other scripted client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of, opposite
from analyzer.results import Answer, Cause

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts


def _is_script(facts: Facts) -> Answer:
    if facts.family == "application":
        return Answer.YES
    return Answer.UNKNOWN if not facts.user_agents else Answer.NO


def _says_script(facts: Facts, answer: Answer) -> str:
    named = ", ".join((*facts.user_agents[:2], *facts.clients[:2])) or "nothing"
    if answer is Answer.YES:
        return f"Client app or agent is a scripted client's: {named}."
    if answer is Answer.NO:
        return f"The agents name no known scripted client: {named}."
    return "No agent was logged."


def _no_move(facts: Facts) -> Answer:
    if facts.side == "after":
        return q.same_way_before(facts)
    if facts.side == "before":
        return Answer.YES
    return answer_of(True if facts.moves_given else None)


_NO_PERSONS = ("shared", "room", "equipment", "discovery", "system", "scheduling")


def _is_service(facts: Facts) -> Answer:
    """Whether nobody signs in by this account: a mailbox of no person, or never a modern client."""
    kind = (facts.recipient_type or "").lower()
    if kind.startswith(_NO_PERSONS) or kind.removeprefix("remote").startswith(_NO_PERSONS):
        return Answer.YES
    return opposite(facts.signs_in)


def _says_service(facts: Facts, answer: Answer) -> str:
    if answer is Answer.YES and facts.signs_in is Answer.YES:
        return f"The account is a {facts.recipient_type}, which is no person's."
    if answer is Answer.YES:
        return "No modern client ever signs in by this account, as with service accounts."
    if answer is Answer.NO:
        return "A person signs in by this account with modern clients."
    return "The log is too short to tell whether a person signs in by this account."


def _actions(facts: Facts) -> tuple[str, ...]:
    return (
        "Find the owner of the application behind "
        f"{', '.join(facts.ip_addresses[:3]) or 'these sign-ins'} and move it to OAuth, with an "
        "application permission of its own and access limited to its mailboxes.",
        "Do not exclude the account from the block; Exchange Online no longer takes the password.",
    )


HYPOTHESIS = Hypothesis(
    cause=Cause.LEGACY_APPLICATION,
    title="Script or application with a password",
    why="A scripted client uses Exchange Web Services, PowerShell or reporting with a password.",
    source="MicrosoftDocs/entra-docs, howto-customize-filter-logs",
    blind_spots=(
        "EWS is also Outlook's, the Mac's and Skype's: without an agent it is hard to say.",
    ),
    priors={
        ("blocked", "application"): -0.5,
        ("blocked", "ews"): 0.0,
        ("blocked", "other"): -0.6,
        ("blocked", "skype"): -2.0,
        ("blocked", "unknown"): -3.0,
    },
    checks=(
        Check(
            "scripted-client",
            "Do client app or agent name a scripted client?",
            _is_script,
            _says_script,
            yes=5.0,
            no=0.0,
        ),
        Check(
            "round-the-clock",
            "Does it run day and night?",
            q.is_round_the_clock,
            q.says(
                "It runs day and night, as services do.",
                "It keeps a person's hours.",
                "Its hours do not tell.",
            ),
            yes=2.0,
            no=-0.4,
        ),
        Check(
            "no-move-explains-it",
            "Was it there without, or before, a move?",
            _no_move,
            q.says(
                "It was there without a move, or before it.",
                "It was not there before the move.",
                "Whether it was there before a move cannot be told.",
            ),
            yes=0.9,
            no=-0.9,
            source="moves",
        ),
        Check(
            "service-account",
            "Is it an account that no person signs in by?",
            _is_service,
            _says_service,
            yes=1.2,
            no=-0.3,
        ),
        q.PLACE,
    ),
    actions=_actions,
)
