"""The answer of ``analyzer policies`` as JSON: design 4.4's keys, with further ones beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analyzer.policies.effect import Effect
from analyzer.report.jsonout import coverage_to_dict, encode, move_to_dict
from analyzer.results import SCHEMA_VERSION
from analyzer.times import iso_z

if TYPE_CHECKING:
    from datetime import datetime

    from analyzer.policies.result import (
        Arrival,
        Change,
        Count,
        OpenExclusion,
        PoliciesResult,
        PolicyView,
        Shift,
        Subject,
        WhatIf,
        Window,
    )

Json = dict[str, Any]

# Whether a policy blocks legacy clients by its definition, whatever its state; None: depends on
# further conditions, or on a definition that was not given.
_EFFECT_BLOCKS = {Effect.BLOCKS: True, Effect.DEMANDS: True, Effect.NONE: False}


def to_dict(result: PoliciesResult) -> Json:
    """Plain values only, instants ending in Z; half-open spans have null for no known limit."""
    return {
        "schema_version": SCHEMA_VERSION,
        "generated_at": iso_z(result.generated_at),
        "window": {"from": _instant(result.window_from), "to": _instant(result.window_to)},
        "coverage": coverage_to_dict(result.coverage),
        "policies": [_policy(view) for view in result.policies],
        "history": [_change(change) for change in result.history],
        "history_from": _instant(result.log_from),
        "exposure": {
            "windows": [_window(window) for window in result.windows],
            "exclusions": [_exclusion(each) for each in result.exclusions],
        },
        "what_if": [_what_if(each) for each in result.what_if],
    }


def dumps(result: PoliciesResult) -> str:
    """JSON text, ending in a line end."""
    return encode(to_dict(result), indent=2) + "\n"


def to_ndjson(result: PoliciesResult) -> str:
    """One object a line; ``record`` says what: policy, history, window, exclusion or what_if."""
    told = to_dict(result)
    parts = (
        ("policy", told["policies"]),
        ("history", told["history"]),
        ("window", told["exposure"]["windows"]),
        ("exclusion", told["exposure"]["exclusions"]),
        ("what_if", told["what_if"]),
    )
    return "".join(
        encode({"record": name, **each}) + "\n" for name, items in parts for each in items
    )


def _policy(view: PolicyView) -> Json:
    definition = view.definition
    return {
        "id": view.id,
        "name": view.name,
        "state": definition.state if definition else None,
        "blocks_legacy": _blocks(view),
        "legacy_effect": view.standing.value,
        "in_force": None if definition is None else definition.is_enforced,
        "effects": {kind: effect.name.lower() for kind, effect in view.effects.items()},
        "scope": {
            "include": [_subject(each) for each in view.includes],
            "applications": sorted(definition.include_applications) if definition else None,
            "client_types": sorted(definition.client_types) if definition else None,
            "controls": sorted(definition.controls) if definition else None,
            "narrowed_by": list(definition.narrowed_by) if definition else None,
        },
        "exclusions": [_subject(each) for each in view.excludes],
        "modified_at": _instant(definition.modified_at) if definition else None,
        "exported": definition is not None,
        "deleted": view.was_deleted,
        "changed_after_export": view.is_outdated,
        "observed": {
            "names": list(view.observed.names),
            "blocked_legacy": _count(view.observed.blocked_legacy),
            "blocked_other": _count(view.observed.blocked_other),
            "would_block_legacy": _count(view.observed.would_block_legacy),
            "would_block_other": _count(view.observed.would_block_other),
            "let_in_against_definition": _count(view.observed.contradicted),
        },
    }


def _blocks(view: PolicyView) -> bool | None:
    if not view.effects:
        return True if view.observed.blocked_legacy.events else None
    answers = {_EFFECT_BLOCKS.get(effect) for effect in view.effects.values()}
    return True if True in answers else None if None in answers else False


def _subject(subject: Subject) -> Json:
    return {"kind": subject.kind, "id": subject.id, "name": subject.name}


def _count(count: Count) -> Json:
    return {
        "events": count.events,
        "people": count.people,
        "first": _instant(count.first),
        "last": _instant(count.last),
    }


def _change(change: Change) -> Json:
    told: Json = {"at": iso_z(change.at), "kind": change.kind.value}
    if change.policy_id is not None:
        told["policy"] = {"id": change.policy_id, "name": change.policy_name}
    for name in ("subject", "group"):
        subject = getattr(change, name)
        if subject is not None:
            told[name] = _subject(subject)
    values = {"old": change.old, "new": change.new, "by": change.by, "source": change.source}
    told |= {name: value for name, value in values.items() if value is not None}
    if change.until is not None:
        told["until"] = iso_z(change.until)
    return told | change.counts


def _window(window: Window) -> Json:
    return {
        "policy": {"id": window.policy_id, "name": window.policy_name},
        "weakness": window.weakness.value,
        "subject": _subject(window.subject),
        "from": _instant(window.since),
        "from_known": window.is_since_known,
        "to": _instant(window.until),
        "to_known": window.is_until_known,
        "open": window.is_open,
        "opened_by": window.opened_by,
        "closed_by": window.closed_by,
        "could": {
            "everybody": window.could is None,
            "people": None if window.could is None else list(window.could),
            "complete": window.could_is_whole,
        },
        "did": [_arrival(each) for each in window.did],
        "also_guarded_by": list(window.also_guarded_by),
    }


def _arrival(arrival: Arrival) -> Json:
    return {
        "user": arrival.user,
        "user_id": arrival.user_id,
        "client_families": list(arrival.families),
        "countries": list(arrival.countries),
        "ip_addresses": list(arrival.ip_addresses),
        "places": list(arrival.places),
        "events": arrival.events,
        "first_seen": iso_z(arrival.first),
        "last_seen": iso_z(arrival.last),
        "certain": arrival.is_certain,
    }


def _exclusion(exclusion: OpenExclusion) -> Json:
    return {
        "policy": {"id": exclusion.policy_id, "name": exclusion.policy_name},
        "subject": _subject(exclusion.subject),
        "through": None if exclusion.through is None else _subject(exclusion.through),
        "from": _instant(exclusion.since),
        "from_known": exclusion.is_since_known,
        "close": exclusion.is_to_close,
        "reason": exclusion.reason.value,
        "at": _instant(exclusion.at),
        "client_families": list(exclusion.families),
        "verdict": exclusion.verdict,
        "move": None if exclusion.move is None else move_to_dict(exclusion.move),
    }


def _what_if(told: WhatIf) -> Json:
    return {
        "change": told.expression,
        "policy": {"id": told.policy_id, "name": told.policy_name},
        "what": told.what,
        "value": told.value,
        "value_name": told.value_name,
        "changes_nothing": told.changes_nothing,
        "let_in": _shift(told.let_in),
        "blocked": _shift(told.blocked),
        "cannot_be_told": {why: _shift(shift) for why, shift in told.untold.items()},
        "example": None
        if told.example is None
        else {
            "signin_id": told.example.signin_id,
            "request": {
                "method": "POST",
                "path": "/beta/identity/conditionalAccess/evaluate",
                "body": told.example.body,
            },
            "policy_applies_today": told.example.applies_today,
            "not_told_by_sign_in": list(told.example.missing),
        },
    }


def _shift(shift: Shift) -> Json:
    return {
        "events": shift.events,
        "people": shift.people,
        "recorded": shift.recorded,
        "by_definition": shift.events - shift.recorded,
        "from_strange_places": shift.strange,
        "users": list(shift.users),
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else iso_z(instant)
