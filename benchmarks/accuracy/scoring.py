"""One tenant's truth beside what was said of it, reduced to counts and mistakes."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.accuracy.counts import TENTHS, Confusion, Counts, Share, Tally, Tenth
from benchmarks.accuracy.truth import UNDETERMINED, Pair, TrueVerdict, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.accuracy.levels import Level
    from benchmarks.accuracy.predicted import Prediction, SaidVerdict

NOTHING = "nothing"
"""What was said of a sign-in or a person that the analyzer does not mention."""

ELSEWHERE = "another person"
"""Said of most events of a missed pair: its cause, but in somebody else's verdict."""

DELEGATE = "delegate-access"
_MENDING = ("ongoing", "stopped", "recovered", "")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong verdict, a person's events that were given one wrong cause, or a wrong detail.

    Attributes:
        unit: ``false verdict``, ``missed verdict``, ``events``, ``status`` or ``owner``. Of the
            last two the causes are right; the true and the said status or owner follow them.
        user: Whose.
        story: What the simulator played; the most frequent one of the events.
        truth_cause: True cause; of a false verdict, that of most of its events.
        predicted_cause: What was said; of a missed verdict, what was said of most of its events.
        confidence: Of the verdict that took the events, None where there is none.
        events: How many sign-ins.
    """

    unit: str
    user: str
    story: str
    truth_cause: str
    predicted_cause: str
    confidence: float | None
    events: int


@dataclass(frozen=True, slots=True)
class Score:
    """What became of one tenant."""

    counts: Counts
    mistakes: tuple[Mistake, ...]


def score(truth: Truth, said: Prediction, level: Level) -> Score:
    """Compare one tenant's truth with what was said, by the rules of this package's docstring."""
    wanted = _wanted(truth, level)
    claims = [(_pair(verdict, level), verdict) for verdict in said.verdicts]
    claimed = {pair for pair, _ in claims if pair[1] != UNDETERMINED}
    sure = [(pair, verdict) for pair, verdict in claims if pair[1] != UNDETERMINED]
    right = [(pair, verdict) for pair, verdict in sure if pair in wanted]
    told = [(pair, verdict) for pair, verdict in _least_mended(right) if wanted[pair].statuses]
    delegates = [(v, truth.verdicts[v.user, DELEGATE].owners) for v in _delegates(right, truth)]
    look = _Events(truth, said, level)
    counts = Counts(
        verdicts=_tallies(set(wanted), claimed),
        verdict_confusion=_verdict_confusion(wanted, claimed, look),
        events=look.confusion(),
        owner=Share(sum(v.mailbox in owners for v, owners in delegates), len(delegates)),
        owner_unnamed=sum(not v.mailbox for v, _ in delegates),
        status=Share(sum(v.status in wanted[pair].statuses for pair, v in told), len(told)),
        tenths=tenths((_belief(verdict, level), pair in wanted) for pair, verdict in sure),
        tenths_apart=tenths((v.confidence, (v.user, v.cause) in truth.verdicts) for _, v in sure),
        verdicts_said=len(claims),
        verdicts_undetermined=len(claims) - len(sure),
    )
    wrong = [verdict for pair, verdict in sure if pair not in wanted]
    missed = [pair for pair in wanted if pair not in claimed]
    statuses = [
        look.wrong_detail(
            "status", verdict, "|".join(sorted(wanted[pair].statuses)), verdict.status
        )
        for pair, verdict in told
        if verdict.status not in wanted[pair].statuses
    ]
    strangers = [
        look.wrong_detail("owner", verdict, "|".join(sorted(owners)), verdict.mailbox or "nobody")
        for verdict, owners in delegates
        if verdict.mailbox not in owners
    ]
    mistakes = (
        *map(look.false_verdict, wrong),
        *map(look.missed_verdict, missed),
        *look.wrong(),
        *statuses,
        *strangers,
    )
    return Score(counts, mistakes)


def tenths(verdicts: Iterable[tuple[float, bool]]) -> tuple[Tenth, ...]:
    """Pairs of confidence and hit, sorted into tenths of confidence; 1.0 is in the last."""
    bins = [Tenth()] * TENTHS
    for confidence, hit in verdicts:
        place = min(int(round(confidence * TENTHS, 6)), TENTHS - 1)
        bins[place] += Tenth(1, confidence, int(hit), (confidence - hit) ** 2)
    return tuple(bins)


def _wanted(truth: Truth, level: Level) -> dict[Pair, TrueVerdict]:
    wanted: dict[Pair, TrueVerdict] = {}
    for (user, cause), verdict in truth.verdicts.items():
        if cause == UNDETERMINED:
            continue
        pair = user, level.scored_cause(cause)
        other = wanted.get(pair, TrueVerdict())
        wanted[pair] = TrueVerdict(verdict.owners | other.owners, verdict.statuses | other.statuses)
    return wanted


def _pair(verdict: SaidVerdict, level: Level) -> Pair:
    return verdict.user, level.scored_cause(verdict.cause)


def _tallies(wanted: set[Pair], claimed: set[Pair]) -> dict[str, Tally]:
    hit = Counter(cause for _, cause in wanted & claimed)
    false = Counter(cause for _, cause in claimed - wanted)
    missed = Counter(cause for _, cause in wanted - claimed)
    return {
        cause: Tally(hit[cause], false[cause], missed[cause])
        for cause in sorted({*hit, *false, *missed})
    }


def _verdict_confusion(
    wanted: dict[Pair, TrueVerdict], claimed: set[Pair], look: _Events
) -> Confusion:
    """Pairs of the truth: found, or what was said of most of their events instead."""
    cells: dict[str, Counter[str]] = defaultdict(Counter)
    for pair in wanted:
        instead = pair[1] if pair in claimed else look.mostly_said_of(pair)
        cells[pair[1]][instead] += 1
    return {cause: dict(row) for cause, row in cells.items()}


def _belief(verdict: SaidVerdict, level: Level) -> float:
    """Confidence in the cause as scored: with those alternatives that count as the same one."""
    own = level.scored_cause(verdict.cause)
    same = [belief for cause, belief in verdict.alternatives if level.scored_cause(cause) == own]
    return min(verdict.confidence + sum(same), 1.0)


def _delegates(right: list[tuple[Pair, SaidVerdict]], truth: Truth) -> list[SaidVerdict]:
    """Right verdicts that say delegate of somebody who is one, mover or delegate merged or not."""
    return [
        verdict
        for _, verdict in right
        if verdict.cause == DELEGATE and (verdict.user, DELEGATE) in truth.verdicts
    ]


def _least_mended(right: list[tuple[Pair, SaidVerdict]]) -> list[tuple[Pair, SaidVerdict]]:
    """One verdict for each pair: of several kinds of client, the one furthest from recovered."""
    by_pair: dict[Pair, SaidVerdict] = {}
    for pair, verdict in right:
        other = by_pair.get(pair, verdict)
        by_pair[pair] = min(other, verdict, key=lambda each: _MENDING.index(each.status))
    return list(by_pair.items())


class _Group(NamedTuple):
    """Events that have all of this in common."""

    user: str
    true_cause: str
    story: str
    cause: str
    verdict_id: str


_NO_GROUP = _Group("", "", "", NOTHING, "")


class _Events:
    """The sign-ins of a tenant, true and said cause side by side."""

    def __init__(self, truth: Truth, said: Prediction, level: Level) -> None:
        self._groups: Counter[_Group] = Counter()
        for signin_id, event in truth.events.items():
            other = said.events.get(signin_id)
            cause = level.scored_cause(other.cause) if other else NOTHING
            verdict_id = other.verdict_id if other else ""
            true_cause = level.scored_cause(event.cause)
            self._groups[_Group(event.user, true_cause, event.story, cause, verdict_id)] += 1
        self._of_pair: dict[Pair, Counter[_Group]] = defaultdict(Counter)
        self._of_verdict: dict[str, Counter[_Group]] = defaultdict(Counter)
        for group, count in self._groups.items():
            self._of_pair[group.user, group.true_cause][group] = count
            self._of_verdict[group.verdict_id][group] = count
        self._confidence = {verdict.id: verdict.confidence for verdict in said.verdicts}
        self._level = level

    def confusion(self) -> Confusion:
        """All events by true and said cause."""
        cells: dict[str, Counter[str]] = defaultdict(Counter)
        for group, count in self._groups.items():
            cells[group.true_cause][group.cause] += count
        return {cause: dict(row) for cause, row in cells.items()}

    def mostly_said_of(self, pair: Pair) -> str:
        """What most events of a missed pair were called, or that it was said of another person."""
        cause = _most(self._of_pair[pair]).cause
        return ELSEWHERE if cause == pair[1] else cause

    def false_verdict(self, verdict: SaidVerdict) -> Mistake:
        """The mistake that a claim which is not in the truth is."""
        group = _most(self._of_verdict[verdict.id])
        cause = self._level.scored_cause(verdict.cause)
        return Mistake(
            unit="false verdict",
            user=verdict.user,
            story=group.story,
            truth_cause=group.true_cause,
            predicted_cause=cause,
            confidence=verdict.confidence,
            events=verdict.events,
        )

    def missed_verdict(self, pair: Pair) -> Mistake:
        """The mistake that a pair of the truth which nobody claimed is."""
        group = _most(self._of_pair[pair])
        return Mistake(
            unit="missed verdict",
            user=pair[0],
            story=group.story,
            truth_cause=pair[1],
            predicted_cause=group.cause,
            confidence=self._confidence.get(group.verdict_id),
            events=self._of_pair[pair].total(),
        )

    def wrong_detail(self, unit: str, verdict: SaidVerdict, wanted: str, said: str) -> Mistake:
        """The mistake that a right verdict's wrong status or owner is."""
        cause = self._level.scored_cause(verdict.cause)
        return Mistake(
            unit=unit,
            user=verdict.user,
            story=_most(self._of_verdict[verdict.id]).story,
            truth_cause=f"{cause}, {wanted}",
            predicted_cause=f"{cause}, {said}",
            confidence=verdict.confidence,
            events=verdict.events,
        )

    def wrong(self) -> list[Mistake]:
        """Events of one person, story and verdict that were called something else."""
        return [
            Mistake(
                unit="events",
                user=group.user,
                story=group.story,
                truth_cause=group.true_cause,
                predicted_cause=group.cause,
                confidence=self._confidence.get(group.verdict_id),
                events=count,
            )
            for group, count in self._groups.items()
            if group.cause != group.true_cause
        ]


def _most(groups: Counter[_Group]) -> _Group:
    """The group of most events; of several, the first by name."""
    return min(groups, key=lambda group: (-groups[group], group), default=_NO_GROUP)
