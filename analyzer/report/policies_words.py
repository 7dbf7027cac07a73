"""Words for policies: what changed, how the block was weakened, why an exclusion may be closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.policies.result import ChangeKind, Reason, Standing, Weakness
from analyzer.report.phrases import counted, listed, people, stamp
from analyzer.vocabulary.client_apps import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analyzer.policies.result import (
        Arrival,
        Change,
        OpenExclusion,
        PolicyView,
        Subject,
        WhatIf,
        Window,
    )

STANDINGS: dict[Standing, str] = {
    Standing.BLOCKS: "Blocks",
    Standing.DEMANDS: "Blocks, by a demand",
    Standing.SOMETIMES: "Sometimes, on conditions",
    Standing.REPORT_ONLY: "Report-only: would",
    Standing.DISABLED: "Off: would",
    Standing.NONE: "Does not touch them",
    Standing.UNKNOWN: "Cannot be told",
}
STATES = {
    "enabled": "on",
    "disabled": "off",
    "enabledforreportingbutnotenforced": "report-only",
}
WEAKNESSES: dict[Weakness, str] = {
    Weakness.DISABLED: "switched off",
    Weakness.REPORT_ONLY: "report-only",
    Weakness.DELETED: "deleted",
    Weakness.NOT_CREATED: "not there yet",
    Weakness.EXCLUSION: "exclusion",
    Weakness.NARROWED: "scope narrower than at other times",
}
UNTOLD = {
    "policies-not-visible": "the sign-ins do not show which policies applied",
    "group-not-expanded": "whose group membership is not known",
    "depends-on-conditions": "which further conditions of the policy decide",
    "client-not-logged": "whose client was not logged",
    "would-be-prompted": "which would be asked for something they may be able to give",
    "result-not-told": "whose result for this policy was logged as unknown",
    "no-definition": "which only the policy's definition could decide, and that was not given",
}
_FAMILY_NAMES: dict[str, str] = {str(name): told for name, told in FAMILIES.items()}
_MEMBERSHIP = {ChangeKind.MEMBER_ADDED: "joined", ChangeKind.MEMBER_REMOVED: "left"}


def state_word(state: str | None) -> str:
    """A state as people call it."""
    return STATES.get(state or "", state or "not told")


def subject(of: Subject) -> str:
    """``group Pilot`` or ``amy@contoso.example``."""
    if of.kind == "everybody":
        return "everybody"
    if of.id == "guestsorexternalusers":
        return "guests"
    return of.called if of.kind == "user" else f"{of.kind} {of.called}"


def families(names: Sequence[str]) -> str:
    """Kinds of legacy client in words."""
    return listed([_FAMILY_NAMES.get(name, name) for name in names])


def change(of: Change) -> str:  # noqa: PLR0911 - one sentence for each kind
    """One entry of the time axis as a sentence without its time."""
    name = of.policy_name or of.policy_id or ""
    if of.kind in _MEMBERSHIP and of.subject and of.group:
        return f"{subject(of.subject)} {_MEMBERSHIP[of.kind]} {subject(of.group)}"
    if of.kind is ChangeKind.MOVES:
        batch = f" of {of.new}" if of.new else ""
        return f"{counted(of.counts.get('mailboxes', 0), 'mailbox', 'mailboxes')}{batch} moved"
    if of.kind is ChangeKind.FAILURES:
        return _failures(of)
    if of.kind is ChangeKind.STATE:
        return f"{name}: from {state_word(of.old)} to {state_word(of.new)}"
    if of.kind is ChangeKind.CREATED:
        return f"{name}: created, {state_word(of.new)}"
    if of.kind is ChangeKind.DELETED:
        return f"{name}: deleted"
    if of.kind in {ChangeKind.EXCLUSION_OPENED, ChangeKind.EXCLUSION_CLOSED} and of.subject:
        what = "opened" if of.kind is ChangeKind.EXCLUSION_OPENED else "closed"
        return f"{name}: exclusion of {subject(of.subject)} {what}"
    return f"{name}: {_other(of)}"


def _failures(of: Change) -> str:
    parts = [
        f"{counted(of.counts[key], 'sign-in')} of {people(of.counts[f'{key}_people'])} {what}"
        for key, what in (("blocked", "blocked"), ("let_in", "let in"))
        if of.counts.get(key)
    ]
    return f"Legacy clients: {listed(parts)}"


def _other(of: Change) -> str:
    if of.kind is ChangeKind.CONTROLS:
        return f"demands changed from {of.old or 'nothing'} to {of.new or 'nothing'}"
    if of.kind in {ChangeKind.SCOPE_NARROWED, ChangeKind.SCOPE_WIDENED} and of.subject:
        how = "narrowed" if of.kind is ChangeKind.SCOPE_NARROWED else "widened"
        return f"{of.subject.id} {how} from {of.old or 'any'} to {of.new or 'any'}"
    if of.kind is ChangeKind.UNTOLD and of.by is None:
        until = f" and {stamp(of.until)}" if of.until else " and the export"
        return f"something changed between then{until} that no audit tells"
    if of.kind is ChangeKind.UNTOLD:
        return "changed; the audit does not tell what"
    return "changed in what is not about legacy clients"


def weakness(window: Window) -> str:
    """How the block was weakened."""
    if window.weakness is Weakness.EXCLUSION:
        return f"exclusion of {subject(window.subject)}"
    return WEAKNESSES[window.weakness]


def began(window: Window | OpenExclusion, log_from: str) -> str:
    """When a window began; ``log_from`` is since when audits tell."""
    if window.since is None:
        return f"before the log ({log_from})" if log_from else "cannot be told"
    return stamp(window.since) if window.is_since_known else f"after {stamp(window.since)}"


def ended(window: Window) -> str:
    """When a window ended."""
    if window.is_open:
        return "still open"
    if window.until is None:
        return "since then, when cannot be told"
    return stamp(window.until) if window.is_until_known else f"before {stamp(window.until)}"


def could(window: Window) -> str:
    """Who could have come in."""
    if window.could is None:
        return "everybody the policy is for"
    known = len(window.could)
    if window.could_is_whole:
        return listed(window.could) if known <= 3 else people(known)  # noqa: PLR2004 - a cell
    return f"cannot be told; {people(known)} known" if known else "cannot be told"


def did(window: Window) -> str:
    """How many came in, in a cell."""
    if not window.did:
        return "nobody seen"
    events = sum(each.events for each in window.did)
    return f"{people(len(window.did))}, {counted(events, 'sign-in')}"


def arrival(of: Arrival) -> str:
    """One person who came in, as a sentence."""
    where = listed(of.countries) or "a country not told"
    strange = [place for place in ("hostile", "unfamiliar") if place in of.places]
    marked = f" ({listed(strange).upper()} place)" if strange else ""
    doubt = "" if of.is_certain else "; perhaps for another reason, the group's members not known"
    return (
        f"{of.user}: {counted(of.events, 'sign-in')} with {families(of.families)} from {where}"
        f"{marked}, {listed(of.ip_addresses[:3])}, {stamp(of.first)} to {stamp(of.last)}{doubt}"
    )


def reason(of: OpenExclusion) -> str:
    """Why an exclusion has a reason, or none any more."""
    if of.reason is Reason.NO_LEGACY_SIGNIN:
        return "No legacy sign-in in the whole window"
    if of.at is None:
        if of.subject.kind != "user":
            return f"Cannot be told: the members of the {of.subject.kind} are not known"
        return "Cannot be told: too few sign-ins to say"
    clients, at = families(of.families), stamp(of.at)
    told = {
        Reason.RECOVERED: f"Recovered on {at}: {clients} signs in with modern authentication",
        Reason.ONGOING: f"Still failing: {clients}, last on {at}",
        Reason.LEGACY_CLIENT: f"Uses a legacy client: {clients}, last on {at}",
    }
    stopped = f"Cannot be told: {clients} stopped failing after {at}, without a success"
    return told.get(of.reason, stopped)


def observed(view: PolicyView) -> str:
    """What a policy was seen to do to legacy clients."""
    seen = view.observed
    parts = []
    if seen.blocked_legacy.events:
        parts.append(f"stopped {counted(seen.blocked_legacy.events, 'sign-in')} "
                     f"of {people(seen.blocked_legacy.people)}")  # fmt: skip
    if seen.would_block_legacy.events:
        parts.append(f"would have stopped {counted(seen.would_block_legacy.events, 'sign-in')} "
                     f"of {people(seen.would_block_legacy.people)}")  # fmt: skip
    return listed(parts) or "nothing seen"


def asked(of: WhatIf) -> str:
    """A change in words."""
    value = of.value_name or of.value
    words = {
        "state": f"{of.policy_name} {state_word(of.value)}",
        "exclude-user": f"{value} excluded from {of.policy_name}",
        "exclude-group": f"group {value} excluded from {of.policy_name}",
        "include-group": f"group {value} included in {of.policy_name}",
        "remove-exclusion": f"exclusion of {value} from {of.policy_name} closed",
    }
    return words[of.what]
