"""Weighs every hypothesis on one bundle and says which one the evidence supports.

Analysis of competing hypotheses: each applicable hypothesis starts at its prior and adds the
weight of each answered check. The weights are log-odds, so belief is their softmax beside a
null hypothesis at zero, "none of these".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.results import Alternative, Answer, Cause, Rival

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.hypotheses.facts import Facts
    from analyzer.hypotheses.model import Hypothesis
    from analyzer.results import EvidenceItem

NULL_LOG_ODDS = 0.0
ENOUGH = 0.5
MARGIN = 0.15
MOST = 0.99
SHOWN_ALTERNATIVE = 0.01


@dataclass(frozen=True, slots=True)
class Weighed:
    """What the evidence says of one bundle.

    Attributes:
        cause: The best-supported cause, or ``undetermined`` where the margin is too small.
        confidence: Belief in ``cause``, 0 to 1.
        leading: The best-supported hypothesis, even where the verdict is undetermined.
        evidence: Answers of the leading hypothesis.
        alternatives: Other causes that were weighed, most believed first.
        rival: The second of the hypotheses that apply, with its answers.
    """

    cause: Cause
    confidence: float
    leading: Hypothesis
    evidence: tuple[EvidenceItem, ...]
    alternatives: tuple[Alternative, ...]
    rival: Rival | None = None


def weigh(facts: Facts, hypotheses: Sequence[Hypothesis]) -> Weighed:
    """Weigh the hypotheses that apply to a bundle.

    Raises:
        ValueError: No hypothesis applies; the tables of priors must cover every outcome.
    """
    scored = [
        (log_odds, hypothesis)
        for hypothesis in hypotheses
        if (log_odds := _log_odds(facts, hypothesis)) is not None
    ]
    if not scored:
        msg = f"no hypothesis for outcome {facts.outcome!r} and family {facts.family!r}"
        raise ValueError(msg)
    top = max(NULL_LOG_ODDS, *(log_odds for log_odds, _ in scored))
    total = sum(math.exp(log_odds - top) for log_odds, _ in scored)
    total += math.exp(NULL_LOG_ODDS - top)
    believed = sorted(
        ((math.exp(log_odds - top) / total, hypothesis) for log_odds, hypothesis in scored),
        key=lambda pair: (-pair[0], pair[1].cause),
    )
    best, leading = believed[0]
    second = believed[1][0] if len(believed) > 1 else 0.0
    is_decided = best >= ENOUGH and best - second >= MARGIN
    others = believed[1:] if is_decided else believed
    return Weighed(
        cause=leading.cause if is_decided else Cause.UNDETERMINED,
        confidence=round(min(MOST, best if is_decided else 1 - best), 3),
        leading=leading,
        evidence=tuple(check.ask(facts) for check in leading.checks),
        alternatives=tuple(
            Alternative(hypothesis.cause, round(belief, 3))
            for belief, hypothesis in others
            if belief >= SHOWN_ALTERNATIVE
        ),
        rival=_rival(facts, scored),
    )


def _rival(facts: Facts, scored: Sequence[tuple[float, Hypothesis]]) -> Rival | None:
    """Second of the scored hypotheses, asked for its evidence; None where one alone applies."""
    ranked = sorted(scored, key=lambda pair: (-pair[0], pair[1].cause))
    if len(ranked) == 1:
        return None
    (best, _), (second, hypothesis) = ranked[:2]
    evidence = tuple(check.ask(facts) for check in hypothesis.checks)
    return Rival(hypothesis.cause, round(best - second, 3), evidence)


def _log_odds(facts: Facts, hypothesis: Hypothesis) -> float | None:
    log_odds = hypothesis.prior(facts)
    if log_odds is None:
        return None
    for check in hypothesis.checks:
        answer = check.answer(facts)
        if answer is Answer.YES:
            log_odds += check.yes
        elif answer is Answer.NO:
            log_odds += check.no
    return log_odds
