"""A saved JSON result read back, so that ``explain`` needs no second triage."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from analyzer.errors import InputError
from analyzer.results import (
    SCHEMA_VERSION,
    Alternative,
    Answer,
    Cause,
    Coverage,
    EvidenceItem,
    EvidenceMissing,
    InputRead,
    Kind,
    MoveRef,
    PolicyRef,
    Result,
    Rival,
    Status,
    TimelineMark,
    Verdict,
)

Json = dict[str, Any]
_REMEDY = "Write it again with: analyzer triage ... --format json --output FILE."


def loads(text: str, *, source: str = "") -> Result:
    """Result from the text of a saved ``triage --format json``.

    Raises:
        InputError: The text is no JSON, or no result of this program's version.
    """
    try:
        value = json.loads(text)
    except ValueError as error:
        msg = f"this is not JSON: {error}"
        raise InputError(msg, remedy=_REMEDY, source=source or None) from error
    return from_dict(value, source=source)


def from_dict(value: object, *, source: str = "") -> Result:
    """Result from the object that :func:`analyzer.report.jsonout.to_dict` made.

    Raises:
        InputError: The object is no result, lacks a key, or is of another schema version.
    """
    if not isinstance(value, dict) or "schema_version" not in value:
        msg = "this is no saved result: it has no schema_version"
        raise InputError(msg, remedy=_REMEDY, source=source or None)
    if value["schema_version"] != SCHEMA_VERSION:
        msg = f"schema_version is {value['schema_version']!r}, this program reads {SCHEMA_VERSION}"
        raise InputError(msg, remedy=_REMEDY, source=source or None)
    try:
        return _result(value)
    except KeyError as error:
        msg = f"this saved result lacks the key {error}"
        raise InputError(msg, remedy=_REMEDY, source=source or None) from error
    except (TypeError, ValueError, AttributeError) as error:
        msg = f"this saved result holds a value that cannot be read: {error}"
        raise InputError(msg, remedy=_REMEDY, source=source or None) from error


def _result(value: Json) -> Result:
    return Result(
        generated_at=_time(value["generated_at"]),
        window_from=_maybe_time(value["window"]["from"]),
        window_to=_maybe_time(value["window"]["to"]),
        coverage=_coverage(value["coverage"]),
        verdicts=tuple(_verdict(each) for each in value["verdicts"]),
        events_by_cause=dict(value.get("events_by_cause", {})),
        timelines={
            user: tuple(_mark(mark) for mark in marks)
            for user, marks in value.get("timelines", {}).items()
        },
        cutovers=tuple(_move(each) for each in value.get("cutovers", ())),
    )


def _coverage(value: Json) -> Coverage:
    return Coverage(
        complete=value["complete"],
        events_read=value["events_read"],
        events_duplicate=value["events_duplicate"],
        events_rejected=value["events_rejected"],
        inputs=tuple(_input(each) for each in value["inputs"]),
        gaps=tuple(value["gaps"]),
        evidence_missing=tuple(
            EvidenceMissing(each["evidence"], each["would_tell"])
            for each in value["evidence_missing"]
        ),
        notes=tuple(value.get("notes", ())),
        counts=dict(value.get("counts", {})),
    )


def _input(value: Json) -> InputRead:
    return InputRead(
        path=value["path"],
        format=value["format"],
        events=value["events"],
        duplicates=value.get("duplicates", 0),
        rejected=value["rejected"],
        refused=value.get("refused"),
        remedy=value.get("remedy"),
    )


def _verdict(value: Json) -> Verdict:
    return Verdict(
        id=value["id"],
        user=value["user"],
        user_id=value["user_id"],
        display_name=value.get("display_name"),
        cause=Cause(value["cause"]),
        kind=Kind(value["kind"]),
        client_family=value.get("client_family", "unknown"),
        confidence=value["confidence"],
        status=Status(value["status"]),
        clients=tuple(value["clients"]),
        user_agents=tuple(value.get("user_agents", ())),
        events=value["events"],
        first_seen=_time(value["first_seen"]),
        last_seen=_time(value["last_seen"]),
        recovered_at=_maybe_time(value["recovered_at"]),
        ip_addresses=tuple(value["ip_addresses"]),
        ip_address_count=value.get("ip_address_count", len(value["ip_addresses"])),
        countries=tuple(value.get("countries", ())),
        error_codes=tuple(value.get("error_codes", ())),
        move=None if value["move"] is None else _move(value["move"]),
        policies=tuple(PolicyRef(each["id"], each["name"]) for each in value["policies"]),
        evidence=tuple(_evidence(each) for each in value["evidence"]),
        alternatives=tuple(
            Alternative(Cause(each["cause"]), each["confidence"]) for each in value["alternatives"]
        ),
        actions=tuple(value["actions"]),
        signin_ids=tuple(value.get("signin_ids", ())),
        user_smtp=value.get("user_smtp"),
        would_decide=tuple(value.get("would_decide", ())),
        rival=_rival(value.get("rival")),
        networks=tuple(value.get("networks", ())),
        places=tuple(value.get("places", ())),
    )


def _evidence(value: Json) -> EvidenceItem:
    return EvidenceItem(
        check=value["check"],
        answer=Answer(value["answer"]),
        weight=value["weight"],
        says=value["says"],
        source=value.get("source", "sign-ins"),
        if_yes=value.get("if_yes", 0.0),
        if_no=value.get("if_no", 0.0),
    )


def _rival(value: Json | None) -> Rival | None:
    if value is None:
        return None
    return Rival(
        cause=Cause(value["cause"]),
        lead=value["lead"],
        evidence=tuple(_evidence(each) for each in value["evidence"]),
    )


def _move(value: Json) -> MoveRef:
    return MoveRef(
        mailbox=value["mailbox"],
        completed_at=_time(value["completed_at"]),
        batch=value["batch"],
        status=value["status"],
        mailbox_smtp=value.get("mailbox_smtp"),
        is_coarse=value.get("is_coarse", False),
        is_inferred=value.get("is_inferred", False),
        is_supposed=value.get("is_supposed", False),
        joined_by=value.get("joined_by"),
    )


def _mark(value: Json) -> TimelineMark:
    cause = value.get("cause")
    return TimelineMark(
        at=_time(value["at"]),
        lane=value["lane"],
        outcome=value["outcome"],
        count=value["count"],
        says=value["says"],
        cause=None if cause is None else Cause(cause),
        source=value.get("source", "sign-ins"),
    )


def _time(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        msg = f"the time {text!r} names no zone"
        raise ValueError(msg)
    return instant


def _maybe_time(text: str | None) -> datetime | None:
    return None if text is None else _time(text)
