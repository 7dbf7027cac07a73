"""The result as JSON, and back: design 4.3's contract, with additional keys beside it."""

from __future__ import annotations

import json
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from analyzer.report.visible import is_unseen
from analyzer.results import KIND_OF, SCHEMA_VERSION, VERDICT_CAUSES
from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from analyzer.report.model import Document, Story
    from analyzer.results import (
        Coverage,
        EvidenceItem,
        InputRead,
        MoveRef,
        Result,
        Rival,
        TimelineMark,
        Verdict,
    )

Json = dict[str, Any]
USUAL_SOURCE = "sign-ins"
_BEYOND_ASCII = re.compile(r"[^\x00-\x7e]")


def to_dict(result: Result) -> Json:
    """Result as the JSON object of design 4.3: plain values only, instants ending in Z."""
    return {
        "schema_version": SCHEMA_VERSION,
        "generated_at": iso_z(result.generated_at),
        "window": {"from": _instant(result.window_from), "to": _instant(result.window_to)},
        "coverage": coverage_to_dict(result.coverage),
        "summary": summary_to_dict(result.verdicts),
        "verdicts": [verdict_to_dict(verdict) for verdict in result.verdicts],
        "events_by_cause": dict(result.events_by_cause),
        "cutovers": [move_to_dict(move) for move in result.cutovers],
        "timelines": {
            user: [_mark(mark) for mark in marks] for user, marks in result.timelines.items()
        },
    }


def explained(document: Document) -> str:
    """JSON text of a document about one person: the result, each verdict with its story added."""
    stories = {
        card.verdict.id: card.story
        for group in document.groups
        for card in group.cards
        if card.story is not None
    }
    return dumps(document.result, stories)


def dumps(result: Result, stories: Mapping[str, Story] = MappingProxyType({})) -> str:
    """JSON text of a result, ending in a line end; see :func:`encode`.

    What there are few of is indented for reading; of verdicts, cut-overs and timelines there
    may be thousands: each is one line, which a reader's tools can page and compare.

    Args:
        result: The result.
        stories: By verdict id; each adds the keys ``story``, ``otherwise``, ``against`` and
            ``would_settle`` to its verdict.
    """
    told = to_dict(result)
    verdicts = [
        f"    {_json(verdict | _story(stories.get(verdict['id'])))}"
        for verdict in told.pop("verdicts")
    ]
    cutovers = [f"    {_json(move)}" for move in told.pop("cutovers")]
    timelines = [
        f"    {_json(user)}: {_json(marks)}" for user, marks in told.pop("timelines").items()
    ]
    text = "".join(
        (
            json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False).removesuffix("\n}"),
            f',\n  "verdicts": [\n{_lines(verdicts)}  ]',
            f',\n  "cutovers": [\n{_lines(cutovers)}  ]',
            f',\n  "timelines": {{\n{_lines(timelines)}  }}\n}}\n',
        )
    )
    return _safe(text)


def _lines(items: list[str]) -> str:
    return ",\n".join(items) + "\n" if items else ""


_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def encode(value: object, *, indent: int | None = None) -> str:
    """JSON text that is UTF-8 encodable and safe to look at in a terminal.

    Letters stay readable; characters that are invisible, reorder text, or are lone surrogates
    are written as JSON escapes, which every reader turns back into the same character.
    """
    return _safe(json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False))


def _safe(text: str) -> str:
    # A text of plain letters is told apart in no time; delete is the one ASCII mark not shown.
    if text.isascii() and "\x7f" not in text:
        return text
    return _BEYOND_ASCII.sub(_escape_unseen, text)


def _escape_unseen(match: re.Match[str]) -> str:
    character = match.group()
    return json.dumps(character)[1:-1] if is_unseen(character) else character


def people_by(verdicts: Sequence[Verdict], key: Callable[[Verdict], str]) -> dict[str, int]:
    """Number of distinct people among the verdicts of each value of ``key``."""
    users: dict[str, set[str]] = {}
    for verdict in verdicts:
        users.setdefault(key(verdict), set()).add(verdict.user)
    return {name: len(found) for name, found in users.items()}


def summary_to_dict(verdicts: Sequence[Verdict]) -> Json:
    """Distinct people in all, of each cause and of each kind; zeros are listed."""
    by_cause = people_by(verdicts, lambda verdict: verdict.cause.value)
    by_kind = people_by(verdicts, lambda verdict: verdict.kind.value)
    kinds = dict.fromkeys(KIND_OF[cause] for cause in VERDICT_CAUSES)
    return {
        "people": len({verdict.user for verdict in verdicts}),
        "by_cause": {cause.value: by_cause.get(cause.value, 0) for cause in VERDICT_CAUSES},
        "by_kind": {kind.value: by_kind.get(kind.value, 0) for kind in kinds},
    }


