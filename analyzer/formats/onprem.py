"""On-premises logs: which kinds there are, and where each keeps what is asked of it.

Sources, by kind:

``http-proxy``
    Exchange's front-end logs (``Logging/HttpProxy/<protocol>``): the published Exchange 2016 logs
    of Qazeer/artefacts.help, and the row of Exchange 2013 in "Configure Kerberos authentication
    for load-balanced Client Access services" (MicrosoftDocs/OfficeDocs-Exchange).
``rpc-client-access``
    ``Logging/RPC Client Access`` and ``Logging/MAPI Client Access`` up to Exchange 2016 CU3: the
    field names that public scripts read them by (arjun-tank/ExchangeTools,
    Exchange-OutlookBuildsReport.ps1) and the row in learn.microsoft.com/answers/questions/303395.
    Not verified on a published file: the text that names the mailbox of a logon
    (``OwnerLogon``, ``DelegateLogon``); where it reads otherwise the mailbox is not told.
``mapi-http``
    ``Logging/MapiHttp/Mailbox`` from Exchange 2016 CU4 on: the field names that public scripts
    read them by (I. Gegenwarth's Get-MAPIStats.ps1, F. Zoechling's Get-MapiHttpProtocolLog). Not
    verified: that a ResponseCode other than 0 is a refusal, as in MS-OXCMAPIHTTP.
``iis``
    W3C extended logs of the front end: Microsoft's "W3C Logging" page. What Exchange adds to the
    query differs between versions; only ``MailboxId``, ``DeviceId`` and ``DeviceType`` are read.

The times of all of them are UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class LogKind:
    """One kind of log.

    Attributes:
        name: Short name, in counts and notes.
        looks_like: What it is called in a sentence.
        separator: Between the fields of a row.
        required: Field names (lower case) that it is known by; all are there.
        columns: Canonical column to field names (lower case), the first with a value wins.
        blank: How an empty field is written, besides empty.
        protocol: The protocol of every row, where the kind has one only.
    """

    name: str
    looks_like: str
    separator: str
    required: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    blank: str = ""
    protocol: str = ""


@dataclass(frozen=True, slots=True)
class Protocol:
    """How requests of one protocol are told.

    Attributes:
        name: Canonical name.
        logged: What the log's own protocol column says, lower case.
        stems: Beginnings of the address, lower case; any if empty.
    """

    name: str
    logged: tuple[str, ...]
    stems: tuple[str, ...]


COLUMNS = (
    "day",
    "clock",
    "user",
    "authenticated",
    "protocol",
    "stem",
    "query",
    "anchor",
    "agent",
    "address",
    "host",
    "status",
    "outcome",
    "software",
    "version",
    "operation",
)
"""Canonical columns of a row, all text: ``outcome`` is a status below HTTP's, ``software`` and
``version`` name the client where the agent does not, ``operation`` says whose mailbox."""

LOG_KINDS: tuple[LogKind, ...] = (
    LogKind(
        "http-proxy",
        "an Exchange front-end log (HttpProxy)",
        ",",
        frozenset({"datetime", "protocol", "authenticateduser", "anchormailbox", "httpstatus"}),
        {
            "clock": ("datetime",),
            "user": ("authenticateduser",),
            "authenticated": ("isauthenticated",),
            "protocol": ("protocol",),
            "stem": ("urlstem",),
            "query": ("urlquery",),
            "anchor": ("anchormailbox",),
            "agent": ("useragent",),
            "address": ("clientipaddress",),
            "host": ("urlhost",),
            "status": ("httpstatus",),
        },
    ),
    LogKind(
        "rpc-client-access",
        "an Exchange RPC Client Access log",
        ",",
        frozenset({"date-time", "client-name", "client-software", "operation", "rpc-status"}),
        {
            "clock": ("date-time",),
            "user": ("client-name",),
            "protocol": ("protocol",),
            "address": ("client-ip",),
            "outcome": ("rpc-status",),
            "software": ("client-software",),
            "version": ("client-software-version",),
            "operation": ("operation-specific",),
        },
    ),
    LogKind(
        "mapi-http",
        "an Exchange MapiHttp log",
        ",",
        frozenset({"datetime", "mailboxid", "clientsoftware", "httpstatuscode"}),
        {
            "clock": ("datetime",),
            "user": ("authenticateduseremail", "upn", "authenticateduser"),
            "query": ("mailboxid",),
            "address": ("clientip",),
            "status": ("httpstatuscode",),
            "outcome": ("responsecode",),
            "software": ("clientsoftware",),
            "version": ("clientsoftwareversion",),
        },
        protocol="mapi-http",
    ),
    LogKind(
        "iis",
        "a web server log of IIS (W3C)",
        " ",
        frozenset({"date", "time", "cs-uri-stem", "cs-username", "sc-status"}),
        {
            "day": ("date",),
            "clock": ("time",),
            "user": ("cs-username",),
            "stem": ("cs-uri-stem",),
            "query": ("cs-uri-query",),
            "agent": ("cs(user-agent)",),
            "address": ("c-ip",),
            "status": ("sc-status",),
        },
        blank="-",
    ),
)

PROTOCOLS: tuple[Protocol, ...] = (
    Protocol("rpc-http", ("rpchttp", "ncacn_http"), ("/rpc/rpcproxy.dll",)),
    Protocol("mapi-http", ("mapi", "mapihttp"), ("/mapi/emsmdb", "/mapi/nspi")),
    Protocol("activesync", ("eas",), ("/microsoft-server-activesync",)),
    Protocol("ews", ("ews",), ("/ews",)),
    Protocol("autodiscover", ("autodiscover",), ("/autodiscover",)),
)
"""Everything else is counted and not used: Outlook on the web, the admin center, the address book
download, PowerShell; and RPC without HTTP (``ncacn_ip_tcp``), which no move can leave behind."""

ADDRESS_BOOK = ("/mapi/nspi",)
"""Addresses that belong to a protocol and open no mailbox."""

OUTLOOK_PROTOCOLS = ("rpc-http", "mapi-http")
OPENING_PROTOCOLS = (*OUTLOOK_PROTOCOLS, "ews", "activesync")
"""Protocols whose anchor is the mailbox that is opened. Autodiscover may be asked about anybody's
mailbox by anybody."""

RPC_AGENT = "msrpc"
OUTLOOK_SOFTWARE = "outlook.exe"
NOT_OUTLOOK = r"ucmapi|lync|skype"
"""Agents that speak Outlook's protocols and are none, lower case."""

