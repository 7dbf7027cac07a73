"""The same sign-ins in every shape that exports give them.

Input is always a list of Graph beta records. Columns of the Defender table:
MicrosoftDocs/defender-docs, advanced-hunting-entraidsigninevents-table; of Log Analytics: Azure
Monitor reference, tables SigninLogs and AADNonInteractiveUserSignInLogs; of the portal's CSV:
published headers of real downloads.
"""

from __future__ import annotations

import gzip
import json
import zipfile
from typing import TYPE_CHECKING, Any

from benchmarks import shapes_csv, shapes_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

Record = dict[str, Any]
PAGE_SIZE = 1000


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _lines(rows: Iterable[object]) -> str:
    return "".join(_text(row) + "\n" for row in rows)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def graph_pages(events: Sequence[Record], folder: Path) -> list[Path]:
    """Responses of ``GET /beta/auditLogs/signIns``, newest first."""
    context = "https://graph.microsoft.com/beta/$metadata#auditLogs/signIns"
    newest_first = sorted(events, key=lambda event: str(event["createdDateTime"]), reverse=True)
    paths = []
    for number, start in enumerate(range(0, len(newest_first), PAGE_SIZE), 1):
        page: Record = {"@odata.context": context, "value": newest_first[start : start + PAGE_SIZE]}
        if start + PAGE_SIZE < len(newest_first):
            token = f"{number:032x}"
            page["@odata.nextLink"] = (
                f"https://graph.microsoft.com/beta/auditLogs/signIns?$top={PAGE_SIZE}"
                f"&$skiptoken={token}"
            )
        paths.append(_write(folder / f"signins-{number:03}.json", _text(page)))
    return paths


def graph_ndjson(events: Sequence[Record], folder: Path) -> list[Path]:
    """One Graph record on each line."""
    return [_write(folder / "signins.ndjson", _lines(events))]


def graph_array(events: Sequence[Record], folder: Path) -> list[Path]:
    """A bare array, indented, as scripts and the portal's JSON download write it."""
    return [_write(folder / "signins.json", json.dumps(events, indent=2, ensure_ascii=False))]


def diagnostic_blobs(events: Sequence[Record], folder: Path) -> list[Path]:
    """Storage account of a diagnostic setting: one PT1H.json for each category and hour."""
    blobs: dict[str, list[Record]] = {}
    for event in events:
        row = shapes_rows.diagnostic(event)
        at = str(event["createdDateTime"])
        container = f"insights-logs-{str(row['category']).lower()}"
        hour = f"y={at[:4]}/m={at[5:7]}/d={at[8:10]}/h={at[11:13]}/m=00/PT1H.json"
        tenant = f"tenantId={row['tenantId']}"
        blobs.setdefault(f"{container}/{tenant}/{hour}", []).append(row)
    return [_write(folder / name, _lines(rows)) for name, rows in sorted(blobs.items())]


def event_hub(events: Sequence[Record], folder: Path) -> list[Path]:
    """A captured Event Hub message: ``{"records": [...]}``."""
    rows = [shapes_rows.diagnostic(event) for event in events]
    return [_write(folder / "message.json", _text({"records": rows}))]


def log_analytics_ndjson(events: Sequence[Record], folder: Path) -> list[Path]:
    """Rows of SigninLogs (nested objects) and of AADNonInteractiveUserSignInLogs (JSON strings)."""
    paths = []
    for table, rows in shapes_rows.log_analytics(events).items():
        paths.append(_write(folder / f"{table}.ndjson", _lines(rows)))
    return paths


def log_analytics_json(events: Sequence[Record], folder: Path) -> list[Path]:
    """The same rows as one array for each table."""
    tables = shapes_rows.log_analytics(events).items()
    return [_write(folder / f"{table}.json", _text(rows)) for table, rows in tables]


def log_analytics_csv(events: Sequence[Record], folder: Path) -> list[Path]:
    """The Logs blade's CSV: BOM, ``[UTC]`` headers, US times, nested columns as JSON text."""
    return [
        _write(folder / f"{table}.csv", shapes_csv.log_analytics(rows))
        for table, rows in shapes_rows.log_analytics(events).items()
    ]


def defender_csv(events: Sequence[Record], folder: Path) -> list[Path]:
    """Advanced hunting's export of EntraIdSignInEvents."""
    rows = [shapes_rows.defender(event) for event in events]
    return [_write(folder / "EntraIdSignInEvents.csv", shapes_csv.defender(rows))]


def defender_json(events: Sequence[Record], folder: Path) -> list[Path]:
    """Rows of EntraIdSignInEvents as the hunting API's ``results`` hold them, one array."""
    rows = [shapes_rows.defender(event) for event in events]
    return [_write(folder / "EntraIdSignInEvents.json", _text(rows))]


def portal_json(events: Sequence[Record], folder: Path) -> list[Path]:
    """The admin centre's JSON download, one file for each of its tabs."""
    return [
        _write(folder / f"{tab}SignIns_2021-03-01_2021-03-31.json", json.dumps(rows, indent=1))
        for tab, rows in shapes_rows.by_tab(events).items()
    ]


def portal_csv(events: Sequence[Record], folder: Path) -> list[Path]:
    """The admin centre's CSV download: no policies, padded and doubled headers."""
    return [
        _write(folder / f"{tab}SignIns_2021-03-01_2021-03-31.csv", shapes_csv.portal(rows))
        for tab, rows in shapes_rows.by_tab(events).items()
    ]


SHAPES: dict[str, Callable[[Sequence[Record], Path], list[Path]]] = {
    "graph-pages": graph_pages,
    "graph-ndjson": graph_ndjson,
    "graph-array": graph_array,
    "diagnostic-blobs": diagnostic_blobs,
    "event-hub": event_hub,
    "log-analytics-ndjson": log_analytics_ndjson,
    "log-analytics-json": log_analytics_json,
    "log-analytics-csv": log_analytics_csv,
    "defender-csv": defender_csv,
    "defender-json": defender_json,
    "portal-json": portal_json,
    "portal-csv": portal_csv,
}


def write_shape(events: Sequence[Record], shape: str, folder: Path) -> list[Path]:
    """Write ``events`` in one shape into ``folder``; the files written, in order.

    Raises:
        KeyError: ``shape`` is no key of ``SHAPES``.
    """
    return SHAPES[shape](events, folder)


def gzipped(paths: Sequence[Path]) -> list[Path]:
    """Replace each file by its ``.gz``, the same bytes in every run."""
    packed = []
    for path in paths:
        target = path.with_name(path.name + ".gz")
        target.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        path.unlink()
        packed.append(target)
    return packed


def zipped(paths: Sequence[Path], target: Path) -> Path:
    """Move files into one zip, the same bytes in every run."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            member = zipfile.ZipInfo(path.name, (2021, 4, 1, 0, 0, 0))
            archive.writestr(member, path.read_bytes(), zipfile.ZIP_DEFLATED)
            path.unlink()
    return target
