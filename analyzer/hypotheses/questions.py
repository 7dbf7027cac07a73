"""Questions that several hypotheses ask, each answered the same way for all of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.hypotheses.inferring import FROM_THE_START
from analyzer.hypotheses.model import Check, answer_of
from analyzer.results import Answer
from analyzer.times import working_time_between
from analyzer.vocabulary.agents import LAST_OUTLOOK_WITHOUT_MODERN_AUTH
from analyzer.vocabulary.client_apps import LEGACY_FAMILIES

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from analyzer.hypotheses.facts import Facts

SOON = timedelta(days=5)
WAVE = timedelta(days=1)
SAME_WAY_DAYS = 3
FEW_DAYS = 2
_WRONG_ZONE = timedelta(hours=14)


def moment(instant: datetime | None) -> str:
    """An instant as reports print it: minutes are enough for a reader."""
    return f"{instant:%Y-%m-%d %H:%M} UTC" if instant else "an unknown time"


def says(yes: str, no: str, unknown: str) -> Callable[[Facts, Answer], str]:
    """Sentences without facts in them, one for each answer."""
    table = {Answer.YES: yes, Answer.NO: no, Answer.UNKNOWN: unknown}
    return lambda _facts, answer: table[answer]


def is_own_place(facts: Facts) -> Answer:
    """Whether the sign-ins came from a place that is normal for the person."""
    return {
        "familiar": Answer.YES,
        "unfamiliar": Answer.NO,
        "hostile": Answer.NO,
    }.get(facts.source_class, Answer.UNKNOWN)


def says_place(facts: Facts, answer: Answer) -> str:
    """Sentence on the place, with addresses."""
    where = ", ".join(facts.ip_addresses[:3]) or "an address not logged"
    if answer is Answer.YES:
        return (
            "It came from an address, network or country that is normal for this person or "
            f"organisation ({where})."
        )
    if facts.source_class == "hostile":
        return says_hostile(facts, Answer.YES)
    if answer is Answer.NO:
        countries = ", ".join(facts.countries) or "a country not logged"
        return f"Address, network and country are new for this person: {where} ({countries})."
    return f"Whether {where} is normal for this person cannot be told: too few successes."


def says_hostile(facts: Facts, answer: Answer) -> str:
    """Sentence on a hostile source, with its figures."""
    if answer is not Answer.YES:
        return "The address had no wrong passwords against many people in a short time."
    if facts.hostile is None:
        return (
            "Wrong passwords for many people came within an hour, each from a place that is "
            "strange for that person."
        )
    found = facts.hostile
    noun = "Address" if found.level == "ip_address" else "Network"
    return (
        f"{noun} {found.source} tried wrong passwords on {found.failing_people} people "
        f"({found.people_in_half_hour} within half an hour); {found.succeeding_people} succeeded "
        "there."
    )


def has_moved(facts: Facts) -> Answer:
    """Whether the person's own mailbox was cut over; no record is unknown, never no."""
    return {
        "completed": Answer.YES,
        "not-cut-over": Answer.NO,
    }.get(facts.own_move_state, Answer.UNKNOWN)


def says_has_moved(facts: Facts, answer: Answer) -> str:
    """Sentence on the person's own move."""
    if answer is Answer.YES and facts.own_move is not None:
        coarse = " (time of the batch)" if facts.own_move.is_coarse else ""
        when = moment(facts.own_move.completed_at)
        return f"The person's own mailbox was moved, completed {when}{coarse}."
    if answer is Answer.NO:
        return f"The person's own mailbox has no completed move ({facts.own_move_reason})."
    if facts.own_move_state == "no-record":
        return "The move export has no record of this person (requests are purged after 30 days)."
    return "No move export was given, so whether the mailbox moved cannot be told."


def is_just_before_own_move(facts: Facts) -> bool:
    """Whether it began within hours before the logged cut-over and went on after it.

    An export in another zone than said shifts every cut-over by up to fourteen hours.
    """
    return (
        facts.side == "before"
        and facts.continues_after
        and facts.own_move is not None
        and facts.own_move.completed_at - facts.first_seen <= _WRONG_ZONE
    )


def began_after_own_move(facts: Facts) -> Answer:
    """Whether these failures are on the far side of the person's own cut-over."""
    if is_just_before_own_move(facts):
        return Answer.UNKNOWN
    return {"after": Answer.YES, "before": Answer.NO}.get(facts.side, Answer.UNKNOWN)


def says_began_after_own_move(facts: Facts, answer: Answer) -> str:
    """Sentence on onset against the own cut-over."""
    if facts.own_move is None:
        return "There is no own cut-over to compare the first failure with."
    gap = facts.onset - facts.own_move.completed_at
    when = f"first failure {moment(facts.onset)}, {span(abs(gap))}"
    if answer is Answer.YES and gap < timedelta(0):
        return f"It began with the person's own cut-over: {when} before its logged completion."
    if answer is Answer.YES:
        return f"It began after the person's own cut-over: {when} later."
    if answer is Answer.UNKNOWN:
        return (
            f"It began shortly before the person's own cut-over and went on: {when} earlier. The "
            "move's time may be given in another zone."
        )
    return f"It happened before the person's own cut-over: {when} earlier."


