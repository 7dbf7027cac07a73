"""Weighs every hypothesis on one bundle and says which one the evidence supports.

Analysis of competing hypotheses: each applicable hypothesis starts at its prior and adds the
weight of each answered check. The weights are log-odds, so belief is their softmax beside a
null hypothesis at zero, "none of these". It says which cause leads, and how far; how often such
a lead is right was counted on simulated tenants (``calibration``): that is the confidence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.hypotheses.calibration import CURVES
from analyzer.results import Alternative, Cause, Rival

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyzer.hypotheses.curve import Curve
    from analyzer.hypotheses.facts import Facts
    from analyzer.hypotheses.model import Hypothesis
    from analyzer.results import EvidenceItem

    Scored = tuple[float, Hypothesis]

NULL_LOG_ODDS = 0.0
ENOUGH = 0.5
MARGIN = 0.15
SHOWN_ALTERNATIVE = 0.01


@dataclass(frozen=True, slots=True)
class Decision:
    """Which hypothesis leads, and how far.

    Attributes:
        cause: The best-supported cause, or ``undetermined`` where the margin is too small.
        confidence: Probability that ``cause`` is right, 0 to 1.
        log_odds: Of the leading hypothesis against all others together, as they were weighed.
        ranked: Log-odds of each hypothesis that applies, the leading one first.
        alternatives: Other causes that were weighed, most believed first.
    """

    cause: Cause
    confidence: float
    log_odds: float
    ranked: tuple[Scored, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the evidence says of one bundle.

    Attributes:
        cause: As in :class:`Decision`; ``confidence`` and ``alternatives`` likewise.
        leading: The best-supported hypothesis, even where the verdict is undetermined.
        log_odds: Its lead over all others together, as they were weighed.
        evidence: Answers of the leading hypothesis.
        rival: The second of the hypotheses that apply, with its answers.
    """

    cause: Cause
    confidence: float
    leading: Hypothesis
    log_odds: float
    evidence: tuple[EvidenceItem, ...]
    alternatives: tuple[Alternative, ...]
    rival: Rival | None = None


def weigh(facts: Facts, hypotheses: Sequence[Hypothesis]) -> Weighed:
    """Weigh the hypotheses that apply to a bundle.

    Raises:
        ValueError: No hypothesis applies; the tables of priors must cover every outcome.
    """
    scored = score(facts, hypotheses)
    if not scored:
        msg = f"no hypothesis for outcome {facts.outcome!r} and family {facts.family!r}"
        raise ValueError(msg)
    decision = decide(scored)
    leading = decision.ranked[0][1]
    return Weighed(
        cause=decision.cause,
        confidence=decision.confidence,
        leading=leading,
        log_odds=decision.log_odds,
        evidence=leading.answers(facts),
        alternatives=decision.alternatives,
        rival=_rival(facts, decision.ranked),
    )


def score(facts: Facts, hypotheses: Sequence[Hypothesis]) -> list[Scored]:
    """Prior and answered checks of each hypothesis that applies, as log-odds."""
    return [
        (prior + sum(check.weight(facts) for check in hypothesis.checks), hypothesis)
        for hypothesis in hypotheses
        if (prior := hypothesis.prior(facts)) is not None
    ]


def decide(scored: Sequence[Scored], curves: Mapping[Cause, Curve] = CURVES) -> Decision:
    """Say which of the hypotheses that apply (at least one) leads, and how far."""
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].cause))
    highest, leading = ranked[0]
    others = [math.exp(each - highest) for each, _ in ranked[1:]]
    rest = sum(others) + math.exp(NULL_LOG_ODDS - highest)
    best = 1 / (1 + rest)
    beliefs = [best, *(best * other for other in others)]
    second = max(beliefs[1:], default=0.0)
    is_decided = best >= ENOUGH and best - second >= MARGIN
    log_odds = -math.log(rest)
    confidence = 1 - best
    if is_decided:
        confidence = curves[leading.cause].confidence(log_odds)
        # The rest is shared as it was weighed, but no other cause is believed more than this one.
        share = min((1 - confidence) / (1 - best), confidence / second if second else math.inf)
        beliefs = [confidence, *(share * belief for belief in beliefs[1:])]
    alternatives = [
        Alternative(hypothesis.cause, round(belief, 3))
        for belief, (_, hypothesis) in zip(beliefs, ranked, strict=True)
        if belief >= SHOWN_ALTERNATIVE
    ]
    return Decision(
        cause=leading.cause if is_decided else Cause.UNDETERMINED,
        confidence=round(confidence, 3),
        log_odds=log_odds,
        ranked=tuple(ranked),
        alternatives=tuple(alternatives[1:] if is_decided else alternatives),
    )


def _rival(facts: Facts, ranked: Sequence[Scored]) -> Rival | None:
    """Second of the ranked hypotheses, asked for its evidence; None where one alone applies."""
    if len(ranked) == 1:
        return None
    (best, _), (second, hypothesis) = ranked[:2]
    return Rival(hypothesis.cause, round(best - second, 3), hypothesis.answers(facts))
