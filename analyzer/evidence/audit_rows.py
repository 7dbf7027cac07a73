"""Directory audits of any export as rows of the same few cells, nested values opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from analyzer.errors import InputError
from analyzer.evidence.clixml import clixml_objects
from analyzer.evidence.csv_rows import csv_rows
from analyzer.evidence.decoding import decode
from analyzer.evidence.json_rows import json_objects
from analyzer.evidence.roles import role_of
from analyzer.evidence.tables import read_table, shape_of
from analyzer.evidence.times_in import Clock, decide_order
from analyzer.evidence.values import flatten, is_flattened, one

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from analyzer.evidence.tables import EvidenceFile

_OPERATION = ("activitydisplayname", "operationname", "activity")
_TIME = ("activitydatetime", "timegenerated", "timegeneratedutc", "timegenerated [utc]", "time")
_REMEDY = (
    "Save GET /auditLogs/directoryAudits, or export AuditLogs rows; with PowerShell use "
    "ConvertTo-Json -Depth 10."
)
_DEEPEST = 3


def audit_rows(file: EvidenceFile) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each audit with its line: ``key, at, operation, result, by, targets``.

    Reads pages, arrays and lines of Graph's ``directoryAudits``, records of diagnostic settings,
    and rows of Log Analytics' ``AuditLogs`` with nested columns as objects or as JSON text.

    Raises:
        InputError: The file is another export, or a nested value was cut short.
    """
    records = list(_records(file))
    if records and not any(_first(record, _OPERATION) for _, record in records):
        raise _another(file, records[0][1])
    order = decide_order(
        ((line, one(flatten(_first(each, _TIME))) or "") for line, each in records), file.path
    )
    # Log Analytics writes the month first where it writes no ISO time.
    clock = Clock(order or "mdy", None)
    for line, record in records:
        yield line, _row(record, clock, file.path, line)


def _records(file: EvidenceFile) -> Iterator[tuple[int, dict[str, Any]]]:
    text = decode(file.content, file.path)
    shape = shape_of(text)
    if shape == "json":
        for line, record in json_objects(text, file.path):
            for each in _unwrapped(caseless(record)):
                yield line, each
    elif shape == "clixml":
        for line, record in clixml_objects(text, file.path):
            yield line, dict(_items(caseless(record)))
    elif shape == "csv":
        columns, rows, _ = csv_rows(text, file.path)
        for line, cells in rows:
            yield line, dict(zip(columns, cells, strict=False))
    else:
        msg = "directory audits come as nested data, which this file cannot hold"
        raise InputError(msg, remedy=_REMEDY, source=file.path)


def _unwrapped(record: object) -> Iterator[dict[str, Any]]:
    """Records of an event hub's envelope; the properties of a diagnostic record with its own."""
    cells = dict(_items(record))
    inner = cells.get("records")
    if isinstance(inner, list):
        for each in inner:
            yield from _unwrapped(each)
        return
    if not cells or (set(cells) <= {"value", "@odata.context", "@odata.nextlink", "count"}):
        return
    properties = opened(cells.get("properties"))
    yield {**cells, **dict(_items(properties))}


def _row(record: dict[str, Any], clock: Clock, path: str, line: int) -> dict[str, Any]:
    targets = _part(record.get("targetresources"), path, line)
    listed = targets if isinstance(targets, list) else [targets] if targets else []
    operation = " ".join(lowered_text(_first(record, _OPERATION)).split())
    at = _instant(record, clock)
    return {
        "key": _key(record, operation, at),
        "at": at,
        "operation": operation,
        "result": lowered_text(record.get("result") or record.get("resulttype")),
        "by": _by(_part(record.get("initiatedby"), path, line), record),
        "targets": [dict(_items(caseless(each))) for each in listed if isinstance(each, Mapping)],
    }


def _key(record: dict[str, Any], operation: str, at: datetime | None) -> str:
    if own := lowered_text(record.get("id")):
        return own
    rest = json.dumps([str(at), operation, record.get("targetresources")], default=str)
    return hashlib.sha256(rest.encode()).hexdigest()


def _instant(record: dict[str, Any], clock: Clock) -> datetime | None:
    # Windows PowerShell wraps an instant: {"value": "/Date(ms)/", "DateTime": "..."}.
    text = one(flatten(_first(record, _TIME)))
    return clock.instant(text, is_utc=True) if text else None


def _by(initiator: object, record: dict[str, Any]) -> str:
    """Who did it: a user's name, else an application's."""
    told = dict(_items(caseless(initiator)))
    for kind, names in (
        ("user", ("userprincipalname", "displayname", "id")),
        ("app", ("displayname", "serviceprincipalname", "appid", "serviceprincipalid")),
    ):
        cells = dict(_items(opened(told.get(kind))))
        for name in names:
            if text := text_of(cells.get(name)):
                return text
    return text_of(record.get("identity"))


def _part(value: object, path: str, line: int) -> object:
    if isinstance(value, str) and is_flattened(value):
        msg = f"a nested value was cut to {value[:40]!r} by ConvertTo-Json's default depth"
        raise InputError(msg, remedy=_REMEDY, source=path, line=line)
    return caseless(opened(value))


def opened(value: object) -> object:
    """A value out of the JSON text it is wrapped in, even twice; None where it is cut short."""
    for _ in range(_DEEPEST):
        if not isinstance(value, str):
            return value
        stripped = value.strip()
        if not stripped.startswith(("{", "[", '"')):
            return stripped or None
        try:
            value = json.loads(stripped)
        except (ValueError, RecursionError):
            return None
    return value


def caseless(value: object) -> object:
    """The value with every key in lower case."""
    if isinstance(value, Mapping):
        return {str(key).lower(): caseless(item) for key, item in value.items()}
    if isinstance(value, list):
        return [caseless(item) for item in value]
    return value


def text_of(value: object) -> str:
    """A cell as text; nothing, and whatever is nested, as no text."""
    if value is None or isinstance(value, Mapping | list):
        return ""
    return str(value).strip()


def lowered_text(value: object) -> str:
    """The same in lower case."""
    return text_of(value).lower()


def _items(value: object) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, Mapping) else []


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> object:
    return next((record[name] for name in names if record.get(name)), None)


def _another(file: EvidenceFile, record: Mapping[str, Any]) -> InputError:
    role = role_of(read_table(file))
    if role is not None:
        msg = f"the file given to --audits looks like {role.looks_like}"
        return InputError(msg, remedy=f"Give it with {role.flag}.", source=file.path)
    shown = ", ".join(sorted(record)[:8])
    msg = f"the file given to --audits is no directory audit export; its columns are: {shown}"
    return InputError(msg, remedy=_REMEDY, source=file.path)
