"""What happened, in order: moved at, first failed after, from where, with what, how it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from analyzer.report.causes import SUBJECTS
from analyzer.report.phrases import counted, duration, listed, stamp
from analyzer.results import Answer, Cause, Kind, Status
from analyzer.vocabulary.error_codes import CA_BLOCK, meaning

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from analyzer.results import EvidenceItem, MoveRef, Result, Verdict

_SHOWN = 3
_OWN = "On the person's own mailbox: "
_AGENT_CHARACTERS = 120
_AT_ONCE = timedelta(minutes=2)
_WEAKLY_JOINED = ("alias", "display name")
_LEGACY = (Kind.MISCLASSIFIED, Kind.GENUINE_LEGACY)
# Elsewhere a mailbox move is no part of the matter, and its absence not worth a sentence.
_ABOUT_MOVES = (
    Cause.OUTLOOK_RECONFIGURATION,
    Cause.SKYPE_FOR_BUSINESS,
    Cause.LEGACY_OUTLOOK,
    Cause.UNDETERMINED,
)

_PLACES = {
    "familiar": "normal for this person or organisation",
    "unfamiliar": "new for this person in address, network and country",
    "hostile": "where wrong passwords were tried on many people",
    "unknown": "of which too few successes tell whether it is normal for this person",
}


def told(verdict: Verdict, result: Result) -> tuple[str, ...]:
    """Sentences on what happened, in order of time; only what the result knows."""
    move = move_of(verdict, result)
    return (
        *_moved(verdict, result, move),
        _failed(verdict, move),
        _where(verdict),
        _with_what(verdict),
        *_refused(verdict),
        *_owner(verdict),
        _ended(verdict, result),
    )


def move_of(verdict: Verdict, result: Result) -> MoveRef | None:
    """The move to tell the story by: the verdict's, else the person's own cut-over."""
    return verdict.move or own_cutover(verdict, result)


def own_cutover(verdict: Verdict, result: Result) -> MoveRef | None:
    """Cut-over of the person's own mailbox, if the exports have one."""
    for move in result.cutovers:
        is_same_smtp = verdict.user_smtp is not None and move.mailbox_smtp == verdict.user_smtp
        if move.mailbox == verdict.user or is_same_smtp:
            return move
    return None


def item_of(verdict: Verdict, check: str) -> EvidenceItem | None:
    """The answer of one check, of the leading hypothesis or else of the runner-up."""
    asked = (*verdict.evidence, *(verdict.rival.evidence if verdict.rival else ()))
    return next((item for item in asked if item.check == check), None)


def _moved(verdict: Verdict, result: Result, move: MoveRef | None) -> Iterable[str]:
    if move is None:
        if verdict.cause is Cause.DELEGATE_ACCESS:
            yield "No move is known of a mailbox that the person can open."
        elif verdict.cause in _ABOUT_MOVES:
            yield _no_move(verdict, result)
        return
    whose = "The person's own mailbox" if _is_own(verdict, move) else "Another mailbox"
    if move.is_inferred:
        yield (
            f"{whose}, {move.mailbox}, has no move on record. Exchange Online first met the person "
            f"{stamp(move.completed_at)}: from that it is inferred that it moved then or earlier."
        )
    else:
        batch = f" in batch {move.batch}" if move.batch else ""
        yield (
            f"{whose}, {move.mailbox}, moved to Exchange Online{batch}, completed "
            f"{stamp(move.completed_at)}."
        )
    if move.is_coarse:
        yield "That is the time of the whole batch; the mailbox itself may be up to a day off it."
    if move.joined_by in _WEAKLY_JOINED:
        yield f"The move names the mailbox by {move.joined_by} only, which is a weak join."
    if verdict.kind is Kind.HOSTILE:
        yield "The move does not excuse what follows."


def _is_own(verdict: Verdict, move: MoveRef) -> bool:
    return verdict.cause is not Cause.DELEGATE_ACCESS or verdict.move is not move


def _no_move(verdict: Verdict, result: Result) -> str:
    for check, moved in (("own-move-completed", Answer.YES), ("own-mailbox-not-moved", Answer.NO)):
        item = item_of(verdict, check)
        if item is not None and item.answer is not moved:
            return item.says
    if any(each.evidence == "moves" for each in result.coverage.evidence_missing):
        return "No move export was given, so whether the mailbox moved cannot be told."
    return "The move export has no completed move of this person's mailbox."


def _failed(verdict: Verdict, move: MoveRef | None) -> str:
    verb = "was first blocked" if _is_blocked(verdict) else "first failed"
    subject = SUBJECTS.get(verdict.client_family, f"a client ({verdict.client_family})")
    first = f"{_when(verdict.first_seen, move)}, {subject} {verb}"
    if verdict.events == 1:
        return f"{first}; it did so once."
    last = f"the last {stamp(verdict.last_seen)}"
    return f"{first}; {counted(verdict.events, 'sign-in')} failed, {last}."


def _is_blocked(verdict: Verdict) -> bool:
    return verdict.kind in _LEGACY or not CA_BLOCK.keys().isdisjoint(verdict.error_codes)


