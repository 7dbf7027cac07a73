"""A Microsoft Graph on loopback: the slice of it that a pull of sign-ins uses, over real HTTP."""

from __future__ import annotations

import json
import time
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil
from threading import Lock
from types import TracebackType
from typing import Any, Self

from tests.graph.answers import (
    THROTTLED,
    Answer,
    Asked,
    GraphError,
    prettified,
    raise_error_of,
    refused,
    spoil,
    unauthorized,
)
from tests.graph.dataset import organization
from tests.graph.faults import Faults
from tests.graph.handler import Listener
from tests.graph.odata import AUDITS, SIGN_INS, Resource
from tests.graph.pages import Listing, Pager
from tests.graph.rows import Encoder, Row, Table, encode

REPORTS: Mapping[str, tuple[str, Resource]] = {
    "auditlogs/signins": ("auditLogs/signIns", SIGN_INS),
    "auditlogs/directoryaudits": ("auditLogs/directoryAudits", AUDITS),
}
_ID = SIGN_INS.place("id")[0]


class GraphServer:
    """Serves the given records at ``url`` until closed; every setting is one of the real service.

    ``requests_per_10_seconds`` is shared by sign-ins and audits and answered with Retry-After,
    ``policy_requests_per_second`` covers ``identity/*`` and is answered without.
    ``hide_policies`` is Graph without Policy.Read, ``premium=False`` Graph without a licence.
    """

    def __init__(
        self,
        signins: Iterable[Mapping[str, Any]],
        *,
        policies: Sequence[Mapping[str, Any]] = (),
        locations: Sequence[Mapping[str, Any]] = (),
        audits: Iterable[Mapping[str, Any]] = (),
        faults: Faults | None = None,
        requests_per_10_seconds: int | None = None,
        policy_requests_per_second: int | None = None,
        token: str = "test-token",  # noqa: S107
        page_cap: int = 1000,
        hide_policies: bool = False,
        premium: bool = True,
        clock_skew_seconds: float = 0,
        pretty: bool = False,
        compress: bool = True,
        link_seconds: float | None = None,
        port: int = 0,
    ) -> None:
        self._encoder = Encoder(SIGN_INS, hide_policies=hide_policies)
        self._tables = {
            SIGN_INS.type_name: Table(self._encoder.rows(signins)),
            AUDITS.type_name: Table(Encoder(AUDITS).rows(audits)),
        }
        self._lists = {
            "identity/conditionalAccess/policies": policies,
            "identity/conditionalAccess/namedLocations": locations,
            "organization": (organization(is_premium=premium),),
        }
        self.faults = faults or Faults.none()
        self.tokens = {token}
        self.premium, self.pretty, self.compress = premium, pretty, compress
        self.clock_skew_seconds = clock_skew_seconds
        self.requests: list[Asked] = []
        self._paces = {
            "auditlogs": _Pace(requests_per_10_seconds, 10.0, says_when=True),
            "identity": _Pace(policy_requests_per_second, 1.0, says_when=False),
        }
        self._lock = Lock()
        self._listener = Listener(self, port)
        self.url = f"http://127.0.0.1:{self._listener.server_address[1]}"
        self._pager = Pager(self.url, page_cap, link_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        self.close()
        if kind is None and self._listener.failures:
            raise RuntimeError("the server itself failed") from self._listener.failures[0]

    def close(self) -> None:
        """Close every connection and end every thread."""
        self._listener.stop()

    def ids(self) -> set[str]:
        """The ids of all sign-ins held."""
        return {row.facets[_ID] for row in self._tables[SIGN_INS.type_name].rows}

    def record(self, signin_id: str) -> dict[str, Any]:
        """One sign-in in full, as the beta list shows it now to a client that asks for all."""
        rows = self._tables[SIGN_INS.type_name].rows
        found = next(row for row in rows if row.facets[_ID] == signin_id)
        return json.loads(found.encoded(is_masked=False))  # type: ignore[no-any-return]

    def add_signins(self, signins: Iterable[Mapping[str, Any]]) -> None:
        """Let more rows arrive; queries already begun do not see them."""
        added = self._encoder.rows(signins)
        with self._lock:
            if self.ids() & {row.facets[_ID] for row in added}:
                raise ValueError("a sign-in with this id is there already")
            rows = [*self._tables[SIGN_INS.type_name].rows, *added]
            self._tables[SIGN_INS.type_name] = Table(rows)

    def replace_policies_of(self, signin_id: str, policies: Sequence[Mapping[str, Any]]) -> None:
        """Publish a row again with another policy array."""
        shown = self._encoder.shown(policies)
        with self._lock:
            rows = self._tables[SIGN_INS.type_name].rows
            if not any(row.facets[_ID] == signin_id for row in rows):
                raise KeyError(signin_id)
            changed = [
                Row(row.facets, row.head, shown) if row.facets[_ID] == signin_id else row
                for row in rows
            ]
            self._tables[SIGN_INS.type_name] = Table(changed)

    def expire_links(self) -> None:
        """Make every next link given so far an expired one."""
        self._pager.expire()

    def answer(self, asked: Asked, *, has_doubles: bool = False) -> Answer:
        """The answer to a request, its record kept."""
        version, _, path = asked.path.strip("/").partition("/")
        path = path.rstrip("/").lower()
        if version == "_double":
            return self._told(path)
        self.requests.append(asked)
        faults, fault = self.faults, None
        try:
            self._admit(asked, path)
            is_next = "$skiptoken" in asked.query
            fault = faults.draw(asked.path, is_list=path in REPORTS, is_next=is_next)
            if fault:
                asked.fault = fault.kind
                raise_error_of(fault, faults.retry_after_seconds)
            if has_doubles:
                raise refused("Query option was specified more than once.")
            if path in REPORTS:
                self._check_licence(path)
                listing = Listing(REPORTS[path][0], version, REPORTS[path][1])
                masked = "include-unknown-enum-members" not in asked.headers.get("prefer", "")
                table = self._tables[listing.resource.type_name]
                answer = self._pager.answer(
                    listing, table, asked.query, is_masked=masked, fault=fault
                )
            else:
                answer = self._listed(version, path, asked.query)
        except GraphError as error:
            skewed = datetime.now(UTC) + timedelta(seconds=self.clock_skew_seconds)
            answer = error.answer(asked, skewed)
        if self.pretty and answer.content_type != "text/html":
            answer.body = prettified(answer.body)
        if fault:
            spoil(
                answer,
                fault,
                stall_seconds=faults.stall_seconds,
                slow_seconds=faults.slow_seconds,
            )
        asked.status = answer.status
        return answer

    def _admit(self, asked: Asked, path: str) -> None:
        """Refuse an unknown path or method, a bad token, and a request above the rate."""
        version = asked.path.strip("/").partition("/")[0]
        if version not in ("beta", "v1.0"):
            raise refused("Invalid version: " + version)
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            raise unauthorized("Access token is empty.")
        if token not in self.tokens:
            raise unauthorized("Access token validation failure. Invalid token.")
        if path not in REPORTS and path not in map(str.lower, self._lists):
            segment = path.rpartition("/")[2]
            raise refused(f"Resource not found for the segment '{segment}'.")
        if asked.method != "GET":
            raise GraphError(405, "Request_BadRequest", "Specified HTTP method is not allowed.")
        if pace := self._paces.get(path.partition("/")[0]):
            pace.admit()

    def _check_licence(self, path: str) -> None:
        """Refuse sign-ins without a premium licence."""
        if not self.premium and path == "auditlogs/signins":
            raise GraphError(
                403,
                "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
                "Neither tenant is B2C or tenant doesn't have premium license",
            )

    def _listed(self, version: str, path: str, options: Mapping[str, str]) -> Answer:
        """A short list, whole; only ``$select`` of top-level properties is taken."""
        if extra := [name for name in options if name != "$select"]:
            raise refused(f"Query option '{extra[0]}' is not allowed.")
        wanted = {name.strip() for name in options.get("$select", "").split(",")} - {""}
        name = next(name for name in self._lists if name.lower() == path)
        value = [
            {key: each[key] for key in each if not wanted or key in wanted}
            for each in self._lists[name]
        ]
        context = f"https://graph.microsoft.com/{version}/$metadata#{name}"
        return Answer(200, encode({"@odata.context": context, "value": value}))

    def _told(self, path: str) -> Answer:
        """What the double says of itself to another process: its counts, its ids."""
        if path == "ids":
            return Answer(200, encode(sorted(self.ids())))
        if path == "calm":
            self.faults = Faults(injected=self.faults.injected)
        done = list(self.requests)
        counts = {
            "signins": len(self._tables[SIGN_INS.type_name].rows),
            "requests": len(done),
            "by_status": Counter(str(each.status) for each in done),
            "injected": self.faults.injected,
        }
        return Answer(200, encode(counts))


class _Pace:
    """A true sliding window: at most so many admitted requests in any span of so many seconds."""

    def __init__(self, limit: int | None, seconds: float, *, says_when: bool) -> None:
        self._limit, self._seconds, self._says_when = limit, seconds, says_when
        self._admitted: deque[float] = deque()
        self._lock = Lock()

    def admit(self) -> None:
        """Count a request in, or refuse it with 429."""
        if self._limit is None:
            return
        with self._lock:
            now = time.monotonic()
            while self._admitted and now - self._admitted[0] >= self._seconds:
                self._admitted.popleft()
            if len(self._admitted) < self._limit:
                self._admitted.append(now)
                return
            wait = max(1, ceil(self._admitted[0] + self._seconds - now))
        raise GraphError(429, *THROTTLED, {"Retry-After": str(wait)} if self._says_when else {})


if __name__ == "__main__":
    from tests.graph.command import main

    main()
