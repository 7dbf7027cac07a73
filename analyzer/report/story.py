"""The explanation of one verdict as a short story: what happened, and why this and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses.weighing import ENOUGH
from analyzer.report.causes import NOUNS
from analyzer.report.model import Story
from analyzer.report.otherwise import against, leading_cause, otherwise
from analyzer.report.phrases import percent
from analyzer.report.settling import would_settle
from analyzer.report.told import told
from analyzer.results import Cause

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.results import EvidenceItem, Result, Verdict

_SHOWN = 2
# Checks whose facts the story has told by then.
TOLD = {
    "own-move-completed",
    "began-after-own-move",
    "after-own-move",
    "right-on-moved-mailbox",
    "own-mailbox-not-moved",
    "began-after-owner-move",
    "own-place",
    "first-met-then",
    "same-client-recovered",
    "succeeded-later",
    "password-was-wrong",
    "code-is-other",
}


def story(verdict: Verdict, result: Result) -> Story:
    """Tell one verdict of ``result``; texts may be hostile: renderers escape."""
    is_open = verdict.cause is Cause.UNDETERMINED
    why = _competing(verdict) if is_open else _reasons(verdict.evidence)
    return Story(
        told=(*told(verdict, result), *why),
        otherwise=otherwise(verdict),
        against=against(verdict),
        would_settle=would_settle(verdict, result),
    )


def _reasons(evidence: Sequence[EvidenceItem]) -> Iterable[str]:
    """What speaks most for the cause beside what the story has told."""
    found = _said([item for item in evidence if item.check not in TOLD])
    if found:
        yield f"What speaks for it beside that: {found}"


def _heaviest(evidence: Sequence[EvidenceItem]) -> list[EvidenceItem]:
    """The heaviest that spoke for it, without those that another of them says as well."""
    spoken = [item for item in evidence if item.weight > 0]
    ranked = sorted(spoken, key=lambda item: -item.weight)
    says = {item.says for item in ranked}
    return [
        item
        for item in ranked
        if not any(item.says in other and item.says != other for other in says)
    ][:_SHOWN]


def _competing(verdict: Verdict) -> Iterable[str]:
    """Which two causes compete, how close they are, and what speaks for each."""
    leader, rival = leading_cause(verdict), verdict.rival
    if leader is None or rival is None:
        return
    shares = {each.cause: each.confidence for each in verdict.alternatives}
    two = " and ".join(
        f"{NOUNS[cause]} ({percent(shares[cause])})" if cause in shares else NOUNS[cause]
        for cause in (leader, rival.cause)
    )
    close = "No cause has enough for it; the two closest are"
    yield f"{'Two causes compete:' if shares.get(leader, 0) >= ENOUGH else close} {two}."
    sides = (verdict.evidence, rival.evidence)
    says = [{item.says for item in side if item.weight > 0} for side in sides]
    shared = _said([item for item in verdict.evidence if item.says in says[1]])
    if shared:
        yield f"For both speaks: {shared}"
    for cause, own, others in zip((leader, rival.cause), sides, reversed(says), strict=True):
        alone = _said([item for item in own if item.says not in others])
        yield f"For {NOUNS[cause]} alone speaks: {alone or 'nothing that was seen.'}"


def _said(evidence: Sequence[EvidenceItem]) -> str:
    return " ".join(item.says for item in _heaviest(evidence))
