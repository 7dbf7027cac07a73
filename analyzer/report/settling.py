"""Which missing export would settle what is unknown, the one that could move most first.

An export is missing only where it was not given or did not cover the person. A question that no
export answers, or that does not arise, asks for none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.report.causes import NOUNS
from analyzer.report.exports import EXPORTS, Export
from analyzer.report.otherwise import leading_cause
from analyzer.report.phrases import stamp
from analyzer.report.told import item_of, own_cutover
from analyzer.results import Answer, Cause

if TYPE_CHECKING:
    from collections.abc import Callable

    from analyzer.results import EvidenceItem, Result, Verdict

_SHOWN = 3
_WORTH_GETTING = 0.5
_SURE = 0.95


@dataclass(frozen=True, slots=True)
class _Covered:
    """What the exports given cover of one verdict's person."""

    verdict: Verdict
    missing: frozenset[str]
    has_own_move: bool

    def was_answered(self, check: str, *answers: Answer) -> bool:
        item = item_of(self.verdict, check)
        return item is not None and item.answer in answers

    def has_no_own_move(self) -> bool:
        """Whether the exports given say, or would say, that the own mailbox did not move."""
        checks = ("own-move-completed", "exports-may-lack-it")
        return any(self.was_answered(check, Answer.NO) for check in checks)

    def own_move(self) -> str | None:
        return None if self.has_own_move or self.has_no_own_move() else "moves"

    def history(self) -> str | None:
        return "earlier" if self.has_own_move else self.own_move()

    def any_move(self) -> str | None:
        if self.has_own_move:
            return "earlier"
        return "moves" if "moves" in self.missing else "permissions"

    def rights(self) -> str | None:
        if self.was_answered("right-on-moved-mailbox", Answer.YES, Answer.NO):
            return None
        needs_moves_only = "moves" in self.missing and "permissions" not in self.missing
        return "moves" if needs_moves_only else "permissions"

    def days(self) -> str | None:
        one_day = self.verdict.first_seen.date() == self.verdict.last_seen.date()
        return "days" if one_day else None

    def places(self) -> str | None:
        return "successes" if "unknown" in self.verdict.places else None

    def clients(self) -> str | None:
        return None if self.verdict.clients or self.verdict.user_agents else "clients"

    def nothing(self) -> str | None:
        return None


# What an unknown check waits for; one that is not listed waits for its source, if not given.
WAITS_FOR: dict[Callable[[_Covered], str | None], tuple[str, ...]] = {
    _Covered.own_move: (
        "own-move-completed",
        "began-after-own-move",
        "soon-after-own-move",
        "after-own-move",
        "own-mailbox-not-moved",
    ),
    _Covered.history: ("not-seen-before-move", "not-reconfigured-before"),
    _Covered.any_move: ("no-move-explains-it",),
    _Covered.rights: (
        "right-on-moved-mailbox",
        "began-after-owner-move",
        "soon-after-owner-move",
        "right-opens-mailbox",
    ),
    _Covered.days: (
        "round-the-clock",
        "service-account",
        "person-hours",
        "not-a-service",
        "from-the-start",
    ),
    _Covered.places: ("own-place", "legacy-client-own-place", "known-password-in-strange-hands"),
    _Covered.clients: (
        "outlook-bundle",
        "build-can-do-modern-auth",
        "build-cannot-do-modern-auth",
        "skype-agent",
        "client-is-activesync",
        "phone-agent",
        "protocol-is-mail",
        "converted-basic-auth",
        "scripted-client",
    ),
    _Covered.nothing: ("follows-a-wave", "exports-may-lack-it", "legacy-client-other-policy"),
}
_RULES = {check: rule for rule, checks in WAITS_FOR.items() for check in checks}
EXPORT_OF = {"mapi-http-off": "mapi", "not-the-legacy-block": "policies"}
_BY_SOURCE = {"moves": "moves", "permissions": "permissions", "MAPI over HTTP": "mapi"}


@dataclass(slots=True)
class _Swing:
    """How far an export's answers could move the leader up, or down, against the runner-up."""

    up: float = 0.0
    down: float = 0.0

    def add(self, leading: EvidenceItem | None, rival: EvidenceItem | None) -> None:
        yes, no = (leading.if_yes, leading.if_no) if leading else (0.0, 0.0)
        if rival is not None:
            yes, no = yes - rival.if_yes, no - rival.if_no
        self.up += max(0.0, yes, no)
        self.down += max(0.0, -yes, -no)

    @property
    def most(self) -> float:
        return max(self.up, self.down)


def would_settle(verdict: Verdict, result: Result) -> tuple[str, ...]:
    """A sentence for each missing export that could move the verdict, or that none could."""
    covered = _Covered(
        verdict,
        frozenset(each.evidence for each in result.coverage.evidence_missing),
        own_cutover(verdict, result) is not None,
    )
    swings = _swings(covered)
    ranked = sorted(swings, key=lambda name: -swings[name].most)
    found = [name for name in ranked if _is_worth_getting(swings[name], verdict)]
    if not found:
        return (_nothing(verdict),)
    return tuple(
        f"{_asked(EXPORTS[name], covered, result)} {_effect(swings[name], verdict)}"
        for name in found[:_SHOWN]
    )


def _swings(covered: _Covered) -> dict[str, _Swing]:
    rival = covered.verdict.rival.evidence if covered.verdict.rival else ()
    asked, asked_of_rival = (
        {item.check: item for item in side if item.answer is Answer.UNKNOWN}
        for side in (covered.verdict.evidence, rival)
    )
    swings: dict[str, _Swing] = {}
    for check, item in (asked | asked_of_rival).items():
        export = _export_for(item, covered)
        if export is not None:
            swing = swings.setdefault(export, _Swing())
            swing.add(asked.get(check), asked_of_rival.get(check))
    return swings


def _export_for(item: EvidenceItem, covered: _Covered) -> str | None:
    rule = _RULES.get(item.check)
    if rule is not None:
        return rule(covered)
    if item.check in EXPORT_OF:
        return EXPORT_OF[item.check]
    export = _BY_SOURCE.get(item.source)
    is_missing = export is not None and covered.missing.intersection(EXPORTS[export].evidence)
    return export if is_missing else None


def _is_worth_getting(swing: _Swing, verdict: Verdict) -> bool:
    """Whether it could matter: to a sure verdict, only what could speak against it does."""
    could_add = swing.up if verdict.confidence < _SURE else 0.0
    return max(swing.down, could_add) >= _WORTH_GETTING


def _asked(export: Export, covered: _Covered, result: Result) -> str:
    not_given = covered.missing.intersection(export.evidence)
    why = "not given" if not_given else export.falls_short
    if export is EXPORTS["earlier"] and result.window_from is not None:
        why = f"{why}, {stamp(result.window_from)}"
    return f"{export.name}: {why}. This would tell {export.tells}."


def _effect(swing: _Swing, verdict: Verdict) -> str:
    leader, rival = leading_cause(verdict), verdict.rival
    if leader is None or rival is None:
        return "That could make the verdict surer or less sure."
    if verdict.cause is Cause.UNDETERMINED:
        return "That could decide it."
    if swing.down > rival.lead:
        return f"That could overturn the verdict, in favour of {NOUNS[rival.cause]}."
    if swing.down < _WORTH_GETTING:
        return "That could make the verdict surer."
    return "That could weaken the verdict, not overturn it."


def _nothing(verdict: Verdict) -> str:
    if verdict.cause is Cause.UNDETERMINED:
        return "No export that could be given would decide it: ask the person which client it is."
    return "Nothing that is missing could change this verdict."