PROBE_USERS = (
    r"(^|\\)(healthmailbox|systemmailbox|sm_[0-9a-f]{8}|extest_|federatedemail\.|discoverysearch"
    r"|migration\.[0-9a-f]|\$[0-9a-z]{6}-)|\$($|@)|^nt authority\\|^nt-autorit.{1,2}t\\"
    r"|^autorite nt\\|anonymous logon$"
)
"""Accounts of Exchange's own monitoring, of servers (their names end in $) and of the system,
lower case. Source: Managed Availability (OfficeDocs-Exchange) and the published logs."""

PROBE_AGENTS = r"^(amprobe|activemonitoring|msexch|mapihttpclient|exchangeinternalews|test-)"
PROBE_SOFTWARE = r"rpcclientaccess\.monitoring|^msexch"
LOCAL_ADDRESSES = r"^(127\.|\[?::1\]?(:|$)|::ffff:127\.)"
LOCAL_HOSTS = r"^localhost(:|$)"


def kind_of(fields: Iterable[str]) -> LogKind | None:
    """The kind of log whose rows have these fields; None for no known one."""
    names = frozenset(fields)
    return next((kind for kind in LOG_KINDS if kind.required <= names), None)


def fields_of(text: str) -> tuple[str, ...]:
    """Field names, lower case, of a ``#Fields`` line's text or of a header row."""
    separator = "," if "," in text else None
    return tuple(name.strip().strip('"').lower() for name in text.strip().split(separator))