def span(length: timedelta) -> str:
    """A length of time in the unit a reader would use."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 120:  # noqa: PLR2004 - up to two hours, minutes read best
        return f"{minutes} min"
    hours = minutes / 60
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} days"  # noqa: PLR2004


def began_soon_after_own_move(facts: Facts) -> Answer:
    """Whether the first failure came within five working days of the own cut-over."""
    if facts.own_move is None or facts.side != "after":
        return Answer.UNKNOWN
    return answer_of(working_time_between(facts.own_move.completed_at, facts.onset) <= SOON)


def same_way_before(facts: Facts) -> Answer:
    """Whether the same kind of client came (or was blocked) on several days before the move.

    Delegate failures before the own move, and a lone Autodiscover probe, are not the same way:
    Microsoft 365 Apps probe Exchange Online for people who never moved.
    """
    if facts.own_move is None:
        return Answer.UNKNOWN
    before = facts.before
    if before is None:
        return Answer.NO if facts.sees_before else Answer.UNKNOWN
    richer_now = before.only_autodiscover and facts.outlook_protocol + facts.ews > 0
    if before.is_delegate_explained or richer_now:
        return Answer.NO
    if before.days >= SAME_WAY_DAYS or before.span_days >= SAME_WAY_DAYS:
        return Answer.YES
    return Answer.UNKNOWN


def says_same_way_before(facts: Facts, answer: Answer) -> str:
    """Sentence on history before the move."""
    if answer is Answer.YES and facts.before is not None:
        return (
            f"The same kind of client was already seen on {facts.before.days} days before the "
            "move, so the move did not cause it."
        )
    if answer is Answer.NO:
        return "The same kind of client was not seen failing like this before the move."
    return "The log does not show enough of the time before the move to compare."


def reconfigured_before(facts: Facts) -> Answer:
    """Whether the same kind of client did modern auth between the cut-over and the onset."""
    if facts.own_move is None or facts.side != "after":
        return Answer.UNKNOWN
    first = facts.modern_since_move
    return answer_of(first is not None and facts.onset - first >= WAVE)


def says_reconfigured_before(facts: Facts, answer: Answer) -> str:
    """Sentence on modern authentication between the cut-over and the onset."""
    if answer is Answer.YES:
        return (
            "The same kind of client had already reconfigured after the move: modern "
            f"authentication from {moment(facts.modern_since_move)} on, before it failed."
        )
    if answer is Answer.NO:
        return "Between the move and the first failure it had not done modern authentication."
    return "There is no own cut-over to look behind."


def _lacks_record(facts: Facts) -> bool:
    """Whether no export says anything of this person's own move."""
    return facts.own_move_state in {"not-given", "no-record"}


def _may_have_moved_unrecorded(facts: Facts) -> bool:
    """Whether a move of the person may be missing from what was given."""
    return _lacks_record(facts) and not facts.moves_cover_meeting


def exports_may_lack_it(facts: Facts) -> Answer:
    """Whether a move of the person may have happened and be missing from the exports."""
    if facts.own_move_state != "no-record":
        return Answer.UNKNOWN
    return answer_of(not facts.moves_cover_meeting)


def met_exchange_then(facts: Facts) -> Answer:
    """Whether Exchange Online first met the person when it began, in the middle of the log.

    Asked only where no export tells of the person's move: it stands in for the record.
    """
    if not _may_have_moved_unrecorded(facts) or facts.met_exchange is None:
        return Answer.UNKNOWN
    if facts.met_exchange < facts.window_from + FROM_THE_START:
        return Answer.NO
    is_then = working_time_between(facts.met_exchange, facts.onset) <= WAVE
    if is_then and facts.own_move_state == "no-record" and facts.met_with is not Answer.YES:
        return Answer.UNKNOWN  # one record may well be missing, but nothing speaks for it
    return answer_of(is_then)


def says_met_exchange(facts: Facts, answer: Answer) -> str:
    """Sentence on the inferred cut-over."""
    if answer is Answer.UNKNOWN:
        return "Not asked: an export tells of the move, or the log shows no Exchange Online before."
    when = moment(facts.met_exchange)
    if answer is Answer.YES:
        return (
            f"Exchange Online first met this person {when}, when it began: a cut-over not later "
            "than that is inferred from the log, no export tells of it."
        )
    return f"Exchange Online knew this person since {when}, long before it began or from the start."


def met_with_others(facts: Facts) -> Answer:
    """Whether, no record being there, many others first met Exchange Online at the same time."""
    return facts.met_with if _may_have_moved_unrecorded(facts) else Answer.UNKNOWN