def coverage_to_dict(coverage: Coverage) -> Json:
    """Coverage with its files, gaps, and what evidence was not given."""
    return {
        "complete": coverage.complete,
        "events_read": coverage.events_read,
        "events_duplicate": coverage.events_duplicate,
        "events_rejected": coverage.events_rejected,
        "inputs": [_input(each) for each in coverage.inputs],
        "gaps": list(coverage.gaps),
        "evidence_missing": [
            {"evidence": each.evidence, "would_tell": each.would_tell}
            for each in coverage.evidence_missing
        ],
        "notes": list(coverage.notes),
        "counts": dict(coverage.counts),
    }


def verdict_to_dict(verdict: Verdict) -> Json:
    """One verdict; the keys of design 4.3 first, additional ones after."""
    return {
        "id": verdict.id,
        "user": verdict.user,
        "user_id": verdict.user_id,
        "cause": verdict.cause.value,
        "kind": verdict.kind.value,
        "confidence": verdict.confidence,
        "status": verdict.status.value,
        "clients": list(verdict.clients),
        "events": verdict.events,
        "first_seen": iso_z(verdict.first_seen),
        "last_seen": iso_z(verdict.last_seen),
        "recovered_at": _instant(verdict.recovered_at),
        "ip_addresses": list(verdict.ip_addresses),
        "move": None if verdict.move is None else move_to_dict(verdict.move),
        "policies": [{"id": policy.id, "name": policy.name} for policy in verdict.policies],
        "evidence": [evidence_to_dict(item) for item in verdict.evidence],
        "alternatives": [
            {"cause": each.cause.value, "confidence": each.confidence}
            for each in verdict.alternatives
        ],
        "actions": list(verdict.actions),
        **_additional(verdict),
    }


def _additional(verdict: Verdict) -> Json:
    return {
        "client_family": verdict.client_family,
        "display_name": verdict.display_name,
        "user_smtp": verdict.user_smtp,
        "user_agents": list(verdict.user_agents),
        "ip_address_count": verdict.ip_address_count,
        "countries": list(verdict.countries),
        "error_codes": list(verdict.error_codes),
        "signin_ids": list(verdict.signin_ids),
        "would_decide": list(verdict.would_decide),
        "rival": None if verdict.rival is None else _rival(verdict.rival),
        "networks": list(verdict.networks),
        "places": list(verdict.places),
    }


def _story(story: Story | None) -> Json:
    if story is None:
        return {}
    return {
        "story": list(story.told),
        "otherwise": list(story.otherwise),
        "against": story.against,
        "would_settle": list(story.would_settle),
    }


def evidence_to_dict(item: EvidenceItem) -> Json:
    """One answered check; what an answer would weigh only where there is none."""
    told: Json = {
        "check": item.check,
        "answer": item.answer.value,
        "weight": item.weight,
        "says": item.says,
        "source": item.source,
    }
    if item.if_yes or item.if_no:
        told |= {"if_yes": item.if_yes, "if_no": item.if_no}
    return told


def _rival(rival: Rival) -> Json:
    return {
        "cause": rival.cause.value,
        "lead": rival.lead,
        "evidence": [evidence_to_dict(item) for item in rival.evidence],
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else iso_z(instant)


def _input(read: InputRead) -> Json:
    return {
        "path": read.path,
        "format": read.format,
        "events": read.events,
        "duplicates": read.duplicates,
        "rejected": read.rejected,
        "refused": read.refused,
        "remedy": read.remedy,
    }


def move_to_dict(move: MoveRef) -> Json:
    """A move as the ``move`` of a verdict."""
    return {
        "mailbox": move.mailbox,
        "completed_at": iso_z(move.completed_at),
        "batch": move.batch,
        "status": move.status,
        "mailbox_smtp": move.mailbox_smtp,
        "is_coarse": move.is_coarse,
        "joined_by": move.joined_by,
        "is_inferred": move.is_inferred,
    }


def _mark(mark: TimelineMark) -> Json:
    """One mark; ``cause`` and ``source`` only where they are not the usual ones."""
    told: Json = {
        "at": iso_z(mark.at),
        "lane": mark.lane,
        "outcome": mark.outcome,
        "count": mark.count,
        "says": mark.says,
    }
    if mark.cause is not None:
        told["cause"] = mark.cause.value
    if mark.source != USUAL_SOURCE:
        told["source"] = mark.source
    return told
