"""The front-end logs of the tenant's Exchange 2013, a few hours before each wave.

Fields and their order are those of published logs (see ``analyzer/formats/onprem.py``), without
the latencies; rows are shortened accordingly.
"""

from __future__ import annotations

import random
import uuid
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from benchmarks.shapes import gzipped
from benchmarks.tenant.evidence import WAVE_EVENINGS
from benchmarks.tenant.people import DOMAIN, PEOPLE, Person, mobile_of, office_of
from benchmarks.tenant.world import EWS_SCRIPT, IPHONE, OUTLOOK_AGENT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SEED = 20210304
SERVER = "CTSO-EX01"
HEALTH = "HealthMailbox4d1c2f7a90b34e6c8a15"
FIELDS = (
    "DateTime,RequestId,MajorVersion,MinorVersion,BuildVersion,RevisionVersion,ClientRequestId,"
    "Protocol,UrlHost,UrlStem,ProtocolAction,AuthenticationType,IsAuthenticated,AuthenticatedUser,"
    "Organization,AnchorMailbox,UserAgent,ClientIpAddress,ServerHostName,HttpStatus,BackEndStatus,"
    "ErrorCode,Method,ProxyAction,UrlQuery,GenericInfo"
)
# Who opens whose mailbox beside his own. No export shows Lena's right on Zara's; being on MAPI over
# HTTP, she meets no block when Zara moves.
DELEGATES: tuple[tuple[str, str], ...] = (
    ("amelia", "helen"),
    ("brian", "sofia"),
    ("brian", "grace"),
    ("clara", "info"),
    ("derek", "info"),
    ("edith", "leela"),
    ("eleanor", "helen"),
    ("jack", "victor"),
    ("marie", "jurgen"),
    ("lena", "zara"),
)
LEFT_OUT = ("dirk", "gavin", "info")
"""Movers without a row: an empty place in the logs is no answer."""

ROUNDS = (13.5, 15.25)
STEMS = {
    "RpcHttp": "/rpc/rpcproxy.dll",
    "Mapi": "/mapi/emsmdb/",
    "Eas": "/Microsoft-Server-ActiveSync/default.eas",
    "Ews": "/EWS/Exchange.asmx",
    "Autodiscover": "/autodiscover/autodiscover.xml",
}


class _Log:
    """Collects the rows of one protocol's file of one day."""

    def __init__(self, protocol: str, day: date) -> None:
        self.protocol = protocol
        self.day = day
        self.rows: list[tuple[datetime, str]] = []
        self._random = random.Random(f"{SEED}/{protocol}/{day}")

    def add(
        self,
        hour: float,
        user: str,
        *,
        anchor: str = "",
        agent: str = "",
        address: str = "203.0.113.10",
        status: int = 200,
        method: str = "POST",
        query: str = "",
    ) -> None:
        """Write one request, a few minutes after ``hour`` (UTC)."""
        start = datetime.combine(self.day, time(0), tzinfo=UTC) + timedelta(hours=hour)
        at = start + timedelta(milliseconds=self._random.randrange(900_000))
        request = uuid.UUID(int=self._random.getrandbits(128), version=4)
        is_local = address == "127.0.0.1"
        cells = (
            f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z", request, 15, 0, 1497, 2, "",
            self.protocol, "localhost" if is_local else f"mail.{DOMAIN}", STEMS[self.protocol], "",
            "Negotiate" if user else "", bool(user), user, DOMAIN if user else "", anchor, agent,
            address, SERVER, status, status if user else "", "", method, "Proxy" if user else "",
            query, "BeginRequest=0;EndRequest=1;",
        )  # fmt: skip
        self.rows.append((at, ",".join(str(cell) for cell in cells)))

    def add_noise(self) -> None:
        """Health probes, and requests before they are authenticated."""
        for hour in (13.0, 14.0, 15.0):
            self.add(
                hour, f"CONTOSO\\{HEALTH}", anchor=f"Smtp~{HEALTH}@{DOMAIN}",
                agent="AMProbe/Local/ClientAccess", address="127.0.0.1", method="GET",
            )  # fmt: skip
            self.add(hour, "", agent="MSRPC", status=401)

    def text(self) -> str:
        """The file."""
        first = min(self.rows)[0]
        head = (
            "#Software: Microsoft Exchange Server",
            "#Version: 15.00.1497.002",
            "#Log-type: HttpProxy Logs",
            f"#Date: {first:%Y-%m-%dT%H:%M:%S}.000Z",
            f"#Fields: {FIELDS}",
        )
        return "".join(f"{line}\r\n" for line in (*head, *(row for _, row in sorted(self.rows))))


