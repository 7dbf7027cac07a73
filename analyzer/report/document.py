"""A result put into words, once: every renderer draws this document and adds no sentence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analyzer.report import coverage
from analyzer.report.cards import card, urgency
from analyzer.report.causes import CAUSES, KINDS, REPORTED_KINDS, STATUSES
from analyzer.report.model import Document, Group, SummaryRow, Tally
from analyzer.report.moments import moments
from analyzer.report.person import find, only
from analyzer.report.phrases import counted, listed, people, percent, stamp
from analyzer.report.story import story
from analyzer.results import KIND_OF, VERDICT_CAUSES, Cause, Kind, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyzer.report.model import Story
    from analyzer.results import Result, Verdict

_ACTIONS_SHOWN = 4
_TITLE = "Why sign-ins failed"

# What a kind's people have, after their number, in the headline.
_HEADLINE = {
    Kind.MISCLASSIFIED: "wrongly taken for legacy clients",
    Kind.HOSTILE: "under attack",
    Kind.GENUINE_LEGACY: "on genuinely legacy clients",
    Kind.UNRELATED: "failing for another reason",
    Kind.UNDETERMINED: "for whom the cause cannot be told",
}


def build(result: Result) -> Document:
    """Document about everybody in ``result``."""
    return _document(result, {})


def _document(result: Result, stories: Mapping[str, Story]) -> Document:
    return Document(
        title=_TITLE,
        generated=f"Made {stamp(result.generated_at)}",
        window=_window(result),
        headline=_headline(result),
        standing=_standing(result.verdicts),
        coverage=coverage.blocks(result),
        tallies=tuple(_tally(kind, result.verdicts) for kind in REPORTED_KINDS),
        summary=tuple(_rows(result.verdicts)),
        beside=coverage.beside_failures(result),
        groups=tuple(_groups(result, stories)),
        result=result,
    )


def explain(result: Result, person: str) -> Document:
    """Document about one person: the story, timeline, evidence, and where each fact is from.

    Args:
        result: The result of a triage.
        person: User principal name, SMTP address, object id or display name, in any case.

    Raises:
        UsageError: Nobody in the result has that name, or several have.
    """
    user = find(result, person)
    narrowed = only(result, user)
    whole = _document(narrowed, {each.id: story(each, narrowed) for each in narrowed.verdicts})
    return Document(
        title=f"Why sign-ins failed: {user}",
        generated=whole.generated,
        window=whole.window,
        headline=_about(narrowed, user),
        standing="",
        coverage=whole.coverage,
        tallies=(),
        summary=(),
        beside="",
        groups=whole.groups,
        result=narrowed,
        person=user,
        timeline=moments(narrowed.timelines.get(user, ())),
    )


def _window(result: Result) -> str:
    if result.window_from is None or result.window_to is None:
        return "No sign-in carries a time"
    return f"{stamp(result.window_from)} to {stamp(result.window_to)}"


def _headline(result: Result) -> str:
    complete = result.coverage.complete
    if not result.coverage.events_read:
        return "No sign-in was read, so nothing can be said about anybody."
    if not result.verdicts:
        return (
            "No failure that needs explaining was found."
            if complete
            else "No failure was found in what could be read; part of the data is missing."
        )
    tallies = [_tally(kind, result.verdicts) for kind in REPORTED_KINDS]
    parts = [f"{each.people:,} {_HEADLINE[each.kind]}" for each in tallies if each.people]
    total = len({verdict.user for verdict in result.verdicts})
    several = " (some in several ways)" if sum(each.people for each in tallies) > total else ""
    found = f"{people(total)} with failing sign-ins{several}: {listed(parts)}."
    return found if complete else f"{found} Part of the data is missing: there may be more."


def _about(result: Result, user: str) -> str:
    if result.verdicts:
        found = sorted(
            result.verdicts, key=lambda each: (VERDICT_CAUSES.index(each.cause), each.id)
        )
        causes = [
            f"{CAUSES[each.cause].title} ({STATUSES[each.status].lower()}, "
            f"{percent(each.confidence)} sure)"
            for each in found
        ]
        return f"{counted(len(causes), 'cause')} found: {'; '.join(causes)}."
    moves = [move for move in result.cutovers if move.mailbox == user]
    moved = f" The mailbox moved, completed {stamp(moves[0].completed_at)}." if moves else ""
    return f"No failure of {user} was found in the sign-ins read.{moved}"


def _standing(verdicts: Sequence[Verdict]) -> str:
    if not verdicts:
        return ""
    ongoing, stopped, recovered = (
        people(len({verdict.user for verdict in verdicts if verdict.status is status}))
        for status in (Status.ONGOING, Status.STOPPED, Status.RECOVERED)
    )
    return (
        f"Still failing at the end of the data: {ongoing}. Stopped without a success: "
        f"{stopped}. Recovered: {recovered}."
    )


def _tally(kind: Kind, verdicts: Sequence[Verdict]) -> Tally:
    of_kind = [verdict for verdict in verdicts if verdict.kind is kind]
    return Tally(
        kind=kind,
        title=KINDS[kind],
        people=len({verdict.user for verdict in of_kind}),
        ongoing=len({each.user for each in of_kind if each.status is Status.ONGOING}),
    )


def _of(result: Result, cause: Cause) -> list[Verdict]:
    return [verdict for verdict in result.verdicts if verdict.cause is cause]


def _rows(verdicts: Sequence[Verdict]) -> list[SummaryRow]:
    rows = []
    for cause in VERDICT_CAUSES:
        found = [verdict for verdict in verdicts if verdict.cause is cause]
        if not found:
            continue
        standing = [verdict.status for verdict in found]
        rows.append(
            SummaryRow(
                cause=cause,
                title=CAUSES[cause].title,
                kind=KIND_OF[cause],
                kind_title=KINDS[KIND_OF[cause]],
                people=len({verdict.user for verdict in found}),
                events=sum(verdict.events for verdict in found),
                ongoing=standing.count(Status.ONGOING),
                stopped=standing.count(Status.STOPPED),
                recovered=standing.count(Status.RECOVERED),
            )
        )
    return rows


def _commonest(verdicts: Sequence[Verdict]) -> tuple[str, ...]:
    """Actions these verdicts ask for, in their order and then the commonest first, a handful.

    A person's own name is left out, so that the same advice to many is one line.
    """
    waiting = [each for each in verdicts if each.status is not Status.RECOVERED] or verdicts
    asked: Counter[str] = Counter()
    place: dict[str, int] = {}
    for verdict in waiting:
        for number, action in enumerate(verdict.actions):
            advice = _impersonal(action, verdict) if len(waiting) > 1 else action
            asked[advice] += 1
            place[advice] = min(number, place.get(advice, number))
    shared = [advice for advice in asked if asked[advice] > 1] or list(asked)
    shared.sort(key=lambda advice: (place[advice], -asked[advice], advice))
    return tuple(shared[:_ACTIONS_SHOWN])


def _impersonal(action: str, verdict: Verdict) -> str:
    names = {verdict.user, verdict.user_smtp or verdict.user}
    for name in sorted(names, key=len, reverse=True):
        action = action.replace(name, "the person") if name else action
    return action


def _groups(result: Result, stories: Mapping[str, Story]) -> list[Group]:
    groups = []
    for cause in VERDICT_CAUSES:
        found = sorted(_of(result, cause), key=urgency)
        if found:
            groups.append(
                Group(
                    cause=cause,
                    title=CAUSES[cause].title,
                    means=CAUSES[cause].means,
                    people=len({verdict.user for verdict in found}),
                    actions=_commonest(found),
                    cards=tuple(card(each, result, stories.get(each.id)) for each in found),
                )
            )
    return groups
