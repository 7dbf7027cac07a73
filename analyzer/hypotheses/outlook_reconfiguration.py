"""Outlook of a moved mailbox, able to do modern auth, stuck on basic since the move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses import questions as q
from analyzer.hypotheses.model import Check, Hypothesis, answer_of, opposite
from analyzer.hypotheses.onprem import is_setting_asked, was_on_rpc_check
from analyzer.results import Answer, Cause

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts


def _is_outlook_bundle(facts: Facts) -> Answer:
    rich = facts.outlook_protocol or facts.outlook_agent or (facts.autodiscover and facts.ews)
    if rich:
        return Answer.YES
    only_ews = facts.ews == facts.events
    return Answer.NO if facts.family == "outlook" or only_ews else Answer.UNKNOWN


def _says_bundle(facts: Facts, answer: Answer) -> str:
    clients = ", ".join(facts.clients) or "no client name"
    if facts.indirect:
        clients += (
            f"; {facts.indirect} times a second factor or a device was asked for, which a legacy "
            "client cannot answer"
        )
    if answer is Answer.YES:
        return f"The connections are an Outlook's bundle: {clients}."
    if answer is Answer.NO:
        return f"Only part of an Outlook's bundle was seen: {clients}."
    return f"The client names do not say whether this is Outlook: {clients}."


def _is_not_service(facts: Facts) -> Answer:
    round_the_clock = q.is_round_the_clock(facts)
    if facts.family == "outlook" or round_the_clock is Answer.UNKNOWN:
        return Answer.UNKNOWN
    return answer_of(round_the_clock is Answer.NO)


def _mapi_action(facts: Facts) -> str:
    if facts.mapi_http == "on":
        return (
            "MAPI over HTTP reads on for this mailbox: check whether that export was taken after "
            "the move, and whether Outlook was restarted since the switch."
        )
    scope = {
        "organisation": "it is off for the whole organisation",
        "mailbox": "it was off for this very mailbox, which overrides the organisation",
    }.get((facts.mapi_http == "off" and facts.mapi_http_from) or "", "check where it is off")
    return (
        f"Enable MAPI over HTTP on premises before the next batch moves ({scope}): "
        "Set-OrganizationConfig -MapiHttpEnabled $true for every mailbox still there, or "
        "Set-CASMailbox -Identity <mailbox> -MapiHttpEnabled $true for each mailbox of the "
        "batch; then have Outlook restarted and its Connection Status read HTTP."
    )


def _actions(facts: Facts) -> tuple[str, ...]:
    mailbox = facts.own_move.mailbox if facts.own_move else "this mailbox"
    if facts.recovered_at is not None:
        return (
            f"Nothing more to do for {mailbox}: Outlook has reconfigured.",
            "If the person was excluded from the legacy block for this, close the exclusion.",
        )
    repair = (
        f"Repair or recreate the Outlook profile of {mailbox}: the old one is on RPC over HTTP "
        "and will keep prompting; check Ctrl + right-click on the tray icon, Connection Status: "
        "Authn must read Bearer."
    )
    return (
        repair,
        _mapi_action(facts),
        "Do not leave the legacy block off or the person excluded: both weaken the tenant.",
    )


HYPOTHESIS = Hypothesis(
    cause=Cause.OUTLOOK_RECONFIGURATION,
    title="Outlook did not reconfigure after the mailbox move",
    why=(
        "A profile on RPC over HTTP cannot do modern authentication. After the move it asks "
        "Exchange Online with basic authentication, is blocked as legacy, and so never learns "
        "that it should reconfigure."
    ),
    source="KB 3126599 (MicrosoftDocs/OfficeDocs-Support); field experience of Exchange migrations",
    blind_spots=(
        "Where Exchange Online itself has basic authentication switched off, no sign-in is logged.",
        "A move purged after 30 days looks like no move.",
        "A MAPI over HTTP export taken after the move may show the cure, not the cause.",
    ),
    priors={
        ("blocked", "outlook"): -0.5,
        ("blocked", "ews"): -1.2,
        ("blocked", "other"): -0.7,
        ("blocked", "unknown"): -3.0,
    },
    checks=(
        Check(
            "own-move-completed",
            "Was the person's own mailbox moved?",
            q.has_moved,
            q.says_has_moved,
            yes=2.0,
            no=-4.0,
            source="moves",
        ),
        Check(
            "exports-may-lack-it",
            "No record of a move: may there be one all the same, missing from the exports?",
            q.exports_may_lack_it,
            q.says(
                "The move exports may lack moves of the time when it began.",
                "The move exports hold other people's moves of that time and none of this person.",
                "Not asked: the person's move is recorded, or no moves were given.",
            ),
            yes=-1.0,
            no=-2.5,
            source="moves",
        ),
        Check(
            "began-after-own-move",
            "Did it begin after the person's own cut-over?",
            q.began_after_own_move,
            q.says_began_after_own_move,
            yes=1.5,
            no=-6.0,
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
            yes=0.8,
            no=-0.8,
            source="moves",
        ),
        Check(
            "first-met-then",
            "No record of a move: did Exchange Online first meet the person when it began?",
            q.met_exchange_then,
            q.says_met_exchange,
            yes=1.2,
            no=-1.5,
        ),
        Check(
            "met-with-others",
            "No record of a move: did Exchange Online first meet many others at that time?",
            q.met_with_others,
            q.SAYS_MET_WITH,
            yes=0.8,
            no=-0.5,
        ),
        Check(
            "uses-own-mailbox",
            "No record of a move: is a cloud mailbox of the person's own used beside Outlook?",
            q.lives_in_cloud_unrecorded,
            q.says(
                "A phone or Skype asks for a mailbox of the person's own in Exchange Online.",
                "Nothing but Outlook has asked Exchange Online for this person since.",
                "Not asked: an export tells of the move, or the log is too short.",
            ),
            yes=0.8,
            no=-0.3,
        ),
        Check(
            "not-seen-before-move",
            "Was the same kind of client quiet before the move?",
            lambda facts: opposite(q.same_way_before(facts)),
            lambda facts, _answer: q.says_same_way_before(facts, q.same_way_before(facts)),
            yes=0.7,
            no=-6.0,
        ),
        Check(
            "not-reconfigured-before",
            "Had it still not done modern authentication between the move and the first failure?",
            lambda facts: opposite(q.reconfigured_before(facts)),
            lambda facts, _answer: q.says_reconfigured_before(facts, q.reconfigured_before(facts)),
            yes=0.2,
            no=-6.5,
        ),
        Check(
            "outlook-bundle",
            "Are the connections those of one Outlook (Autodiscover, RPC or MAPI, EWS, OAB)?",
            _is_outlook_bundle,
            _says_bundle,
            yes=0.7,
            no=-2.3,
        ),
        q.CAPABLE,
        Check(
            "mapi-http-off",
            "Was MAPI over HTTP off, so that the profile was on RPC over HTTP?",
            q.mapi_http_is_off,
            q.says_mapi,
            yes=0.8,
            no=-0.8,
            source="MAPI over HTTP",
            is_asked=is_setting_asked,
        ),
        was_on_rpc_check(yes=1.0, no=-1.2),
        Check(
            "not-a-service",
            "Does it keep a person's hours?",
            _is_not_service,
            q.says(
                "It keeps a person's hours.",
                "It runs day and night, as a service does.",
                "Its hours do not tell.",
            ),
            yes=0.2,
            no=-1.5,
        ),
        q.RECOVERED,
        q.PLACE,
    ),
    actions=_actions,
)
