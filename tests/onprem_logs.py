"""On-premises logs as text, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

HTTP_PROXY = (
    "DateTime,RequestId,Protocol,UrlHost,UrlStem,IsAuthenticated,AuthenticatedUser,AnchorMailbox,"
    "UserAgent,ClientIpAddress,HttpStatus,UrlQuery"
)
RCA = (
    "date-time,session-id,seq-number,client-name,organization-info,client-software,"
    "client-software-version,client-mode,client-ip,client-connection-info,server-ip,protocol,"
    "application-id,request-ids,session-cookie,operation,rpc-status,processing-time,"
    "operation-specific,failures"
)
MAPI_HTTP = (
    "DateTime,RequestId,RequestType,HttpStatusCode,ResponseCode,AuthenticatedUserEmail,MailboxId,"
    "ClientIP,ClientSoftware,ClientSoftwareVersion,AuthenticatedUser"
)
IIS = (
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "sc-status"
)
OUTLOOK = "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.14326; Pro)"
AMY = "11111111-1111-4111-8111-111111111111"
OWNER = "22222222-2222-4222-8222-222222222222"

_PROXY_ROW = {
    "DateTime": "2026-03-09T08:00:00.000Z",
    "Protocol": "RpcHttp",
    "UrlHost": "mail.contoso.example",
    "UrlStem": "/rpc/rpcproxy.dll",
    "IsAuthenticated": "true",
    "AuthenticatedUser": "CONTOSO\\amy",
    "AnchorMailbox": f"MailboxGuid~{AMY}",
    "UserAgent": "MSRPC",
    "ClientIpAddress": "203.0.113.7",
    "HttpStatus": "200",
}
_AS = {
    "rpc": {},
    "mapi": {"Protocol": "Mapi", "UrlStem": "/mapi/emsmdb/", "UserAgent": OUTLOOK},
    "eas": {
        "Protocol": "Eas",
        "UrlStem": "/Microsoft-Server-ActiveSync/default.eas",
        "UserAgent": "Apple-iPhone14C5/2202.91",
        "AnchorMailbox": "Sid~S-1-5-21-1-2-3-1105",
        "UrlQuery": "?Cmd=Ping&User=amy&DeviceId=ABC%20123&DeviceType=iPhone",
    },
    "ews": {
        "Protocol": "Ews",
        "UrlStem": "/EWS/Exchange.asmx",
        "UserAgent": "ExchangeServicesClient/15.00.0847.030",
        "AnchorMailbox": "Sid~S-1-5-21-1-2-3-1105",
    },
    "autodiscover": {
        "Protocol": "Autodiscover",
        "UrlStem": "/autodiscover/autodiscover.xml",
        "UserAgent": OUTLOOK,
        "AnchorMailbox": "Smtp~owner@contoso.example",
    },
    "owa": {"Protocol": "Owa", "UrlStem": "/owa/", "UserAgent": "Mozilla/5.0"},
}


def proxy(like: str = "rpc", fields: str = HTTP_PROXY, **changes: str) -> str:
    """One row of a front-end log; ``at`` changes the day and time."""
    cells = {**_PROXY_ROW, **_AS[like], **changes}
    if "at" in changes:
        cells["DateTime"] = f"2026-03-{changes['at']}:00.000Z"
    return ",".join(cells.get(name, "") for name in fields.split(","))


def row(fields: str, cells: Mapping[str, str], separator: str = ",") -> str:
    """One row of any log."""
    blank = "-" if separator == " " else ""
    return separator.join(cells.get(name, blank) for name in fields.split(separator))


def log(rows: Sequence[str], fields: str = HTTP_PROXY, kind: str = "HttpProxy Logs") -> str:
    """A log of Exchange with its directives."""
    head = (
        "#Software: Microsoft Exchange Server",
        "#Version: 15.01.2375.007",
        f"#Log-type: {kind}",
        "#Date: 2026-03-09T08:00:00.000Z",
        f"#Fields: {fields}",
    )
    return "".join(f"{line}\r\n" for line in (*head, *rows))


def iis_log(rows: Sequence[str]) -> str:
    """A log of IIS with its directives."""
    head = (
        "#Software: Microsoft Internet Information Services 10.0",
        "#Version: 1.0",
        "#Date: 2026-03-09 08:00:00",
        f"#Fields: {IIS}",
    )
    return "".join(f"{line}\n" for line in (*head, *rows))
