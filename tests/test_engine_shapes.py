"""The same sign-ins give the same canonical rows, whatever shape and packing they come in."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile

import pytest

from analyzer.schema import POLICY_RESULTS, SIGNINS
from tests.engine_support import (
    counts,
    diagnostic,
    engine,
    graph,
    lines,
    log_analytics,
    rows_of,
    write,
)

RECORDS = [graph(1), graph(2, signInEventTypes=["nonInteractiveUser"], isInteractive=False)]
EXPECTED = {
    "signin_id": "id-1",
    "occurred_at": "2026-03-02 07:00:01.123456",
    "user_id": "00000000-0000-4000-8000-000000000001",
    "user_principal_name": "user1@contoso.example",
    "user_display_name": "User 1",
    "user_type": "member",
    "app_id": "00000002-0000-0ff1-ce00-000000000000",
    "app_name": "Office 365 Exchange Online",
    "resource_id": "00000002-0000-0ff1-ce00-000000000000",
    "resource_name": "Office 365 Exchange Online",
    "client_app": "Outlook Anywhere (RPC over HTTP)",
    "user_agent": "MSRPC",
    "authentication_protocol": "ropc",
    "ip_address": "203.0.113.7",
    "country": "CA",
    "city": "Toronto",
    "autonomous_system_number": 64500,
    "device_os": "Windows 10",
    "device_browser": "Rich Client",
    "error_code": 53003,
    "failure_reason": "Blocked.",
    "ca_status": "failure",
    "is_interactive": True,
    "correlation_id": "c-1",
    "policies_known": True,
}
POLICY = {
    "signin_id": "id-1",
    "policy_id": "p1",
    "policy_name": "Block legacy",
    "result": "failure",
    "is_block": True,
    "grant_controls": "block",
    "matched_client_type": True,
}


def _csv(rows, header=None, **options):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", **options)
    names = header or list(rows[0])
    writer.writerow(names)
    for row in rows:
        cells = row if isinstance(row, list) else [row.get(n, "") for n in rows[0]]
        writer.writerow([json.dumps(c) if isinstance(c, (dict, list)) else c for c in cells])
    return out.getvalue()


def _us(record):
    seconds = int(record["createdDateTime"][17:19])
    return f"3/2/2026, 7:00:{seconds:02d}.123 AM"


def _diagnostic():
    return [diagnostic(RECORDS[0]), diagnostic(RECORDS[1], "NonInteractiveUserSignInLogs")]


def _log_analytics(*, as_text=False):
    tables = ("SigninLogs", "AADNonInteractiveUserSignInLogs")
    return [
        log_analytics(r, as_text=as_text, table=t) for r, t in zip(RECORDS, tables, strict=True)
    ]


def _log_analytics_csv():
    rows = []
    for record, row in zip(RECORDS, _log_analytics(as_text=True), strict=True):
        changed = row | {"CreatedDateTime": _us(record)}
        changed["Status_string"] = changed.pop("Status")
        changed["Status_dynamic"] = ""
        rows.append(changed)
    header = [f"{n} [UTC]" if n in ("CreatedDateTime", "TimeGenerated") else n for n in rows[0]]
    return "\ufeff" + _csv(rows, header)


def _pascal(value):
    if isinstance(value, dict):
        return {k[:1].upper() + k[1:]: _pascal(v) for k, v in value.items()}
    return [_pascal(v) for v in value] if isinstance(value, list) else value


def _tables():
    rows = _log_analytics(as_text=True)
    columns = [{"name": n, "type": "string"} for n in rows[0]]
    values = [list(r.values()) for r in rows]
    return json.dumps({"tables": [{"name": "T", "columns": columns, "rows": values}]})


def _zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("one.txt", lines(RECORDS[:1]))
        archive.writestr("deep/two.gz", gzip.compress(lines(RECORDS[1:]).encode()))
    return out.getvalue()


def _flattened():
    flat = []
    for record in RECORDS:
        row = {k: v for k, v in record.items() if not isinstance(v, dict)}
        for outer in ("status", "deviceDetail", "location"):
            row |= {f"{outer}.{k}": v for k, v in record[outer].items()}
        flat.append(row)
    return flat


def _lowered(record):
    return {k.lower(): v for k, v in record.items()}


SHAPES = {
    "graph lines": lines(RECORDS),
    "graph array": json.dumps(RECORDS),
    "graph array, pretty": json.dumps(RECORDS, indent=2),
    "graph page": json.dumps({"@odata.context": "x", "value": RECORDS, "@odata.nextLink": "y"}),
    "graph page, pretty": json.dumps({"value": RECORDS}, indent=4),
    "graph page a line": lines([{"value": RECORDS[:1]}, {"value": []}, {"value": RECORDS[1:]}]),
    "graph concatenated": "".join(json.dumps(r, indent=2) for r in RECORDS),
    "graph concatenated on one line": "".join(json.dumps(r) for r in RECORDS),
    "graph by PowerShell": json.dumps(_pascal(RECORDS), indent=2),
    "graph by PowerShell, lines": lines(_pascal(RECORDS)),
    "graph flattened CSV": _csv(_flattened()),
    "graph flattened CSV, semicolons": "sep=;\r\n" + _csv(_flattened(), delimiter=";"),
    "graph flattened lines": lines(_flattened()),
    "graph with a byte-order mark": b"\xef\xbb\xbf" + lines(RECORDS).encode(),
    "graph in UTF-16": json.dumps({"value": RECORDS}, indent=2).encode("utf-16"),
    "graph gz": gzip.compress(lines(RECORDS).encode()),
    "graph gz of two members": b"".join(gzip.compress(lines([r]).encode()) for r in RECORDS),
    "graph zip": _zip(),
    "diagnostic lines": lines(_diagnostic()),
    "diagnostic records": json.dumps({"records": _diagnostic()}),
    "diagnostic, lower-case envelope": lines([_lowered(r) for r in _diagnostic()]),
    "diagnostic, two cases": lines([_diagnostic()[0], _lowered(_diagnostic()[1])]),
    "diagnostic, properties as text": lines(
        [r | {"properties": json.dumps(r["properties"])} for r in _diagnostic()]
    ),
    "log analytics lines": lines(_log_analytics()),
    "log analytics lines, text": lines(_log_analytics(as_text=True)),
    "log analytics both kinds": lines([_log_analytics()[0], _log_analytics(as_text=True)[1]]),
    "log analytics API": _tables(),
    "log analytics CSV": _log_analytics_csv(),
}
MILLISECONDS_ONLY = {"log analytics CSV"}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_rows(shape, tmp_path):
    path = write(tmp_path, "any.name", SHAPES[shape])

    with engine(tmp_path) as e:
        loaded = e.load([path])
        first, second = rows_of(loaded.signins.project("*"))
        policies = rows_of(loaded.policy_results)

    assert counts(loaded) == (2, 0, 0)
    assert loaded.gaps == ()
    first["occurred_at"] = str(first["occurred_at"])
    if shape in MILLISECONDS_ONLY:
        first["occurred_at"] += "456"
        first["occurred_at"] = first["occurred_at"].replace("123000456", "123456")
    assert {k: v for k, v in first.items() if not k.startswith("source_")} == EXPECTED
    assert second["is_interactive"] is False
    assert policies == [POLICY, POLICY | {"signin_id": "id-2"}]


def test_columns_are_the_canonical_ones_in_order_and_type(tmp_path):
    path = write(tmp_path, "a.json", lines(RECORDS))

    with engine(tmp_path) as e:
        loaded = e.load([path])

        for relation, columns in (
            (loaded.signins, SIGNINS),
            (loaded.policy_results, POLICY_RESULTS),
        ):
            assert relation.columns == [c.name for c in columns]
            assert [str(t) for t in relation.types] == [c.sql_type for c in columns]


PORTAL = (
    "Date (UTC),Request ID ,User  agent,Correlation ID,User ID,User,Username,User type,"
    "Incoming token type,Authentication Protocol,Application,Application ID ,Resource,"
    "Resource ID ,IP address,Location,Status,Sign-in error code,Failure reason,Client app,"
    "Browser,Operating System,Incoming token type,Autonomous system  number,Conditional Access\r\n"
)


def test_portal_csv_gives_what_it_can_carry(tmp_path):
    app = "00000002-0000-0ff1-ce00-000000000000,Office 365 Exchange Online"
    name = "Office 365 Exchange Online,00000002-0000-0ff1-ce00-000000000000"
    row = (
        "2026-03-02T07:00:01Z,id-1,MSRPC,c-1,00000000-0000-4000-8000-000000000001,User 1,"
        f"User1@contoso.example,Member,,ropc,{name},{app.split(',')[1]},"
        '00000002-0000-0ff1-ce00-000000000000,203.0.113.7,"Toronto, Ontario, CA",{},{},Blocked.,'
        "Outlook Anywhere (RPC over HTTP),Rich Client,Windows 10,none,64500,Failure\r\n"
    )
    rows = [
        row.format("Failure", "53003"),
        row.replace("id-1", "id-2").format("Success", ""),
        row.replace("id-1", "id-3").format("Failure", ""),
    ]
    path = write(tmp_path, "a.csv", "\ufeff" + PORTAL + "".join(rows))

    with engine(tmp_path) as e:
        loaded = e.load([path])
        first, *others = rows_of(loaded.signins)
        assert len(loaded.policy_results) == 0

    absent = {"is_interactive": None, "policies_known": False}
    first["occurred_at"] = f"{first['occurred_at']}.123456"
    assert {k: v for k, v in first.items() if not k.startswith("source_")} == EXPECTED | absent
    assert [r["error_code"] for r in others] == [0, None]


def test_defender_gives_what_it_can_carry(tmp_path):
    record = {
        "Timestamp": "2026-03-02T07:00:01.1234567Z",
        "Application": "Office 365 Exchange Online",
        "ApplicationId": "00000002-0000-0ff1-ce00-000000000000",
        "LogonType": '["interactiveUser"]',
        "ErrorCode": 53003,
        "CorrelationId": "c-1",
        "AccountDisplayName": "User 1",
        "AccountObjectId": "00000000-0000-4000-8000-000000000001",
        "AccountUpn": "User1@contoso.example",
        "ResourceDisplayName": "Office 365 Exchange Online",
        "ResourceId": "00000002-0000-0ff1-ce00-000000000000",
        "OSPlatform": "Windows 10",
        "Browser": "Rich Client",
        "UserAgent": "MSRPC",
        "ClientAppUsed": "Outlook Anywhere (RPC over HTTP)",
        "ConditionalAccessPolicies": json.dumps(RECORDS[0]["appliedConditionalAccessPolicies"]),
        "ConditionalAccessStatus": 1,
        "IPAddress": "203.0.113.7",
        "Country": "CA",
        "City": "Toronto",
        "RequestId": "id-1",
    }
    for content in (lines([record]), _csv([record]), json.dumps([record], indent=1)):
        path = write(tmp_path, "a.x", content)
        with engine(tmp_path) as e:
            loaded = e.load([path])
            (row,) = rows_of(loaded.signins)
            policies = rows_of(loaded.policy_results)

        row["occurred_at"] = str(row["occurred_at"])
        unsaid = dict.fromkeys(
            ("user_type", "authentication_protocol", "autonomous_system_number", "failure_reason")
        )
        assert {k: v for k, v in row.items() if not k.startswith("source_")} == EXPECTED | unsaid
        assert policies == [POLICY]
