"""One bad record costs one record, with its file, line and reason; nothing is lost silently."""

from __future__ import annotations

import csv
import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.errors import InputError
from tests.engine_support import counts, diagnostic, engine, graph, lines, log_analytics, write

GOOD = [graph(n) for n in range(1, 6)]
LINES = lines(GOOD)
BROKEN = json.dumps(GOOD, indent=2).replace('"id-3",', '"id-3"', 1)
DEEP = 3000


def _without(record, *names):
    return {k: v for k, v in record.items() if k not in names}


# Name → content, then events, duplicates, and the rejects' lines and reasons.
CASES = {
    "a broken line": (
        LINES + '{"id": broken\n' + lines([graph(9)]),
        (6, 0),
        [(6, "is not valid JSON (Expecting value)")],
    ),
    "a last line cut off": (
        LINES + '{"id":"x","createdDat',
        (5, 0),
        [(6, "is not valid JSON (Unterminated string starting at)")],
    ),
    "lines that are no records": (
        LINES + '123\nnull\n"text"\n',
        (5, 0),
        [(n, "is JSON, but no record") for n in (6, 7, 8)],
    ),
    "an empty object and a stranger": (
        LINES + '{}\n{"displayName":"x","conditions":{},"grantControls":{},"state":"on"}\n',
        (5, 0),
        [
            (6, "is no sign-in record"),
            (7, "is no sign-in record: looks like a list of Conditional Access policies"),
        ],
    ),
    "a code that is no number": (
        LINES + lines([graph(9, status={"errorCode": "abc"})]),
        (5, 0),
        [(6, "status/errorCode 'abc' is not a number")],
    ),
    "a code with a fraction": (
        LINES + lines([graph(9, status={"errorCode": 5.5})]),
        (5, 0),
        [(6, "status/errorCode '5.5' is not a number")],
    ),
    "a time that is none": (
        LINES + lines([graph(9, createdDateTime="13/25/2025")]),
        (5, 0),
        [(6, "createdDateTime '13/25/2025' is not a time that can be read")],
    ),
    "no time": (
        LINES + lines([_without(graph(9), "createdDateTime")]),
        (5, 0),
        [(6, "has no time (createdDateTime is missing or empty)")],
    ),
    "one flattened record": (
        LINES + lines([graph(9, status="@{errorCode=0; failureReason=}")]),
        (5, 0),
        [(6, "a nested value is PowerShell text, not JSON")],
    ),
    "a missing comma in a pretty array": (
        BROKEN,
        (4, 0),
        [(2 + 2 * json.dumps(GOOD[:1], indent=2).count("\n") - 2,
          "is not valid JSON (Expecting ',' delimiter)")],
    ),
    "a missing comma in a small array": (
        json.dumps(GOOD).replace('"id-3",', '"id-3"', 1),
        (4, 0),
        [(1, "is not valid JSON (Expecting ',' delimiter)")],
    ),
    "a stray quote in a page": (
        json.dumps({"value": GOOD}).replace('"id-3",', '"id-3"x",', 1),
        (4, 0),
        [(1, "is not valid JSON (Expecting ',' delimiter)")],
    ),
    "a page cut off": (
        json.dumps({"value": GOOD})[:-300],
        (4, 0),
        [(1, "breaks off before its end")],
    ),
    "a page line cut off": (
        lines([{"value": GOOD[:3]}]) + json.dumps({"value": GOOD[3:]})[:-300],
        (4, 0),
        [(2, "breaks off before its end")],
    ),
    "a list cut off between two records": (
        json.dumps(GOOD)[:-1],
        (5, 0),
        [(1, "the file breaks off inside a list of records")],
    ),
    "a first record longer than any": (
        lines([graph(9, more="x" * (9 << 20))]) + LINES,
        (5, 0),
        [(1, "is longer than 8 MiB")],
    ),
    "an audit record among diagnostic sign-ins": (
        lines([diagnostic(r) for r in GOOD]) + lines([{
            "time": "2026-03-02T07:00:00Z", "category": "AuditLogs", "operationName": "Add user",
            "resultType": "", "properties": {"id": "x", "activityDateTime": "2026-03-02"}}]),
        (5, 0),
        [(6, "category AuditLogs is not a sign-in")],
    ),
    "a row of another table": (
        lines([log_analytics(r) for r in GOOD] + [log_analytics(graph(9), table="AuditLogs")]),
        (5, 0),
        [(6, "type AuditLogs is not a sign-in")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_bad_record_costs_itself(name, tmp_path):
    content, kept, rejects = CASES[name]
    path = write(tmp_path, "a.json", content)

    with engine(tmp_path) as e:
        loaded = e.load([path])

    assert counts(loaded) == (*kept, len(rejects))
    assert [(r.line, r.reason) for r in loaded.rejects] == rejects
    assert {r.path for r in loaded.rejects} == {str(path)}
    assert len(loaded.gaps) == 1


def test_values_of_another_type_lose_nothing(tmp_path):
    records = [
        graph(1, location="us"),
        graph(2, location="Toronto, Ontario"),
        graph(3, status={"errorCode": "50126"}),
        graph(4, status={}),
        graph(5, location={"geoCoordinates": {}}, autonomousSystemNumber="64501"),
        _without(graph(6), "id"),
    ]
    path = write(tmp_path, "a.json", lines(records))

    with engine(tmp_path) as e:
        loaded = e.load([path])
        rows = loaded.signins.order("user_id").select("country, error_code").fetchall()

    assert counts(loaded) == (6, 0, 0)
    assert rows == [("US", 53003), (None, 53003), ("CA", 50126), ("CA", None), (None, 53003),
                    ("CA", 53003)]  # fmt: skip
    assert "1 sign-in without an id got one from the record's text" in loaded.notes


def test_a_derived_id_does_not_depend_on_layout(tmp_path):
    record = _without(graph(6), "id")
    first = write(tmp_path, "a.json", lines([record]))
    second = write(tmp_path, "b.json", json.dumps([record], indent=3))

    with engine(tmp_path) as e:
        loaded = e.load([first, second])

    assert counts(loaded) == (1, 1, 0)


def test_a_row_that_does_not_fit_costs_one_row(tmp_path):
    header = "Date (UTC),Request ID,Username,Client app,Status,User agent\r\n"
    good = '2026-03-02T07:00:0{0}Z,id-{0},u@contoso.example,IMAP4,Failure,"two\nlines"\r\n'
    content = (
        header + good.format(1) + "2026-03-02T07:00:02Z,id-2,too,few\r\n" + good.format(3)
        + "2026-03-02T07:00:04Z,id-4,a,b,c,d,e,f\r\n" + "not a time,id-5,a,b,c,d\r\n"
        + '2026-03-02T07:00:06Z,id-6,"never closed,b,c,d\r\n' + good.format(7) + good.format(8)
    )  # fmt: skip
    path = write(tmp_path, "a.csv", content)

    with engine(tmp_path) as e:
        loaded = e.load([path])
        read = [r for (r,) in loaded.signins.order("signin_id").select("signin_id").fetchall()]

    assert [(r.line, r.reason) for r in loaded.rejects] == [
        (4, "row has 4 cells, the header has 6"),
        (7, "row has 8 cells, the header has 6"),
        (8, "Date (UTC) 'not a time' is not a time that can be read"),
        (9, "row has 3 cells, the header has 6"),
    ]
    assert read == ["id-1", "id-3", "id-7", "id-8"]


def test_compressed_data_that_break_off_are_read_up_to_there(tmp_path):
    whole = lines([graph(n) for n in range(3000)])
    path = write(tmp_path, "a.gz", gzip.compress(whole.encode())[:-500])

    with engine(tmp_path) as e:
        loaded = e.load([path])

    assert 0 < counts(loaded)[0] < 3000
    assert f"{path} breaks off: its compressed data end too early" in loaded.gaps


@pytest.mark.parametrize("suffix", [".csv", ".ndjson"])
def test_all_rejects_are_written_if_asked(suffix, tmp_path):
    path = write(tmp_path, "a.json", LINES + "=bad\n" * 1200)
    target = tmp_path / f"rejects{suffix}"

    with engine(tmp_path) as e:
        loaded = e.load([path], rejects_file=target)

    assert len(loaded.rejects) == 1000
    assert counts(loaded)[2] == 1200
    with target.open(newline="") as stream:
        rows = list(csv.DictReader(stream)) if suffix == ".csv" else list(map(json.loads, stream))
    assert len(rows) == 1200
    assert set(rows[0]) == {"file", "line", "reason", "text"}
    assert rows[0]["text"] == ("'=bad" if suffix == ".csv" else "=bad")


REFUSED = {
    "nothing": ("", "is empty"),
    "blanks": (" \n", "is empty"),
    "prose": ("# Notes\nSome words, and more.\n", "neither JSON nor CSV"),
    "a web page": ("<!DOCTYPE html><html>", "a web page"),
    "a Graph error": ('{"error":{"code":"x"}}', "an error answer of Microsoft Graph"),
    "moves": ("MailboxIdentity,Status,CompletionTimestamp\na,b,c\n", "a mailbox-move export"),
    "recipients": ("PrimarySmtpAddress,Alias\na,b\n", "a recipient export"),
    "permissions": ("Identity,User,AccessRights\na,b,c\n", "a mailbox-permission export"),
    "cas": ("DisplayName,MapiHttpEnabled\na,\n", "a CAS mailbox export"),
    "configuration": ("\nName : x\nMapiHttpEnabled : False\n", "an organisation configuration"),
    "policies": (
        '{"value":[{"id":"x","conditions":{},"grantControls":null,"state":"enabled"}]}',
        "a list of Conditional Access policies",
    ),
    "authentication steps": (
        "Request ID,Authentication Date,Authentication Method,Succeeded\na,b,c,d\n",
        "the portal's AuthDetails file",
    ),
    "an aggregate": (
        "TimeGenerated,UserPrincipalName,ResultType,count_\n2026-03-02T07:00:00Z,a,0,3\n",
        "an aggregate",
    ),
    "an unknown table": ("colour,shape\nred,round\n", "its fields: colour, shape"),
    "another category only": (
        lines([diagnostic(graph(1), "AuditLogs")]),
        "holds no sign-in: its category AuditLogs",
    ),
    "broken lines only": ('{"id": \n{"id"\n', "holds no record that can be read"),
    "unclosed brackets": ("[" * DEEP, "holds no record"),
    "deep nesting": ('{"a":' * DEEP, "holds no record that can be read"),
    "flattened records": (
        lines([graph(n, status="@{errorCode=0}") for n in range(3)]),
        "nested values cut off by PowerShell",
    ),
    "flattened rows": (
        "Id,CreatedDateTime,ClientAppUsed,UserPrincipalName,IPAddress,Status\n"
        "x,3/2/2026 7:00:00 AM,IMAP4,u,203.0.113.7,"
        "Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus\n",
        "nested values cut off by PowerShell",
    ),
    "local times": (
        "Date (local),Request ID,Username,Client app,Status\n2026-03-02T07:00:00,a,b,c,d\n",
        "times in another zone than UTC (local)",
    ),
    "Parquet": (b"PAR1....", "is a Parquet file"),
    "bytes": (bytes(range(20)) * 50, "is binary"),
    "a damaged zip": (b"PK\x03\x04....", "is a damaged archive"),
    "CLIXML": ('<Objs Version="1.1.0.1">', "PowerShell's CLIXML"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_sign_in_log_is_refused_with_a_remedy(name, tmp_path):
    content, why = REFUSED[name]
    path = write(tmp_path, "a.json", content)
    good = write(tmp_path, "b.json", LINES)

    with engine(tmp_path) as e:
        with pytest.raises(InputError) as caught:
            e.load([path])
        loaded = e.load([path, good])

    assert why in caught.value.problem
    assert caught.value.source == str(path)
    assert caught.value.remedy
    refused = loaded.inputs[0]
    assert (refused.events, refused.rejected) == (0, 0)
    assert why in refused.refused
    assert loaded.gaps[0].startswith(f"{path} was not read: it ")
    assert counts(loaded) == (5, 0, 0)


def test_an_empty_page_is_read_and_holds_nothing(tmp_path):
    empty = [write(tmp_path, n, c) for n, c in (("a", '{"value":[]}'), ("b", "[ ]\n"))]

    with engine(tmp_path) as e:
        loaded = e.load(empty)

        assert counts(loaded) == (0, 0, 0)
        assert len(loaded.signins) == 0
    assert loaded.gaps == ()


_JUNK = st.sampled_from(
    ["{", "}", '{"id":', "junk", "{}", "[1]", "null", '{"id":"x","createdDateTime":"never"}', '"']
)
_RECORD = st.integers(1, 8).map(graph)


@settings(max_examples=40, deadline=None)
@given(items=st.lists(st.one_of(_RECORD.map(json.dumps), _JUNK), min_size=1, max_size=14))
def test_records_in_are_read_duplicate_or_rejected(items, tmp_path_factory):
    folder = tmp_path_factory.mktemp("property")
    path = write(folder, "a.json", "\n".join([json.dumps(graph(99)), *items]))
    valid = [json.loads(i)["id"] for i in items if i.startswith('{"id": "id-')]

    with engine(folder) as e:
        loaded = e.load([path])

    distinct = {*valid, "id-99"}
    assert counts(loaded)[:2] == (len(distinct), len(valid) + 1 - len(distinct))
    joined = sum(i in "{}" for i in items if len(i) == 1)
    lost = len(items) - len(valid) - counts(loaded)[2]
    assert 0 <= lost <= joined