def _when(first_seen: datetime, move: MoveRef | None) -> str:
    """``13 h 5 min after that, 2021-03-05 14:05 UTC``."""
    if move is None:
        return stamp(first_seen)
    gap = first_seen - move.completed_at
    if abs(gap) < _AT_ONCE:
        return f"At that very time, {stamp(first_seen)}"
    about = "About " if move.is_coarse else ""
    if gap < timedelta(0):
        before = duration(gap)
        return f"{about or 'Already '}{before} before that, {stamp(first_seen)}"
    at_least = "At least " if move.is_inferred else about
    return f"{at_least}{duration(gap)} after that, {stamp(first_seen)}"


def _where(verdict: Verdict) -> str:
    where = _some(verdict.ip_addresses, verdict.ip_address_count) or "an address not logged"
    details = [
        f"{name} {listed(texts[:_SHOWN])}"
        for name, texts in (("network", _networks(verdict)), ("country", verdict.countries))
        if texts
    ]
    known = [_PLACES[place] for place in verdict.places if place in _PLACES]
    judged = f": {'partly ' if len(known) > 1 else ''}{', partly '.join(known)}" if known else ""
    inside = f" ({'; '.join(details)})" if details else ""
    return f"It came from {where}{inside}{judged}."


def _networks(verdict: Verdict) -> tuple[str, ...]:
    """Autonomous systems; address prefixes only where no export named a system."""
    return tuple(name for name in verdict.networks if "/" not in name) or verdict.networks


def _some(texts: tuple[str, ...], count: int) -> str:
    shown = list(texts[:_SHOWN])
    more = max(count, len(texts)) - len(shown)
    return listed([*shown, f"{more:,} more"] if more else shown)


def _with_what(verdict: Verdict) -> str:
    clients = listed(verdict.clients) or "no client app"
    agents = _some(tuple(_short(agent) for agent in verdict.user_agents[:1]), 0)
    more = len(verdict.user_agents) - 1
    if not agents:
        return f"The log names {clients}, and no user agent."
    others = f" and {counted(more, 'other agent')}" if more > 0 else ""
    return f"The log names {clients}, with the agent {agents}{others}."


def _short(agent: str) -> str:
    return agent if len(agent) <= _AGENT_CHARACTERS else f"{agent[:_AGENT_CHARACTERS]}…"


def _refused(verdict: Verdict) -> Iterable[str]:
    codes = listed([f"{code} {meaning(code)}".strip() for code in verdict.error_codes if code])
    policies = _some(tuple(each.name or each.id for each in verdict.policies), 0)
    if policies:
        yield f"What refused it: {policies}{f' ({codes})' if codes else ''}."
    elif codes:
        yield f"The answer was: {codes}."


def _owner(verdict: Verdict) -> Iterable[str]:
    """Whose mailbox a delegate opens, and how that is known."""
    if verdict.cause is not Cause.DELEGATE_ACCESS:
        return
    for about, check in (("", "right-on-moved-mailbox"), (_OWN, "own-mailbox-not-moved")):
        item = item_of(verdict, check)
        if item is not None:
            yield f"{about}{item.says}"
    if verdict.move is None:
        yield "So whose mailbox was opened is not known: sign-ins never name it."
        return
    how = "only supposed" if verdict.move.is_supposed else "inferred from rights and times"
    yield (
        f"That {verdict.move.mailbox} was opened is {how}: sign-ins name the delegate, never the "
        "mailbox."
    )


def _ended(verdict: Verdict, result: Result) -> str:
    if verdict.status is Status.RECOVERED:
        return _recovered(verdict, result)
    if verdict.status is Status.ONGOING:
        return "It was still failing at the end of the data."
    quiet = f" for {duration(result.window_to - verdict.last_seen)}" if result.window_to else ""
    if verdict.kind is Kind.HOSTILE:
        return f"Nothing more of it was seen{quiet} until the end of the data."
    return (
        f"Then it stopped: quiet{quiet} at the end of the data, without a success of the same "
        "kind of client."
    )


def _recovered(verdict: Verdict, result: Result) -> str:
    if verdict.recovered_at is None:
        return "It recovered, at a time that cannot be told."
    took = duration(verdict.recovered_at - verdict.first_seen)
    how = " with modern authentication" if verdict.kind in _LEGACY else ""
    return (
        f"It recovered {stamp(verdict.recovered_at)}, {took} after the first failure: "
        f"{_who_got_in(verdict, result)} then signed in{how}."
    )


def _who_got_in(verdict: Verdict, result: Result) -> str:
    """The kind of client that succeeded, where the timeline shows it."""
    lanes = {
        mark.lane
        for mark in result.timelines.get(verdict.user, ())
        if verdict.recovered_at is not None
        and mark.outcome == "success"
        and timedelta(0) <= verdict.recovered_at - mark.at < timedelta(hours=1)
    }
    lane = verdict.client_family if verdict.client_family in lanes else min(lanes, default="")
    subject = SUBJECTS.get(lane) or SUBJECTS.get(verdict.client_family)
    return subject or "the same kind of client"