def write_onprem_logs(folder: Path) -> None:
    """Write the logs below ``folder``, one folder a protocol as on the server."""
    for wave, day in WAVE_EVENINGS.items():
        for log in (_outlooks("RpcHttp", wave, day), _outlooks("Mapi", wave, day)):
            gzipped([_write(log, folder)])
    first = WAVE_EVENINGS["w1"]
    for log in (_phones(first), _scripts(first), _autodiscover(first)):
        _write(log, folder)


def _write(log: _Log, folder: Path) -> Path:
    log.add_noise()
    path = folder / log.protocol / f"HttpProxy_{log.day:%Y%m%d}13-1.LOG"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(log.text().encode())
    return path


def _is_on_mapi(person: Person) -> bool:
    return person.mapi_http == "True"


def _outlooks(protocol: str, wave: str, day: date) -> _Log:
    """Outlook of the wave's movers and, in every wave, of those who have not moved yet."""
    log = _Log(protocol, day)
    delegates = {delegate for delegate, _ in DELEGATES}
    for person in PEOPLE.values():
        is_next = person.fate == wave and person.key not in LEFT_OUT
        is_delegate = person.key in delegates and WAVE_EVENINGS.get(person.fate, day) >= day
        if not (is_next or is_delegate) or _is_on_mapi(person) != (protocol == "Mapi"):
            continue
        opened = [person, *(PEOPLE[owner] for who, owner in DELEGATES if who == person.key)]
        for mailbox in opened:
            # Once a mailbox is in the cloud it is opened there.
            if mailbox is not person and WAVE_EVENINGS.get(mailbox.fate, day) < day:
                continue
            _connect(log, person, mailbox)
    return log


def _connect(log: _Log, person: Person, mailbox: Person) -> None:
    is_rpc = log.protocol == "RpcHttp"
    guid = mailbox.exchange_guid
    for hour, method in zip(ROUNDS, ("RPC_IN_DATA", "RPC_OUT_DATA"), strict=True):
        log.add(
            hour,
            f"CONTOSO\\{person.sam}",
            anchor=f"MailboxGuid~{guid}",
            agent="MSRPC" if is_rpc else OUTLOOK_AGENT,
            address=office_of(person).ip,
            method=method if is_rpc else "POST",
            query=f"?{guid}@{DOMAIN}:6001" if is_rpc else f"?mailboxId={guid}@{DOMAIN}",
        )


def _sid(person: Person) -> str:
    return f"Sid~S-1-5-21-1004336348-1177238915-682003330-{2000 + person.number}"


def _phones(day: date) -> _Log:
    log = _Log("Eas", day)
    for key in ("daniel", "sofia", "samuel", "hugo", "ingrid", "lena"):
        person = PEOPLE[key]
        device = f"{uuid.uuid5(uuid.NAMESPACE_DNS, person.upn).hex[:26].upper()}"
        log.add(
            13.25, f"CONTOSO\\{person.sam}", anchor=_sid(person), agent=IPHONE.user_agent,
            address=mobile_of(person).ip,
            query=f"?Cmd=Ping&User=CONTOSO%5C{person.sam}&DeviceId={device}&DeviceType=iPhone",
        )  # fmt: skip
    return log


def _scripts(day: date) -> _Log:
    log = _Log("Ews", day)
    crm = PEOPLE["crm"]
    for hour in ROUNDS:
        log.add(
            hour, f"CONTOSO\\{crm.sam}", anchor=_sid(crm), agent=EWS_SCRIPT.user_agent,
            address=office_of(crm).ip,
        )  # fmt: skip
    return log


def _autodiscover(day: date) -> _Log:
    log = _Log("Autodiscover", day)
    people: Iterable[Person] = (PEOPLE[key] for key in ("leela", "martin", "priya", "amelia"))
    for person in people:
        log.add(
            13.4, f"CONTOSO\\{person.sam}", anchor=f"Smtp~{person.smtp}", agent=OUTLOOK_AGENT,
            address=office_of(person).ip,
        )  # fmt: skip
    return log
