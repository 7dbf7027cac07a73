"""One verdict worded as a card: who, what, since when, on what evidence, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.causes import ANSWERS, CAUSES, EVIDENCE_NAMES, FAMILIES, KINDS, STATUSES
from analyzer.report.model import Card, EvidenceLine, Fact
from analyzer.report.phrases import counted, duration, percent, stamp
from analyzer.results import Answer, Cause, Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.report.model import Story
    from analyzer.results import EvidenceItem, MoveRef, Result, Verdict

_FACTS_TITLE = "Facts, from the sign-in log unless another source is named"
_URGENCY = {Status.ONGOING: 0, Status.STOPPED: 1, Status.RECOVERED: 2}


def urgency(verdict: Verdict) -> tuple[int, int, str, str]:
    """Sort key within a cause: what still fails first, then what fails most often."""
    return (_URGENCY[verdict.status], -verdict.events, verdict.user, verdict.id)


def who(verdict: Verdict) -> str:
    """Display name and user name; the user name alone where there is no other."""
    name = verdict.display_name
    return f"{name} <{verdict.user}>" if name and name != verdict.user else verdict.user


def family_name(family: str) -> str:
    """Client family for reading; an unknown family under its own name."""
    return FAMILIES.get(family, family)


def source_name(source: str) -> str:
    """Export a fact comes from, for reading; an unknown one under its own name."""
    return EVIDENCE_NAMES.get(source, source)


def card(verdict: Verdict, result: Result, story: Story | None = None) -> Card:
    """Word one verdict of ``result``, with its story where it is told."""
    evidence = [_evidence_line(item) for item in verdict.evidence]
    known = [line for line in evidence if line.item.answer is not Answer.UNKNOWN]
    by_weight = sorted(known, key=lambda line: -abs(line.item.weight))
    return Card(
        verdict=verdict,
        who=who(verdict),
        title=CAUSES[verdict.cause].title,
        means=CAUSES[verdict.cause].means,
        kind_title=KINDS[verdict.kind],
        client=family_name(verdict.client_family),
        status_title=STATUSES[verdict.status],
        standing=_standing(verdict, result),
        confidence=percent(verdict.confidence),
        facts_title=_FACTS_TITLE,
        facts=tuple(fact for fact in _facts(verdict) if fact.value),
        supports=tuple(line for line in by_weight if line.item.weight > 0),
        speaks_against=tuple(line for line in by_weight if line.item.weight < 0),
        noted=tuple(line for line in known if line.item.weight == 0),
        unknown=tuple(line for line in evidence if line.item.answer is Answer.UNKNOWN),
        actions=verdict.actions,
        alternatives=tuple(
            f"{CAUSES[other.cause].title} ({percent(other.confidence)})"
            for other in verdict.alternatives
        ),
        would_decide=() if story else verdict.would_decide,
        story=story,
    )


def _evidence_line(item: EvidenceItem) -> EvidenceLine:
    return EvidenceLine(item, item.says, ANSWERS[item.answer], source_name(item.source))


def _standing(verdict: Verdict, result: Result) -> str:
    since = f"First failed {stamp(verdict.first_seen)}, last {stamp(verdict.last_seen)}."
    if verdict.status is Status.RECOVERED:
        if verdict.recovered_at is None:
            return f"Recovered, at a time that cannot be told. {since}"
        took = duration(verdict.recovered_at - verdict.first_seen)
        return f"Recovered {stamp(verdict.recovered_at)}, {took} after the first failure. {since}"
    if verdict.status is Status.STOPPED:
        quiet = duration(result.window_to - verdict.last_seen) if result.window_to else "some time"
        return (
            f"Stopped: quiet for {quiet} at the end of the data, with no success of the same "
            f"client by modern authentication. {since}"
        )
    return f"Still failing at the end of the data. {since}"


def _facts(verdict: Verdict) -> Iterable[Fact]:
    yield Fact("Failing sign-ins", f"{verdict.events:,}")
    yield Fact("Client", ", ".join(verdict.clients) or "not logged")
    yield Fact("User agent", ", ".join(verdict.user_agents) or "not logged")
    yield Fact("Addresses", _addresses(verdict))
    yield Fact("Countries", ", ".join(verdict.countries))
    yield Fact("Error codes", ", ".join(str(code) for code in verdict.error_codes))
    blocked = (f"{each.name} ({each.id})" if each.name else each.id for each in verdict.policies)
    yield Fact("Blocked by", ", ".join(blocked))
    if verdict.move is not None:
        owner = verdict.cause is Cause.DELEGATE_ACCESS
        yield Fact("Owner's move" if owner else "Move", move_words(verdict.move), "mailbox moves")
    yield Fact("Object id", verdict.user_id or "")
    yield Fact("Sign-ins to look up", ", ".join(verdict.signin_ids))
    yield Fact("Verdict id", verdict.id)


def _addresses(verdict: Verdict) -> str:
    shown = ", ".join(verdict.ip_addresses)
    more = verdict.ip_address_count - len(verdict.ip_addresses)
    return f"{shown} and {more:,} more" if more > 0 else shown


def move_words(move: MoveRef) -> str:
    """Whose mailbox moved, when, in which batch, and how sure the time and the join are."""
    details = [
        f"batch {move.batch}" if move.batch else "",
        move.status or "",
        "time of the batch, not of the mailbox" if move.is_coarse else "",
        "no record given: inferred from the log, not later than this" if move.is_inferred else "",
        "supposed: see the right on it below" if move.is_supposed else "",
        f"joined by {move.joined_by}" if move.joined_by else "",
    ]
    told = ", ".join(detail for detail in details if detail)
    return f"{move.mailbox}, completed {stamp(move.completed_at)}" + (f" ({told})" if told else "")


def events_words(verdict: Verdict) -> str:
    """Number of failing sign-ins, with the noun."""
    return counted(verdict.events, "failing sign-in")