SAYS_MET_WITH = says(
    "Exchange Online first met unusually many others within a day of that, as in a wave.",
    "Few others first met Exchange Online within a day of that.",
    "Not asked: an export tells of the move, or the log does not show the first meeting.",
)


def uses_own_mailbox(facts: Facts) -> Answer:
    """Whether, no record being there, the person uses a cloud mailbox of his own beside it."""
    return facts.own_use if _lacks_record(facts) else Answer.UNKNOWN


def lives_in_cloud_unrecorded(facts: Facts) -> Answer:
    """The same, asked only where a move may be missing from what was given."""
    return facts.own_use if _may_have_moved_unrecorded(facts) else Answer.UNKNOWN


def build_is_capable(facts: Facts) -> Answer:
    """Whether the newest Outlook in the agents can do modern authentication."""
    if facts.outlook_major is None:
        return Answer.UNKNOWN
    return answer_of(facts.outlook_major > LAST_OUTLOOK_WITHOUT_MODERN_AUTH)


def says_build(facts: Facts, answer: Answer) -> str:
    """Sentence on the Outlook version."""
    if answer is Answer.UNKNOWN:
        return "No agent names an Outlook version."
    can = "can" if answer is Answer.YES else "cannot"
    return f"The agent names Outlook {facts.outlook_major}, which {can} do modern authentication."


def mapi_http_is_off(facts: Facts) -> Answer:
    """Whether MAPI over HTTP was off for the person, so that Outlook was on RPC over HTTP."""
    return {"off": Answer.YES, "on": Answer.NO}.get(facts.mapi_http or "", Answer.UNKNOWN)


def says_mapi(facts: Facts, answer: Answer) -> str:
    """Sentence on MAPI over HTTP."""
    if answer is Answer.UNKNOWN:
        return "The MAPI over HTTP state of this mailbox is not known."
    state = "off" if answer is Answer.YES else "on"
    profile = (
        "so Outlook was on RPC over HTTP, which cannot do modern authentication"
        if answer is Answer.YES
        else "and such a profile reconfigures without incident"
    )
    return f"MAPI over HTTP is {state} ({facts.mapi_http_from} setting), {profile}."


def has_recovered(facts: Facts) -> Answer:
    """Whether the same kind of client later succeeded with modern authentication."""
    return answer_of(facts.recovered_at is not None)


def says_recovered(facts: Facts, answer: Answer) -> str:
    """Sentence on recovery."""
    if answer is Answer.YES:
        return (
            "The same kind of client later succeeded with modern authentication, first "
            f"{moment(facts.recovered_at)}."
        )
    return "Since the last failure the same kind of client has not succeeded with modern auth."


def is_round_the_clock(facts: Facts) -> Answer:
    """Whether it runs day and night, as services do and people do not."""
    if facts.days < FEW_DAYS:
        return Answer.UNKNOWN
    return answer_of(facts.hours_of_day >= 18)  # noqa: PLR2004 - more than any working day


def follows_a_wave(facts: Facts) -> Answer:
    """Whether, rights being unknown, it began within a working day of somebody's cut-over."""
    is_told = facts.rights_are_whole or facts.owner is not None
    if is_told or not facts.moves_given or facts.side == "after":
        return Answer.UNKNOWN
    if facts.onset - facts.window_from < WAVE:
        return Answer.NO
    if facts.wave_at and working_time_between(facts.wave_at, facts.onset) <= WAVE:
        return Answer.YES
    # A wave without records is asked after by itself.
    return Answer.UNKNOWN if facts.met_with is Answer.YES else Answer.NO


def is_legacy(facts: Facts) -> bool:
    """Whether the client is a legacy one (an unlogged client is neither)."""
    return facts.family in LEGACY_FAMILIES


def is_blocked_by_other_policy(facts: Facts) -> Answer:
    """Whether only policies that are no legacy block refused."""
    if facts.outcome == "policy":
        return Answer.YES
    if facts.policies_are_legacy_blocks is not Answer.UNKNOWN:
        return answer_of(facts.policies_are_legacy_blocks is Answer.NO)
    if facts.family == "modern":
        return Answer.YES
    # That conditionsSatisfied does not name the client type proves nothing: many exports list
    # only application and users, even for the legacy block itself.
    return answer_of(False if facts.legacy_blocks else None)


PLACE = Check(
    "own-place",
    "Did it come from a place that is normal for the person or the organisation?",
    is_own_place,
    says_place,
    yes=0.3,
    no=-10.0,
)
"""Shared by every benign reading of a legacy block: an attack is never excused by a move."""

CAPABLE = Check(
    "build-can-do-modern-auth",
    "Does the agent name an Outlook that can do modern authentication?",
    build_is_capable,
    says_build,
    yes=0.4,
    no=-5.0,
)
RECOVERED = Check(
    "same-client-recovered",
    "Did the same kind of client later succeed with modern authentication?",
    has_recovered,
    says_recovered,
    yes=1.0,
    no=0.0,
)
