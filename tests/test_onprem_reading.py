"""On-premises logs as files: every kind, every way a row can be of no use, every odd file."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.engine.duckdb_engine import DuckDbEngine
from analyzer.engine.onprem import read_onprem
from analyzer.errors import InputError
from analyzer.settings import Settings
from tests.conftest import NO_SAMPLES
from tests.onprem_logs import (
    AMY,
    HTTP_PROXY,
    IIS,
    MAPI_HTTP,
    OUTLOOK,
    OWNER,
    RCA,
    iis_log,
    log,
    proxy,
    row,
)

SAMPLES = Path(__file__).parents[2] / "shared" / "samples" / "httpproxy"
KINDS = ("used", "probe", "anonymous", "other", "rejected")


@pytest.fixture(scope="module")
def engine():
    with DuckDbEngine(Settings(threads=1)) as engine:
        yield engine


@pytest.fixture
def read(engine, tmp_path):
    def _read(*texts: str | bytes):
        for number, text in enumerate(texts):
            content = text.encode() if isinstance(text, str) else text
            (tmp_path / f"log-{number}.LOG").write_bytes(content)
        return read_onprem(engine, [tmp_path])

    return _read


def _counts(connections):
    named = {name: connections.counts[f"onprem_{name}"] for name in KINDS}
    return {name: n for name, n in named.items() if n}


def _plain(connections, *names):
    return [tuple(getattr(one, name) for name in names) for one in connections.rows]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason=NO_SAMPLES)
def test_published_logs_are_read(engine):
    connections = read_onprem(engine, [SAMPLES])

    assert dict(connections.counts) == {
        "onprem_files": 6,
        "onprem_files_refused": 0,
        "onprem_rows": 8,
        "onprem_used": 2,
        "onprem_probe": 4,
        "onprem_anonymous": 2,
        "onprem_other": 0,
        "onprem_rejected": 0,
    }
    assert _plain(connections, "user", "mailbox", "protocol", "requests", "attempts") == [
        ("domain\\username", None, "activesync", 0, 1),
        ("domain\\username", None, "autodiscover", 1, 1),
    ]
    assert connections.rows[0].device_type == "Outlook"


def test_outlook_over_rpc_and_over_mapi(read):
    connections = read(
        log([proxy(at="09T08:00"), proxy(at="09T08:01", AnchorMailbox=f"MailboxGuid~{OWNER}")]),
        log([proxy("mapi", at="10T08:00")]),
    )

    names = ("mailbox", "protocol", "agent", "build", "requests")
    assert _plain(connections, *names) == [
        (AMY, "mapi-http", OUTLOOK, "16.0.14326", 1),
        (AMY, "rpc-http", "MSRPC", None, 1),
        (OWNER, "rpc-http", "MSRPC", None, 1),
    ]
    spells = [
        (one.protocol, f"{one.first:%d %H:%M}", f"{one.last:%d %H:%M}")
        for one in connections.spells
    ]
    assert spells == [("rpc-http", "09 08:00", "09 08:01"), ("mapi-http", "10 08:00", "10 08:00")]


def test_a_phone_is_told_by_its_device(read):
    connections = read(log([proxy("eas")]))

    assert _plain(connections, "protocol", "mailbox", "device_type", "device_id") == [
        ("activesync", None, "iPhone", "ABC 123")
    ]


@pytest.mark.parametrize(
    ("anchor", "mailbox"),
    [
        (f"MailboxGuid~{OWNER.upper()}", OWNER),
        (f"MailboxGuid~{OWNER}@contoso.example", OWNER),
        ("MailboxGuid~00000000-0000-0000-0000-000000000000", None),
        ("MailboxGuid~1234567-4444", None),
        ("Smtp~Owner@contoso.example", "owner@contoso.example"),
        ("SMTP:owner@contoso.example", "owner@contoso.example"),
        ("owner@contoso.example", "owner@contoso.example"),
        ("UserPrincipalName~owner@contoso.example", "owner@contoso.example"),
        ("LegacyExchangeDn~/o=Contoso/cn=Owner", "/o=contoso/cn=owner"),
        ("Sid~S-1-5-21-1-2-3-1105", None),
        ("DomainSid~S-1-5-21-1-2-3", None),
        (f"DatabaseGuid~{OWNER}", None),
        (f"Database~{OWNER}~~2026-04-08T18:59:59~contoso.example~1", None),
        ("ServerVersion~Version 15.0 (Build 0.0)", None),
        ("Organization~someone@contoso.example", None),
        ("", None),
    ],
)
def test_an_anchor_names_a_mailbox_or_none(read, anchor, mailbox):
    connections = read(log([proxy("ews", AnchorMailbox=anchor)]))

    assert _plain(connections, "mailbox") == [(mailbox,)]


@pytest.mark.parametrize(
    ("changes", "mailbox"),
    [
        ({"UrlQuery": f"?{OWNER}@contoso.example:6001", "AnchorMailbox": ""}, OWNER),
        ({"UrlQuery": f"?{OWNER}@contoso.example:6001"}, OWNER),
        ({"UrlQuery": f"?{OWNER}@contoso.example:6004"}, None),
        ({"UrlQuery": "?ex01.contoso.example:6002"}, None),
        ({"UrlQuery": ""}, AMY),
    ],
)
def test_over_rpc_the_query_names_the_mailbox(read, changes, mailbox):
    assert _plain(read(log([proxy(**changes)])), "mailbox") == [(mailbox,)]


@pytest.mark.parametrize(
    ("changes", "mailbox"),
    [
        ({"UrlQuery": f"?mailboxId={OWNER}@contoso.example"}, OWNER),
        ({"UrlQuery": f"?mailboxId={OWNER}@contoso.example", "UrlStem": "/mapi/nspi/"}, None),
    ],
)
def test_over_mapi_the_query_names_the_mailbox_but_not_for_the_address_book(read, changes, mailbox):
    connections = read(log([proxy("mapi", **changes)]))

    assert _plain(connections, "protocol", "mailbox") == [("mapi-http", mailbox)]


@pytest.mark.parametrize(
    ("like", "changes", "category"),
    [
        ("rpc", {}, "used"),
        ("rpc", {"HttpStatus": "503"}, "used"),
        ("rpc", {"IsAuthenticated": "True"}, "used"),
        ("rpc", {"AuthenticatedUser": "amy@contoso.example"}, "used"),
        ("rpc", {"AuthenticatedUser": "CONTOSO\\HealthMailbox1f2e"}, "probe"),
        ("rpc", {"AuthenticatedUser": "HealthMailbox1f2e@contoso.example"}, "probe"),
        ("rpc", {"AuthenticatedUser": "CONTOSO\\SM_0123456789abcdef0"}, "probe"),
        ("rpc", {"AuthenticatedUser": "CONTOSO\\EX01$"}, "probe"),
        ("rpc", {"AuthenticatedUser": "NT AUTHORITY\\SYSTEM"}, "probe"),
        ("rpc", {"AuthenticatedUser": "CONTOSO\\smith"}, "used"),
        ("rpc", {"AuthenticatedUser": "CONTOSO\\sm_art"}, "used"),
        ("ews", {"UserAgent": "AMProbe/Local/ClientAccess"}, "probe"),
        ("ews", {"UserAgent": "ActiveMonitoring/1.0"}, "probe"),
        ("ews", {"ClientIpAddress": "127.0.0.1"}, "probe"),
        ("ews", {"ClientIpAddress": "::1"}, "probe"),
        ("ews", {"UrlHost": "localhost:444"}, "probe"),
        ("rpc", {"HttpStatus": "401"}, "anonymous"),
        ("rpc", {"IsAuthenticated": "false"}, "anonymous"),
        ("rpc", {"AuthenticatedUser": ""}, "anonymous"),
        ("rpc", {"AuthenticatedUser": "CONTOSO\\"}, "anonymous"),
        ("rpc", {"UserAgent": "Mozilla/5.0 (X11; Linux x86_64)"}, "other"),
        ("rpc", {"UrlStem": "/rpc"}, "other"),
        (
            "mapi",
            {"UserAgent": "Microsoft Office/16.0 (Windows NT 10.0; UcMapi 16.0.1; Pro)"},
            "other",
        ),
        ("owa", {}, "other"),
        ("rpc", {"DateTime": "yesterday"}, "rejected"),
        ("rpc", {"DateTime": ""}, "rejected"),
        ("rpc", {"UserAgent": "a, b"}, "rejected"),
    ],
)
def test_each_row_is_of_one_kind(read, like, changes, category):
    assert _counts(read(log([proxy(like, **changes)]))) == {category: 1}


@pytest.mark.parametrize(
    ("status", "requests"), [("200", 1), ("403", 0), ("456", 0), ("503", 0), ("", 0)]
)
def test_only_a_success_counts_as_a_request(read, status, requests):
    connections = read(log([proxy(HttpStatus=status)]))

    assert _plain(connections, "requests", "attempts") == [(requests, 1)]
    assert (connections.rows[0].last_success is not None) == bool(requests)


def test_failures_tell_the_protocol_only_of_those_who_never_succeed(read):
    rows = [
        proxy(at="09T08:00"),
        proxy("mapi", at="10T08:00", HttpStatus="503"),
        proxy("mapi", at="10T08:00", AuthenticatedUser="CONTOSO\\bob", HttpStatus="503"),
    ]

    spells = [(one.user, one.protocol, one.is_success) for one in read(log(rows)).spells]

    assert spells == [
        ("contoso\\amy", "rpc-http", True),
        ("contoso\\bob", "mapi-http", False),
    ]


def test_rpc_client_access_logs_tell_the_build_and_whose_mailbox(read):
    name = "/o=Contoso/ou=Exchange Administrative Group/cn=Recipients/cn=amy"
    cells = {
        "date-time": "2026-03-09T08:00:00.946Z",
        "client-name": name,
        "client-software": "OUTLOOK.EXE",
        "client-software-version": "16.0.14326.20404",
        "client-ip": "203.0.113.7",
        "client-connection-info": '"Connection Info[GUID:1, Attempts:4, Ctx:]"',
        "server-ip": "::1",
        "protocol": "RpcHttp",
        "operation": "DelegateLogon",
        "rpc-status": "0",
        "operation-specific": '"Logon: Delegate, /o=Contoso/cn=owner in database DB1 last mounted"',
    }
    rows = [
        row(RCA, cells),
        row(RCA, {**cells, "protocol": "MapiHttp", "rpc-status": "1010 (rpc::LoginPerm)"}),
        row(RCA, {**cells, "protocol": "ncacn_ip_tcp"}),
        row(RCA, {**cells, "client-software": "Microsoft.Exchange.RpcClientAccess.Monitoring.dll"}),
        row(RCA, {**cells, "client-software": "w3wp.exe"}),
        row(RCA, {**cells, "client-name": ""}),
    ]

    connections = read(log(rows, RCA, "RCA Logs"))

    assert _counts(connections) == {"used": 2, "other": 2, "probe": 1, "anonymous": 1}
    assert _plain(connections, "user", "mailbox", "protocol", "build", "requests") == [
        (name.lower(), "/o=contoso/cn=owner", "mapi-http", "16.0.14326.20404", 0),
        (name.lower(), "/o=contoso/cn=owner", "rpc-http", "16.0.14326.20404", 1),
    ]


def test_mapi_http_logs_name_the_user_by_address(read):
    cells = {
        "DateTime": "2026-03-09T08:00:00.946Z",
        "RequestType": "Connect",
        "HttpStatusCode": "200",
        "ResponseCode": "0",
        "AuthenticatedUserEmail": "Amy@contoso.example",
        "MailboxId": f"{OWNER}@contoso.example",
        "ClientIP": "203.0.113.7",
        "ClientSoftware": "OUTLOOK.EXE",
        "ClientSoftwareVersion": "16.0.17928.20114",
        "AuthenticatedUser": "Anonymous",
    }
    rows = [
        row(MAPI_HTTP, cells),
        row(MAPI_HTTP, {**cells, "ResponseCode": "10"}),
        row(MAPI_HTTP, {**cells, "AuthenticatedUserEmail": ""}),
    ]

    connections = read(log(rows, MAPI_HTTP, "MapiHttp Logs"))

    assert _counts(connections) == {"used": 2, "anonymous": 1}
    assert _plain(connections, "user", "mailbox", "protocol", "build", "requests", "attempts") == [
        ("amy@contoso.example", OWNER, "mapi-http", "16.0.17928.20114", 1, 2)
    ]


def test_iis_logs_are_parted_by_blanks(read):
    cells = {
        "date": "2026-03-09",
        "time": "08:00:00",
        "s-ip": "203.0.113.1",
        "cs-method": "POST",
        "cs-uri-stem": "/mapi/emsmdb/",
        "cs-uri-query": f"MailboxId={OWNER}@contoso.example&CorrelationID=1",
        "cs-username": "CONTOSO\\amy",
        "c-ip": "203.0.113.7",
        "cs(User-Agent)": OUTLOOK.replace(" ", "+"),
        "sc-status": "200",
    }
    phone = {
        "cs-uri-stem": "/Microsoft-Server-ActiveSync/default.eas",
        "cs-uri-query": "Cmd=Ping&DeviceId=D1&DeviceType=iPad",
        "cs(User-Agent)": "Apple-iPad4C1/1304.15",
    }
    rows = [
        row(IIS, cells, " "),
        row(IIS, {**cells, **phone}, " "),
        row(IIS, {**cells, "cs-username": "-", "sc-status": "401"}, " "),
        row(IIS, {**cells, "cs-uri-stem": "/owa/"}, " "),
        row(IIS, cells, " ").rpartition(" ")[0],
    ]

    connections = read(iis_log(rows))

    assert _counts(connections) == {"used": 2, "anonymous": 1, "other": 1, "rejected": 1}
    assert _plain(connections, "mailbox", "protocol", "build", "device_id", "requests") == [
        (OWNER, "mapi-http", "16.0.14326", None, 1),
        (None, "activesync", None, "D1", 1),
    ]


def test_one_request_in_two_kinds_of_logs_counts_once(read):
    cells = {
        "DateTime": "2026-03-09T08:00:00.000Z",
        "HttpStatusCode": "200",
        "AuthenticatedUserEmail": "contoso\\amy",
        "MailboxId": f"{AMY}@contoso.example",
        "ClientSoftware": "OUTLOOK.EXE",
        "ClientSoftwareVersion": "16.0.14326",
    }
    same = {"UserAgent": "OUTLOOK.EXE/16.0.14326"}

    connections = read(
        log([proxy("mapi", **same)]), log([row(MAPI_HTTP, cells)], MAPI_HTTP, "MapiHttp Logs")
    )

    assert sorted(_plain(connections, "mailbox", "requests")) == [(AMY, 1), (AMY, 1)]


def test_fields_may_change_within_a_file(read):
    fewer = ",".join(name for name in HTTP_PROXY.split(",") if name != "UrlHost")
    turned = ",".join(reversed(HTTP_PROXY.split(",")))
    text = (
        log([proxy(at="09T08:00")])
        + log([proxy(at="09T08:00")])
        + log([proxy("mapi", fewer, at="10T08:00")], fewer)
        + log([proxy("mapi", turned, at="11T08:00"), "cut, off"], turned)
        + log(["a,b"], "TimeStamp,ServerName", "ECP Server Log")
        + log([proxy(at="12T08:00")])
    )

    connections = read(text)

    assert _counts(connections) == {"used": 5, "rejected": 2}
    spells = [(one.protocol, one.last.day) for one in connections.spells]
    assert spells == [("rpc-http", 9), ("mapi-http", 11), ("rpc-http", 12)]
    (note,) = connections.notes
    line = text.split("\r\n").index("cut, off") + 1
    assert note.endswith(f"log-0.LOG rejected (line {line}: has 2 fields where #Fields names 12).")


def test_a_header_repeated_as_a_row_is_no_row(read):
    quoted = ",".join(f'"{name}"' for name in HTTP_PROXY.split(","))

    connections = read(f"{HTTP_PROXY}\r\n" + log([HTTP_PROXY, quoted, "", proxy()]))

    assert (_counts(connections), connections.counts["onprem_rows"]) == ({"used": 1}, 1)


def test_a_file_without_directives_is_told_by_its_header(read):
    assert _counts(read(f"{HTTP_PROXY}\n{proxy()}\n")) == {"used": 1}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_are_read(read, encoding):
    agent = "Outlook für alle"

    connections = read(log([proxy("ews", UserAgent=agent)]).encode(encoding))

    assert _plain(connections, "agent") == [(agent,)]


def test_a_truncated_line_is_rejected_with_file_line_and_reason(read):
    connections = read(log([proxy(), proxy()[:60]]).rstrip("\r\n"))

    assert _counts(connections) == {"used": 1, "rejected": 1}
    (note,) = connections.notes
    assert note.startswith("1 row of the on-premises log ")
    assert note.endswith("log-0.LOG rejected (line 7: has 5 fields where #Fields names 12).")


def test_bytes_that_are_no_text_spoil_one_agent_only(read):
    text = log([proxy("ews", UserAgent="odd@"), proxy()]).encode().replace(b"odd@", b"odd\xff")

    connections = read(text)

    assert _counts(connections) == {"used": 2}
    assert "odd\ufffd" in {one.agent for one in connections.rows}


def test_gzip_zip_and_folders_are_looked_into(engine, tmp_path):
    (tmp_path / "a.LOG.gz").write_bytes(gzip.compress(log([proxy()]).encode()))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("Mapi/x.LOG", log([proxy("mapi")]))
        archive.writestr("Eas/x.LOG", log([proxy("eas")]))
        archive.writestr("readme.txt", "nothing")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "c.LOG").write_text(log([proxy("ews")]), newline="")

    connections = read_onprem(engine, [tmp_path, tmp_path / "a.LOG.gz"])

    assert _counts(connections) == {"used": 4}
    assert connections.counts["onprem_files_refused"] == 1
    assert connections.notes == (
        f"1 file among the on-premises logs passed over: {tmp_path}/b.zip!readme.txt is no "
        "on-premises log: it has no #Fields line of one.",
    )


def test_compressed_data_that_break_off_are_read_up_to_there(engine, tmp_path):
    packed = gzip.compress(log([proxy()] * 5000).encode(), compresslevel=1)
    path = tmp_path / "cut.LOG.gz"
    path.write_bytes(packed[: len(packed) // 2])

    connections = read_onprem(engine, [path])

    assert 0 < connections.counts["onprem_used"] < 5000
    assert f"The on-premises log {path} breaks off: its compressed data end too early." in (
        connections.notes
    )


@pytest.mark.parametrize(
    ("name", "text", "why", "remedy"),
    [
        (
            "moves.csv",
            "MailboxIdentity,ExchangeGuid,Status,CompletionTimestamp\na,b,Completed,2026-03-09\n",
            "is no on-premises log: looks like a mailbox-move export",
            "--moves",
        ),
        (
            "signins.json",
            '[{"id": "1", "createdDateTime": "2026-03-09T08:00:00Z", "userPrincipalName": '
            '"amy@contoso.example", "clientAppUsed": "Browser", "status": {"errorCode": 0}}]',
            "is no on-premises log: it holds sign-ins",
            "SIGNINS",
        ),
        (
            "Ews_1.LOG",
            log(["x"], "DateTime,RequestId,SoapAction", "EWS Logs"),
            "is another log of Exchange (EWS Logs)",
            "HttpProxy",
        ),
        ("notes.txt", "hello\n", "has no #Fields line", "HttpProxy"),
        ("empty.LOG", "", "is empty", "Leave the file out"),
    ],
)
def test_a_wrong_file_is_refused_by_name(engine, tmp_path, name, text, why, remedy):
    (tmp_path / "good.LOG").write_text(log([proxy()]), newline="")
    path = tmp_path / name
    path.write_text(text, newline="")

    with pytest.raises(InputError) as refused:
        read_onprem(engine, [tmp_path / "good.LOG", path])

    assert why in str(refused.value)
    assert remedy in refused.value.remedy
    assert str(path) in str(refused.value)


HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "'; DROP TABLE x; --",
    '"',
    'lone " mark',
    "\u202eevil",
    "\x01\x02",
    "x" * 5000,
    "#Fields: nothing",
    "%41%zz",
)


@pytest.mark.parametrize("agent", HOSTILE)
def test_hostile_agents_are_text(read, agent):
    connections = read(log([proxy("ews", UserAgent=agent), proxy()]))

    counted = _counts(connections)
    assert counted.pop("used") >= 1
    assert sum(counted.values()) <= 1
    assert all(len(one.agent or "") <= 200 for one in connections.rows)


def test_many_agents_of_one_person_become_one(read):
    rows = [proxy("ews", at=f"09T08:{n % 60:02}", UserAgent=f"agent {n}") for n in range(50)]

    connections = read(log(rows))

    assert len(connections.rows) == 21
    assert sum(one.requests for one in connections.rows) == 50


_CELLS = st.sampled_from(
    [
        "",
        "200",
        "401",
        "true",
        "RpcHttp",
        "Mapi",
        "CONTOSO\\amy",
        "CONTOSO\\HealthMailbox1",
        "MSRPC",
    ]
)
_LINES = st.one_of(
    st.builds(
        proxy,
        st.sampled_from(["rpc", "mapi", "eas", "ews", "autodiscover", "owa"]),
        HttpStatus=st.sampled_from(["200", "401", "403", "503", ""]),
        AuthenticatedUser=st.sampled_from(["CONTOSO\\amy", "", "CONTOSO\\HealthMailbox1", "b@c.d"]),
        UserAgent=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12),
        DateTime=st.sampled_from(["2026-03-09T08:00:00.000Z", "never"]),
    ),
    st.lists(_CELLS, min_size=1, max_size=14).map(",".join),
    st.just("#Date: 2026-03-09T08:00:00.000Z"),
    st.just(f"#Fields: {HTTP_PROXY}"),
    st.just(f"#Fields: {HTTP_PROXY},More"),
)


@pytest.mark.soak
@settings(max_examples=60, deadline=None)
@given(lines=st.lists(_LINES, max_size=12))
def test_every_row_is_counted_once(engine, tmp_path_factory, lines):
    path = tmp_path_factory.mktemp("logs") / "x.LOG"
    path.write_bytes(log(lines).encode())

    connections = read_onprem(engine, [path])

    header = {HTTP_PROXY.lower(), f"{HTTP_PROXY},More".lower()}
    rows = [
        line
        for line in lines
        if line.strip() and not line.startswith("#") and line.lower() not in header
    ]
    assert connections.counts["onprem_rows"] == len(rows)
    assert sum(_counts(connections).values()) == len(rows)
    assert sum(Counter(_counts(connections))[name] for name in ("used",)) == sum(
        one.attempts for one in connections.rows
    )
