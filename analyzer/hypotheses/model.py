"""What a hypothesis is: declared checks with weights, and on whose authority.

Weights are natural log-odds: +2.3 makes a hypothesis ten times as likely, -2.3 a tenth.
An answer ``unknown`` weighs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.results import Answer, Cause, EvidenceItem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analyzer.hypotheses.facts import Facts


def _always(_facts: Facts) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Check:
    """One question to a bundle, with what each answer weighs and says.

    Attributes:
        id: Unique among all checks of one hypothesis; shown in evidence.
        asks: The question, as listed by ``analyzer hypotheses``.
        answer: The predicate.
        yes: Log-odds that a yes adds. ``no`` likewise.
        says: Sentence for (facts, answer).
        source: Export that the answer comes from.
        is_asked: Whether the question arises at all; one that does not is left out of reports.
    """

    id: str
    asks: str
    answer: Callable[[Facts], Answer]
    says: Callable[[Facts, Answer], str]
    yes: float
    no: float
    source: str = "sign-ins"
    is_asked: Callable[[Facts], bool] = _always

    def ask(self, facts: Facts) -> EvidenceItem:
        """Answer the check for one bundle, with its weight and sentence."""
        answer = self.answer(facts)
        says = self.says(facts, answer)
        if answer is Answer.UNKNOWN:
            return EvidenceItem(self.id, answer, 0.0, says, self.source, self.yes, self.no)
        return EvidenceItem(self.id, answer, self.weight_of(answer), says, self.source)

    def weight(self, facts: Facts) -> float:
        """What the check adds for one bundle."""
        return self.weight_of(self.answer(facts)) if self.is_asked(facts) else 0.0

    def weight_of(self, answer: Answer) -> float:
        """What an answer adds: nothing where it is not known."""
        if answer is Answer.YES:
            return self.yes
        return self.no if answer is Answer.NO else 0.0


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A cause as something that can be supported or refuted.

    Attributes:
        cause: The cause it stands for.
        title: A few words.
        why: The mechanism, in a sentence or two.
        source: On whose authority.
        blind_spots: What it cannot see.
        priors: Log-odds by (outcome, family) before any check; a pair that is absent is none
            of its business. A family ``*`` stands for any.
        checks: The questions.
        actions: What to do, for the facts of one verdict.
    """

    cause: Cause
    title: str
    why: str
    source: str
    blind_spots: tuple[str, ...]
    priors: Mapping[tuple[str, str], float]
    checks: tuple[Check, ...]
    actions: Callable[[Facts], tuple[str, ...]]

    def prior(self, facts: Facts) -> float | None:
        """Log-odds before the checks, or None where the hypothesis does not apply."""
        exact = self.priors.get((facts.outcome, facts.family))
        return self.priors.get((facts.outcome, "*")) if exact is None else exact

    def answers(self, facts: Facts) -> tuple[EvidenceItem, ...]:
        """Every check that is asked, answered for one bundle."""
        return tuple(check.ask(facts) for check in self.checks if check.is_asked(facts))


def answer_of(claim: bool | None) -> Answer:
    """Three-valued answer of a claim that may be unknown."""
    if claim is None:
        return Answer.UNKNOWN
    return Answer.YES if claim else Answer.NO


def opposite(answer: Answer) -> Answer:
    """Yes for no and no for yes; the opposite of unknown is unknown."""
    swapped = {Answer.YES: Answer.NO, Answer.NO: Answer.YES}
    return swapped.get(answer, Answer.UNKNOWN)
