"""Lists of reports: filters, pages, and next links whose state the server keeps."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from urllib.parse import quote_plus

from tests.graph.answers import EXPIRED_LINKS, Answer, GraphError, refused
from tests.graph.conditions import AllOf, Events, Node
from tests.graph.faults import Fault
from tests.graph.odata import FilterError, Resource, asks_events, parse
from tests.graph.rows import Query, Row, Table

MAX_TOP = 1000
_OPTIONS = ("$filter", "$top", "$skiptoken")
_FOREIGN = {"address": "http://127.0.0.2:9", "name": "https://graph.example.net"}
_INTERACTIVE = Events(frozenset(("interactiveUser",)))


@dataclass(frozen=True, slots=True)
class Listing:
    """One list under one version of the API."""

    path: str
    version: str
    resource: Resource

    @property
    def is_beta(self) -> bool:
        """Whether this is the beta list."""
        return self.version == "beta"


@dataclass(slots=True)
class _Link:
    """Where a next link stands in its query."""

    listing: Listing
    filter: str | None
    top: str | None
    query: Query
    start: int = 0
    previous: int = 0
    made_at: float = 0.0
    following: str | None = None


class Pager:
    """Answers list requests page by page."""

    def __init__(self, url: str, page_cap: int, link_seconds: float | None) -> None:
        self._url = url
        self._page_cap = page_cap
        self._link_seconds = link_seconds
        self._links: dict[str, _Link] = {}
        self._lock = Lock()

    def expire(self) -> None:
        """Make every next link given so far an expired one."""
        with self._lock:
            self._links.clear()

    def answer(
        self,
        listing: Listing,
        table: Table,
        options: Mapping[str, str],
        *,
        is_masked: bool,
        fault: Fault | None,
    ) -> Answer:
        """The page asked for, or GraphError."""
        token = options.get("$skiptoken")
        size = min(_top(options), self._page_cap)
        for name in options:
            if name not in _OPTIONS:
                raise _option_refused(name)
        if token is None:
            query = table.find(_node(listing, options.get("$filter")))
            link = _Link(listing, options.get("$filter"), options.get("$top"), query)
        else:
            link = self._found(token, listing, options, fault)
        rows, after = self._page(link, size, token, fault)
        if fault and fault.kind == "foreign_link":
            base = _FOREIGN[fault.variant]
            after = after or self._given(link, link.start)
        else:
            base = self._url
        return Answer(200, _body(listing, link, base, after, rows, is_masked=is_masked))

    def _page(
        self, link: _Link, size: int, token: str | None, fault: Fault | None
    ) -> tuple[list[Row], str | None]:
        """The rows of a page and the token of its next link, as a fault may have it."""
        kind = fault.variant if fault else ""
        if kind == "empty":
            return [], self._given(link, link.start)
        if kind == "loop":
            return link.query.page(link.previous, size)[0], token
        start = (link.previous + link.start) // 2 if kind == "overlap" else link.start
        rows, after = link.query.page(start, size)
        if after is None:
            return rows, None
        if link.following is None or kind == "overlap":
            link.following = self._given(link, after)
        return rows, link.following

    def _given(self, link: _Link, start: int) -> str:
        """A new token for a position in the link's query."""
        token = secrets.token_hex(32)
        previous = link.previous if start == link.start else link.start
        made = _Link(link.listing, link.filter, link.top, link.query, start, previous)
        made.made_at = time.monotonic()
        with self._lock:
            self._links[token] = made
        return token

    def _found(
        self, token: str, listing: Listing, options: Mapping[str, str], fault: Fault | None
    ) -> _Link:
        """The state behind a token; a token of another request, or an expired one, is refused."""
        if not token:
            raise GraphError(*EXPIRED_LINKS["null"])
        with self._lock:
            if fault and fault.kind == "expired_token_link":
                self._links.pop(token, None)
                raise GraphError(*EXPIRED_LINKS[fault.variant])
            link = self._links.get(token)
        if link is None or link.listing != listing:
            raise GraphError(*EXPIRED_LINKS["not-found"])
        if self._link_seconds is not None and time.monotonic() - link.made_at > self._link_seconds:
            raise GraphError(*EXPIRED_LINKS["expired"])
        if (link.filter, link.top) != (options.get("$filter"), options.get("$top")):
            raise refused("The skip token was given for other query options.")
        return link


def _body(
    listing: Listing, link: _Link, base: str, after: str | None, rows: list[Row], *, is_masked: bool
) -> bytes:
    """The page as JSON; the context names Graph itself, as the real one does."""
    path = f"{listing.version}/{listing.path}"
    context = f"https://graph.microsoft.com/{listing.version}/$metadata#{listing.path}"
    parts = [b'{"@odata.context":"', context.encode(), b'"']
    if after is not None:
        asked = {"$filter": link.filter, "$top": link.top, "$skiptoken": after}
        options = "&".join(f"{name}={quote_plus(value)}" for name, value in asked.items() if value)
        parts += [b',"@odata.nextLink":"', f"{base}/{path}?{options}".encode(), b'"']
    values = (row.encoded(is_masked=is_masked, is_beta=listing.is_beta) for row in rows)
    return b"".join([*parts, b',"value":[', b",".join(values), b"]}"])


def _node(listing: Listing, text: str | None) -> Node | None:
    """The filter parsed; sign-ins are interactive only unless the filter names event types."""
    node = None
    if text is not None:
        try:
            node = parse(text, listing.resource, events_allowed=listing.is_beta)
        except FilterError as error:
            raise refused(f"Invalid filter clause: {error}") from error
    if not listing.resource.has_events or (node and asks_events(node)):
        return node
    return AllOf((node, _INTERACTIVE)) if node else _INTERACTIVE


def _top(options: Mapping[str, str]) -> int:
    """The page size asked for."""
    text = options.get("$top", str(MAX_TOP))
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise refused(f"Invalid value '{text}' for $top query option found.")
    if int(text) > MAX_TOP:
        raise refused(f"The limit of '{MAX_TOP}' for Top query has been exceeded.")
    return int(text)


def _option_refused(name: str) -> GraphError:
    """The refusal of a query option that these lists do not take."""
    word = name.removeprefix("$").capitalize()
    return refused(
        f"Query option '{word}' is not allowed. To allow it, set the 'AllowedQueryOptions' "
        "property on EnableQueryAttribute or QueryValidationSettings."
    )
