"""An Outlook that cannot, or is set not to, do modern auth: no move explains its block."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of
from analyzer.hypotheses.onprem import was_on_mapi_check
from analyzer.results import Answer, Cause

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts

_OWNER_DAYS_BEFORE = 1


def _no_move_explains(facts: Facts) -> Answer:
    if not facts.moves_given:
        return Answer.UNKNOWN
    if q.is_just_before_own_move(facts):
        return Answer.UNKNOWN
    if facts.side == "after":
        return answer_of(q.same_way_before(facts) is Answer.YES)
    if q.met_exchange_then(facts) is Answer.YES and facts.met_with is Answer.YES:
        return Answer.UNKNOWN
    owner = facts.owner
    if owner is not None and owner.after and owner.days_before <= _OWNER_DAYS_BEFORE:
        return Answer.NO
    return Answer.UNKNOWN if q.follows_a_wave(facts) is Answer.YES else Answer.YES


def _says_no_move(facts: Facts, answer: Answer) -> str:
    if answer is Answer.UNKNOWN:
        return _says_move_unknown(facts)
    if answer is Answer.NO:
        return "A mailbox move just before it explains it as well."
    if facts.side == "before":
        return "It happened before the person's mailbox moved."
    if facts.side == "after":
        return q.says_same_way_before(facts, answer)
    return "Neither an own move nor a move of a mailbox with rights explains it."


def _says_move_unknown(facts: Facts) -> str:
    if q.is_just_before_own_move(facts):
        return q.says_began_after_own_move(facts, Answer.UNKNOWN)
    if q.met_exchange_then(facts) is Answer.YES:
        return "It began with a wave of first meetings: a move without a record may explain it."
    if facts.moves_given:
        return "It began with other people's moves, and rights on their mailboxes are not known."
    return "No move export was given, so a move cannot be ruled out."


def _from_the_start(facts: Facts) -> Answer:
    if facts.days < q.FEW_DAYS:
        return Answer.UNKNOWN
    return answer_of(facts.onset - facts.window_from <= timedelta(days=2))


def _is_old(facts: Facts) -> Answer:
    capable = q.build_is_capable(facts)
    return Answer.UNKNOWN if capable is Answer.UNKNOWN else answer_of(capable is Answer.NO)


def _actions(facts: Facts) -> tuple[str, ...]:
    if q.build_is_capable(facts) is Answer.NO:
        return (
            f"Update Outlook {facts.outlook_major} to a version with modern authentication; "
            "it stays blocked until then, move or not.",
        )
    return (
        "Find the Outlook version and its settings on this person's computers: 2010 must be "
        "updated; 2013 needs the registry value EnableADAL=1; a policy may have switched modern "
        "authentication off (EnableADAL=0).",
        "Keep the block: this client would be blocked with or without a move.",
    )


HYPOTHESIS = Hypothesis(
    cause=Cause.LEGACY_OUTLOOK,
    title="Outlook without modern authentication",
    why="An old Outlook, or one set not to, uses basic authentication, move or no move.",
    source="MicrosoftDocs/entra-docs, block-legacy-authentication",
    blind_spots=(
        "Most rows of Outlook carry no agent, so the version is seldom known.",
        "A move purged after 30 days looks like no move.",
    ),
    priors={
        ("blocked", "outlook"): -0.3,
        ("blocked", "ews"): -2.0,
        ("blocked", "other"): -1.5,
        ("blocked", "unknown"): -3.0,
    },
    checks=(
        Check(
            "no-move-explains-it",
            "Is there no move, own or of a mailbox with rights, that explains it?",
            _no_move_explains,
            _says_no_move,
            yes=2.0,
            no=-2.0,
            source="moves",
        ),
        Check(
            "from-the-start",
            "Was it there from the start of the log, on several days?",
            _from_the_start,
            q.says(
                "It was there from the start of the log.",
                "It began in the middle of the log.",
                "Too few days to tell whether it was always there.",
            ),
            yes=0.8,
            no=-0.3,
        ),
        Check(
            "build-cannot-do-modern-auth",
            "Does the agent name an Outlook too old for modern authentication?",
            _is_old,
            lambda facts, _answer: q.says_build(facts, q.build_is_capable(facts)),
            yes=5.0,
            no=-0.2,
        ),
        was_on_mapi_check(yes=0.6, no=0.0),
        q.PLACE,
    ),
    actions=_actions,
)
