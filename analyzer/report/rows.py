"""Verdicts as rows: CSV for a spreadsheet, NDJSON for a program."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from analyzer.report.jsonout import encode, verdict_to_dict
from analyzer.report.visible import visible
from analyzer.results import Answer
from analyzer.times import iso_z

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from analyzer.results import Result, Verdict

# A cell that begins so is a formula to Excel, LibreOffice or Google Sheets, full-width forms
# included. Source: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def csv_cell(text: str) -> str:
    """Text as a spreadsheet cell that is shown and never calculated."""
    safe = visible(text)
    return f"'{safe}" if text.startswith(FORMULA_STARTS) else safe


def _joined(texts: Iterable[object]) -> str:
    return "; ".join(str(text) for text in texts)


def _says(verdict: Verdict, *, sign: int) -> str:
    """Sentences of the evidence that spoke for (1), against (-1), or could not be told (0)."""
    return _joined(
        item.says
        for item in verdict.evidence
        if sign == (0 if item.answer is Answer.UNKNOWN else -1 if item.weight < 0 else 1)
    )


COLUMNS: dict[str, Callable[[Verdict], str]] = {
    "id": lambda verdict: verdict.id,
    "user": lambda verdict: verdict.user,
    "display_name": lambda verdict: verdict.display_name or "",
    "user_id": lambda verdict: verdict.user_id or "",
    "cause": lambda verdict: verdict.cause.value,
    "kind": lambda verdict: verdict.kind.value,
    "confidence": lambda verdict: f"{verdict.confidence:.3f}",
    "status": lambda verdict: verdict.status.value,
    "client_family": lambda verdict: verdict.client_family,
    "clients": lambda verdict: _joined(verdict.clients),
    "user_agents": lambda verdict: _joined(verdict.user_agents),
    "events": lambda verdict: str(verdict.events),
    "first_seen": lambda verdict: iso_z(verdict.first_seen),
    "last_seen": lambda verdict: iso_z(verdict.last_seen),
    "recovered_at": lambda verdict: iso_z(verdict.recovered_at) if verdict.recovered_at else "",
    "ip_addresses": lambda verdict: _joined(verdict.ip_addresses),
    "ip_address_count": lambda verdict: str(verdict.ip_address_count),
    "countries": lambda verdict: _joined(verdict.countries),
    "error_codes": lambda verdict: _joined(verdict.error_codes),
    "move_mailbox": lambda verdict: verdict.move.mailbox if verdict.move else "",
    "move_completed_at": lambda verdict: iso_z(verdict.move.completed_at) if verdict.move else "",
    "move_batch": lambda verdict: (verdict.move.batch or "") if verdict.move else "",
    "policies": lambda verdict: _joined(each.name or each.id for each in verdict.policies),
    "evidence_for": lambda verdict: _says(verdict, sign=1),
    "evidence_against": lambda verdict: _says(verdict, sign=-1),
    "evidence_unknown": lambda verdict: _says(verdict, sign=0),
    "actions": lambda verdict: _joined(verdict.actions),
    "alternatives": lambda verdict: _joined(
        f"{each.cause.value} {each.confidence:.3f}" for each in verdict.alternatives
    ),
    "signin_ids": lambda verdict: _joined(verdict.signin_ids),
}


def to_csv(result: Result) -> str:
    """Verdicts as RFC 4180 text: a header, then one record each, CRLF line ends."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for verdict in result.verdicts:
        writer.writerow([csv_cell(value(verdict)) for value in COLUMNS.values()])
    return out.getvalue()


def to_ndjson(result: Result) -> str:
    """Verdicts as JSON, one object a line; the same objects as in the JSON result."""
    return "".join(encode(verdict_to_dict(verdict)) + "\n" for verdict in result.verdicts)
