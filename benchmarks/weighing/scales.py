"""Bundles on the scales: every check's weight kept apart, so that one of them can be taken off."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from analyzer.hypotheses import HYPOTHESES
from analyzer.hypotheses.weighing import decide, score
from analyzer.results import Cause
from benchmarks.accuracy import measures, scoring
from benchmarks.accuracy.counts import Tally, pooled
from benchmarks.accuracy.predicted import Prediction, SaidVerdict
from benchmarks.accuracy.truth import NOT_FAILING, TrueVerdict, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from analyzer.hypotheses.curve import Curve
    from analyzer.hypotheses.model import Hypothesis
    from analyzer.hypotheses.weighing import Decision, Scored
    from benchmarks.accuracy.counts import Counts
    from benchmarks.weighing.samples import Bundle, Sample

CheckKey = tuple[Cause, str]
"""A check of one hypothesis: the hypothesis' cause and the check's id."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One bundle on the scales.

    Attributes:
        scored: Log-odds of each hypothesis that applies, all checks counted.
        weights: What each check added, where it added something.
        decision: What they come to.
    """

    bundle: Bundle
    scored: tuple[Scored, ...]
    weights: dict[CheckKey, float]
    decision: Decision

    @classmethod
    def of(cls, bundle: Bundle, hypotheses: Sequence[Hypothesis] = HYPOTHESES) -> Weighed:
        """Ask every check of every hypothesis that applies."""
        scored = tuple(score(bundle.facts, hypotheses))
        weights = {
            (hypothesis.cause, check.id): weight
            for _, hypothesis in scored
            for check in hypothesis.checks
            if (weight := check.weight(bundle.facts))
        }
        return cls(bundle, scored, weights, decide(scored))

    def without(self, check: CheckKey) -> Weighed:
        """The same bundle with one check never asked."""
        weight = self.weights.get(check)
        if weight is None:
            return self
        scored = tuple(
            (log_odds - weight if hypothesis.cause == check[0] else log_odds, hypothesis)
            for log_odds, hypothesis in self.scored
        )
        return Weighed(self.bundle, scored, self.weights, decide(scored))


@dataclass(frozen=True, slots=True)
class Claim:
    """A verdict as the product would give it.

    Attributes:
        lead: The bundle whose evidence it shows.
        events: Sign-ins of all its bundles.
    """

    lead: Weighed
    events: int

    def said(self) -> SaidVerdict:
        """The verdict as far as it is scored, but for status and owner."""
        decision = self.lead.decision
        return SaidVerdict(
            id="",
            user=self.lead.bundle.user,
            cause=decision.cause.value,
            confidence=decision.confidence,
            status="",
            mailbox="",
            events=self.events,
            alternatives=tuple((a.cause.value, a.confidence) for a in decision.alternatives),
        )


@dataclass(frozen=True, slots=True)
class Tray:
    """One sample on the scales."""

    sample: Sample
    bundles: tuple[Weighed, ...]

    @classmethod
    def of(cls, sample: Sample) -> Tray:
        """Weigh every bundle of a sample."""
        return cls(sample, tuple(Weighed.of(bundle) for bundle in sample.bundles))

    def without(self, check: CheckKey) -> Tray:
        """The same sample with one check never asked."""
        return Tray(self.sample, tuple(each.without(check) for each in self.bundles))

    def calibrated(self, curves: Mapping[Cause, Curve]) -> Tray:
        """The same sample with its confidence from other curves."""
        return Tray(
            self.sample,
            tuple(replace(each, decision=decide(each.scored, curves)) for each in self.bundles),
        )

    def claims(self) -> Iterator[Claim]:
        """The verdicts that the bundles come to."""
        groups: dict[tuple[str, ...], list[Weighed]] = defaultdict(list)
        for each in self.bundles:
            facts, cause = each.bundle.facts, each.decision.cause
            owner = facts.owner if cause is Cause.DELEGATE_ACCESS else None
            mailbox = owner.move.mailbox if owner else ""
            groups[facts.person_key, cause, facts.family, mailbox].append(each)
        for members in groups.values():
            events = [each.bundle.facts.events for each in members]
            lead = max(members, key=lambda each: (each.decision.log_odds, each.bundle.facts.events))
            yield Claim(lead, sum(events))

    def is_right(self, claim: Claim) -> bool:
        """Whether the very cause of a verdict is in the truth for its person."""
        return (claim.lead.bundle.user, claim.lead.decision.cause) in self.sample.pairs

    def counts(self) -> Counts:
        """Verdicts as the benchmark of accuracy counts them; their events are left out."""
        truth = Truth({}, dict.fromkeys(self.sample.pairs, TrueVerdict()))
        said = Prediction(tuple(claim.said() for claim in self.claims()), {})
        return scoring.score(truth, said, self.sample.level).counts

    def rights(self) -> Iterator[bool]:
        """Whether each bundle was given its true cause."""
        scored_cause = self.sample.level.scored_cause
        for each in self.bundles:
            yield scored_cause(each.bundle.cause) == scored_cause(each.decision.cause.value)

    def tallies(self) -> dict[str, Tally]:
        """Bundles by cause."""
        level = self.sample.level
        tallies: dict[str, Tally] = defaultdict(Tally)
        for each in self.bundles:
            cause = level.scored_cause(each.bundle.cause)
            said = level.scored_cause(each.decision.cause.value)
            if cause == said:
                tallies[cause] += Tally(hit=1)
                continue
            if said != Cause.UNDETERMINED:
                tallies[said] += Tally(false=1)
            if cause not in NOT_FAILING:
                tallies[cause] += Tally(missed=1)
        return tallies


@dataclass(frozen=True, slots=True)
class Measured:
    """What all samples together come to.

    Attributes:
        bundle_f1: Macro-F1 of bundles, mean over the levels of evidence.
        verdict_f1: The same of verdicts.
        brier: Of verdicts.
    """

    bundle_f1: float
    verdict_f1: float
    brier: float


def measured(trays: Iterable[Tray]) -> Measured:
    """Score everything that is on the scales."""
    by_level: dict[str, list[Tray]] = defaultdict(list)
    for tray in trays:
        by_level[tray.sample.level_name].append(tray)
    counts = {name: pooled(tray.counts() for tray in group) for name, group in by_level.items()}
    bundles = [_added(tray.tallies() for tray in group) for group in by_level.values()]
    return Measured(
        bundle_f1=fmean(measures.macro_f1(tallies) or 0.0 for tallies in bundles),
        verdict_f1=fmean(measures.macro_f1(each.verdicts) or 0.0 for each in counts.values()),
        brier=measures.brier(pooled(counts.values()).tenths) or 0.0,
    )


def _added(many: Iterable[dict[str, Tally]]) -> dict[str, Tally]:
    total: dict[str, Tally] = defaultdict(Tally)
    for tallies in many:
        for cause, tally in tallies.items():
            total[cause] += tally
    return total
