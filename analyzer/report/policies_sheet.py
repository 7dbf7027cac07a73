"""The answer of ``analyzer policies`` put into words, once, for every renderer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analyzer.policies.exposure import needless
from analyzer.policies.model import SECURITY_DEFAULTS
from analyzer.policies.result import ChangeKind, Standing
from analyzer.report import coverage
from analyzer.report import policies_words as words
from analyzer.report.model import Block, Tone
from analyzer.report.phrases import counted, listed, people, stamp
from analyzer.report.sheet import Grid, Sheet
from analyzer.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.policies.result import (
        OpenExclusion,
        PoliciesResult,
        PolicyView,
        Shift,
        WhatIf,
        Window,
    )

_ARRIVALS_SHOWN = 10
_USERS_SHOWN = 10
_CLOSE = {True: "close", False: "keep", None: "cannot be told"}
_QUIET = frozenset((Standing.NONE,))
_BLOCKING = frozenset((Standing.BLOCKS, Standing.DEMANDS))


def sheet(result: PoliciesResult) -> Sheet:
    """The whole report."""
    parts: list[Block | Grid] = [
        _policies(result),
        *_untouching(result),
        _windows(result),
        *_covered(result),
        _exclusions(result),
        _history(result),
        *[_what_if(each) for each in result.what_if],
    ]
    return Sheet(
        title="Policies and legacy authentication",
        generated=f"Made {stamp(result.generated_at)}",
        window=_window(result),
        headline=_headline(result),
        standing=_standing(result),
        coverage=_coverage(result),
        parts=tuple(parts),
    )


def _coverage(result: PoliciesResult) -> tuple[Block, ...]:
    whole = Result(
        result.generated_at, result.window_from, result.window_to, result.coverage, verdicts=()
    )
    has_failures = any(each.kind is ChangeKind.FAILURES for each in result.history)
    return coverage.blocks(whole, says_of_legacy=result.has_signins and not has_failures)


def _window(result: PoliciesResult) -> str:
    if result.window_from is None or result.window_to is None:
        return "No sign-ins: definitions only" if not result.has_signins else "No time is known"
    return f"{stamp(result.window_from)} to {stamp(result.window_to)}"


def _headline(result: PoliciesResult) -> str:
    guards = [view for view in result.policies if view.id in result.guards]
    named = [view.name for view in guards if view.definition]
    doubtful = [view for view in result.policies if view.observed.contradicted.events]
    if named:
        noun = counted(len(named), "policy blocks", "policies block")
        told = f"{noun} everybody's legacy clients by definition: {listed(named)}."
    elif guards:
        told = "Security defaults block legacy clients."
    elif not any(view.definition for view in result.policies):
        told = "Which policies block legacy clients by definition cannot be told: none were given."
    else:
        told = "NO policy that is on blocks everybody's legacy clients by definition."
    some = [v for v in result.policies if v.standing in _BLOCKING and not v.is_for_everybody]
    if some:
        told += f" {counted(len(some), 'more blocks', 'more block')} those of some people."
    if doubtful:
        noun = counted(len(doubtful), "other should, but was", "others should, but were")
        told += f" By definition {noun} seen to let legacy clients in."
    return f"{told} {_exposed(result)}".strip()


def _exposed(result: PoliciesResult) -> str:
    weak = [window for window in result.windows if not needless(window)]
    if not weak:
        return ""
    came = {arrival.user for window in weak for arrival in window.did}
    spans = counted(len(weak), "window")
    seen = f"{people(len(came))} came in" if came else "nobody was seen to come in"
    return f"The block was weakened in {spans}; {seen}."


def _standing(result: PoliciesResult) -> str:
    closing = [each for each in result.exclusions if each.is_to_close]
    if not result.exclusions:
        return ""
    return (
        f"Exclusions open now: {len(result.exclusions)}; without a reason any more: {len(closing)}."
    )


# --- policies -------------------------------------------------------------------------------


def _policies(result: PoliciesResult) -> Grid:
    views = [view for view in result.policies if view.standing not in _QUIET]
    return Grid(
        title="Policies that concern legacy clients",
        columns=("Policy", "State", "Legacy clients", "For", "Except", "Seen"),
        rows=tuple(_policy_row(view) for view in views),
        says=() if views else ("None was given, and no sign-in names one.",),
        notes=tuple(tuple(_policy_notes(view)) for view in views),
        is_main=True,
    )


def _policy_row(view: PolicyView) -> tuple[str, ...]:
    state = words.state_word(view.definition.state) if view.definition else _why_unknown(view)
    if view.id == SECURITY_DEFAULTS:
        state = "on"
    return (
        view.name,
        state,
        words.STANDINGS[view.standing],
        listed([words.subject(each) for each in view.includes]) or "not told",
        listed([words.subject(each) for each in view.excludes]) or "nobody",
        words.observed(view),
    )


def _why_unknown(view: PolicyView) -> str:
    return "deleted" if view.was_deleted else "not in the export"


def _policy_notes(view: PolicyView) -> Iterable[str]:
    yield f"Id {view.id}"
    if view.definition and view.definition.narrowed_by:
        yield f"Further conditions must hold: {listed(view.definition.narrowed_by)}"
    other = [name for name in view.observed.names if name != view.name]
    if other:
        yield f"Also seen as {listed(other)}"
    if view.definition is None and not view.was_deleted and view.id != SECURITY_DEFAULTS:
        yield "Sign-ins name it, the export does not: deleted since, or not exported"
    if view.is_outdated:
        yield "It was changed after the export, and is told as the audits left it where they do"
    against = view.observed.contradicted
    if against.events:
        yield (
            f"By its definition it should have stopped {counted(against.events, 'sign-in')} of "
            f"{people(against.people)} that were let in: it has conditions that were not "
            "exported, or was another at the time"
        )
    seen = view.observed.blocked_legacy
    if seen.first and seen.last:
        yield f"Stopped legacy clients from {stamp(seen.first)} to {stamp(seen.last)}"


def _untouching(result: PoliciesResult) -> Iterable[Block]:
    names = [view.name for view in result.policies if view.standing in _QUIET]
    if names:
        yield Block("Policies that do not touch legacy clients", (f"{listed(names)}.",))


# --- exposure -------------------------------------------------------------------------------


def _windows(result: PoliciesResult) -> Grid:
    windows = [window for window in result.windows if not needless(window)]
    is_open = any(window.is_open or window.did for window in windows)
    return Grid(
        title="When the block was weakened",
        columns=("Policy", "How", "From", "To", "Who could come in", "Who did"),
        rows=tuple(_window_row(window, _log_from(result)) for window in windows),
        says=tuple(_window_says(result, windows)),
        notes=tuple(tuple(_window_notes(window)) for window in windows),
        tone=Tone.CAUTION if is_open else Tone.CALM,
    )


def _log_from(result: PoliciesResult) -> str:
    return stamp(result.log_from) if result.log_from else ""


def _window_says(result: PoliciesResult, windows: list[Window]) -> Iterable[str]:
    if not result.has_audits:
        yield "Without directory audits, since when cannot be told."
    elif result.log_from:
        yield f"Before {stamp(result.log_from)} cannot be told: the audits begin there."
    if not windows:
        yield "No weakening is known."
    if not result.has_signins:
        yield "Who did come in cannot be told without sign-ins."


def _window_row(window: Window, log_from: str) -> tuple[str, ...]:
    return (
        window.policy_name,
        words.weakness(window),
        words.began(window, log_from),
        words.ended(window),
        words.could(window),
        words.did(window),
    )


def _window_notes(window: Window) -> Iterable[str]:
    if window.opened_by:
        yield f"Opened by {window.opened_by}"
    if window.closed_by:
        yield f"Closed by {window.closed_by}"
    for arrival in window.did[:_ARRIVALS_SHOWN]:
        yield words.arrival(arrival)
    more = len(window.did) - _ARRIVALS_SHOWN
    if more > 0:
        yield f"And {people(more)} more; --format json lists them all"


def _covered(result: PoliciesResult) -> Iterable[Block]:
    covered = [window for window in result.windows if needless(window)]
    if covered:
        yield Block(
            "Weakened, but another policy blocked as well",
            tuple(f"{each.policy_name}: {words.weakness(each)}." for each in covered),
        )


def _exclusions(result: PoliciesResult) -> Grid:
    listed_ones = result.exclusions
    return Grid(
        title="Exclusions open now: which have no reason any more",
        columns=("Who", "Policy", "Through", "Since", "Do", "Why"),
        rows=tuple(_exclusion_row(each, _log_from(result)) for each in listed_ones),
        says=() if listed_ones else ("None is open.",),
        notes=tuple(tuple(_exclusion_notes(each)) for each in listed_ones),
    )


def _exclusion_row(each: OpenExclusion, log_from: str) -> tuple[str, ...]:
    return (
        words.subject(each.subject),
        each.policy_name,
        words.subject(each.through) if each.through else "",
        words.began(each, log_from),
        _CLOSE[each.is_to_close],
        words.reason(each),
    )


def _exclusion_notes(each: OpenExclusion) -> Iterable[str]:
    if each.move is not None:
        yield f"Mailbox {each.move.mailbox} moved, completed {stamp(each.move.completed_at)}"


# --- history and what-if --------------------------------------------------------------------


def _history(result: PoliciesResult) -> Grid:
    says = []
    if not result.has_audits:
        says.append("No directory audits: only moves and failures are on the axis.")
    elif not any(each.by or each.policy_id for each in result.history):
        says.append("The audits tell of no change of these policies.")
    return Grid(
        title="What happened, in order",
        columns=("When (UTC)", "What", "Who"),
        rows=tuple(
            (
                stamp(each.at)[:10] if each.kind is ChangeKind.FAILURES else stamp(each.at)[:16],
                words.change(each),
                each.by or "",
            )
            for each in result.history
        ),
        says=tuple(says),
    )


def _what_if(told: WhatIf) -> Block:
    sentences = [
        f"Asked: {told.expression}.",
        f"Blocked sign-ins that would be let in: {_shift(told.let_in)}",
        f"Sign-ins let in that would be blocked: {_shift(told.blocked)}",
    ]
    if told.changes_nothing:
        sentences.insert(
            1, "The policy is so already; the window's sign-ins are replayed all the same."
        )
    sentences += [
        f"Cannot be told: {counted(shift.events, 'sign-in')} of {people(shift.people)}, "
        f"{words.UNTOLD.get(why, why)}."
        for why, shift in told.untold.items()
    ]
    if told.example is not None:
        says = {True: "applies", False: "does not apply", None: ""}[told.example.applies_today]
        body = json.dumps(told.example.body, ensure_ascii=False)
        sentences.append(
            f"To compare with Microsoft's what-if, sign-in {told.example.signin_id}: "
            f"POST /beta/identity/conditionalAccess/evaluate {body}"
        )
        if says:
            sentences.append(f"It should say that the policy, as saved today, {says}.")
    return Block(f"What if: {words.asked(told)}", tuple(sentences))


def _shift(shift: Shift) -> str:
    if not shift.events:
        return "none."
    by_definition = shift.events - shift.recorded
    how = [
        f"{shift.recorded:,} as recorded in the log" if shift.recorded else "",
        f"{by_definition:,} by the definition" if by_definition else "",
    ]
    strange = f", {shift.strange:,} from strange or HOSTILE places" if shift.strange else ""
    users = list(shift.users[:_USERS_SHOWN])
    more = shift.people - len(users)
    users += [f"{more} more"] if more > 0 else []
    return (
        f"{counted(shift.events, 'sign-in')} of {people(shift.people)} "
        f"({listed([part for part in how if part])}{strange}): {listed(users)}."
    )
