"""The case against: what would have shown another cause, and what speaks most against this one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.causes import EVIDENCE_NAMES, NOUNS
from analyzer.report.expected import EXPECTED
from analyzer.results import Answer, Cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.results import EvidenceItem, Verdict

_SHOWN = 3
_WORTH_SAYING = 0.5


def leading_cause(verdict: Verdict) -> Cause | None:
    """The cause that ``evidence`` belongs to, also where the verdict is undetermined."""
    if verdict.cause is not Cause.UNDETERMINED:
        return verdict.cause
    return verdict.alternatives[0].cause if verdict.alternatives else None


def otherwise(verdict: Verdict) -> tuple[str, ...]:
    """What would have been seen if the runner-up were true; for undetermined, also the leader."""
    told: list[str] = []
    leader = leading_cause(verdict)
    if verdict.cause is Cause.UNDETERMINED and leader is not None:
        told += _if_it_were(leader, verdict.evidence)
    if verdict.rival is not None:
        told += _if_it_were(verdict.rival.cause, verdict.rival.evidence)
    return tuple(told)


def _if_it_were(cause: Cause, evidence: Sequence[EvidenceItem]) -> Iterable[str]:
    spoken = sorted((item for item in evidence if item.weight < 0), key=lambda item: item.weight)
    missed = list({item.says: item for item in reversed(spoken)}.values())[::-1]
    if not missed:
        yield (
            f"If it were {NOUNS[cause]}, nothing seen would have to differ: it is only the less "
            "likely of the two."
        )
    for number, item in enumerate(missed[:_SHOWN]):
        opening = "And" if number else f"If it were {NOUNS[cause]},"
        would = EXPECTED.get(cause, {}).get(item.check)
        would = would or "this would be otherwise"
        yield f"{opening} {would}. Seen instead: {item.says}"


def against(verdict: Verdict) -> str:
    """The answered check that speaks most against the leading cause, or that nothing does."""
    leader = leading_cause(verdict)
    if verdict.cause is Cause.UNDETERMINED and leader is not None:
        parts = [_against_of(leader, verdict.evidence)]
        if verdict.rival is not None:
            parts.append(_against_of(verdict.rival.cause, verdict.rival.evidence))
        return " ".join(parts)
    worst = _worst(verdict.evidence)
    if worst is not None:
        little = "Little: " if worst.weight >= -_WORTH_SAYING else ""
        return f"{little}{worst.says} ({_weighs(worst)})"
    return f"Nothing speaks against it.{_for_the_rival(verdict)}"


def _worst(evidence: Sequence[EvidenceItem]) -> EvidenceItem | None:
    spoken = [item for item in evidence if item.weight < 0]
    return min(spoken, key=lambda item: item.weight, default=None)


def _against_of(cause: Cause, evidence: Sequence[EvidenceItem]) -> str:
    worst = _worst(evidence)
    if worst is None:
        return f"Against {NOUNS[cause]}: nothing."
    return f"Against {NOUNS[cause]}: {worst.says} ({_weighs(worst)})"


def _weighs(item: EvidenceItem) -> str:
    source = EVIDENCE_NAMES.get(item.source, item.source)
    return f"{source}, {item.weight:+.1f}"


def _for_the_rival(verdict: Verdict) -> str:
    """What speaks for the runner-up and not for the leader as well, where that is anything."""
    if verdict.rival is None:
        return ""
    shared = {item.check for item in verdict.evidence if item.answer is Answer.YES}
    own = [item for item in verdict.rival.evidence if item.check not in shared]
    best = max(own, key=lambda item: item.weight, default=None)
    if best is None or best.weight < _WORTH_SAYING:
        return ""
    noun = NOUNS[verdict.rival.cause]
    return f" What speaks most for the next likely cause, {noun}: {best.says} ({_weighs(best)})"
