"""One window read whole: page after page into one file, or not at all."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from analyzer.collecting.naming import names_its_person
from analyzer.collecting.windows import PAGES_WANTED
from analyzer.errors import PermissionMissingError
from analyzer.sources.graph.pages import page_of
from analyzer.sources.graph.retry import (
    FORBIDDEN,
    UNAUTHORIZED,
    GaveUpError,
    Sender,
    obtain,
    said,
)
from analyzer.sources.store.ledger import Slice
from analyzer.sources.store.raw import RawWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from analyzer.collecting.streams import Stream
    from analyzer.sources.graph.answer import Answer, Budget
    from analyzer.sources.graph.credentials import TokenSource
    from analyzer.sources.graph.pacing import Pacer
    from analyzer.sources.graph.pages import Page
    from analyzer.sources.graph.settings import GraphSettings
    from analyzer.sources.store.spans import Span

_OK = 200
_TOO_LARGE = 413
_SLOW_LIMIT = 2
_RESTARTS = 6
_PAGES_AT_MOST = 4 * PAGES_WANTED
_REQUEST_IDS_KEPT = 3
_numbers = count(1)

_Kept = tuple[str, str, str]
"""Id of a record, its time, and the object id of the person it names; empty for nobody."""


class Asker(Sender, Protocol):
    """What a reader needs of Graph."""

    settings: GraphSettings
    clock_ahead: timedelta
    has_answered: bool

    async def get(
        self, path: str, query: Mapping[str, str], *, budget: Budget = "reports"
    ) -> Answer:
        """Get one page, with the repeats taken care of."""
        ...

    def url_of(self, path: str, query: Mapping[str, str]) -> str:
        """Address of a path."""
        ...

    def is_own(self, url: str) -> bool:
        """Whether an address is at the configured host."""
        ...


class TooMuchError(Exception):
    """The window is too large to be answered in time; a smaller one may be."""


class RestartError(Exception):
    """The pages cannot be followed to their end; the window has to be begun again."""


class MissingError(Exception):
    """The window cannot be had now; why."""


class RefusedError(MissingError):
    """The service does not take the question; another one may be taken."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A window that was read.

    Attributes:
        done: The slice for the ledger.
        pages: Pages that held records or a link to more.
        ids: Ids of its records with their times.
        people: Object ids of the people it names; user principal names of those without one.
    """

    done: Slice
    pages: int
    ids: dict[str, str]
    people: frozenset[str]


@dataclass
class WindowReader:
    """Reads windows of any stream into a store's folder.

    Attributes:
        graph: Asks.
        folder: The store's.
        give_up_seconds: How long one window may be tried without a page that comes.
        on_page: Called with the number of records of each page that is on its way to disk.
    """

    graph: Asker
    folder: Path
    give_up_seconds: float
    on_page: Callable[[int], None]

    async def read(self, stream: Stream, span: Span) -> Reading:
        """Read a window, begun again where its pages cannot be followed.

        Raises:
            TooMuchError: It should be tried in smaller parts.
            RefusedError: The service does not take the question.
            MissingError: It cannot be had now.
            PermissionMissingError: The tenant refuses.
        """
        deadline = time.monotonic() + self.give_up_seconds
        requests = 0
        for attempt in range(1, _RESTARTS + 1):
            pages = _Pages(self.graph, stream, span, self.give_up_seconds)
            try:
                return await self._attempt(pages, earlier_requests=requests)
            except (RestartError, MissingError) as error:
                if pages.followed > PAGES_WANTED:
                    # So much is not to be lost twice.
                    raise TooMuchError(str(error)) from error
                requests += pages.requests
                if isinstance(error, MissingError):
                    raise
                if attempt == _RESTARTS or time.monotonic() > deadline:
                    msg = f"{error} (begun {attempt} times)"
                    raise MissingError(msg) from error
        raise AssertionError

    async def _attempt(self, pages: _Pages, *, earlier_requests: int) -> Reading:
        start = pages.span[0]
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        name = f"{start:%Y%m%dT%H%M%S}-read-{moment}-{next(_numbers)}.jsonl.gz"
        path = f"{pages.stream.folder}/{start:%Y-%m-%d}/{name}"
        ids: dict[str, str] = {}
        people: set[str] = set()
        rows = 0
        with RawWriter(self.folder, path) as writer:
            while (page := await pages.next()) is not None:
                writer.write(page.records)
                rows += len(page.records)
                _remember(page.values, ids, people)
                self.on_page(len(page.records))
            file = writer.finish(*_first_and_last(ids.values())) if rows else None
        done = Slice(
            stream=pages.stream.name,
            span=pages.span,
            is_closed=True,
            file=file,
            rows=rows,
            distinct_ids=len(ids),
            ids_digest=digest_of(ids),
            requests=earlier_requests + pages.requests,
            request_ids=tuple(pages.request_ids[-_REQUEST_IDS_KEPT:]),
        )
        return Reading(done, pages.followed, ids, frozenset(people))


@dataclass
class _Pages:
    """The pages of one attempt at a window."""

    graph: Asker
    stream: Stream
    span: Span
    give_up_seconds: float

    def __post_init__(self) -> None:
        query = self.stream.query(self.span, self.graph.settings.page_size)
        self.url: str | None = self.graph.url_of(self.stream.path, query)
        self.seen: set[str] = set()
        self.requests = 0
        self.followed = 0
        self.request_ids: list[str] = []

    async def next(self) -> Page | None:
        """The next page; None after the last."""
        if self.url is None:
            return None
        is_first = not self.seen
        if self.url in self.seen:
            msg = "the service names the same next page twice"
            raise RestartError(msg)
        self.seen.add(self.url)
        answer, page = await self._ask(self.url)
        if page is None:
            self._refused(answer, is_first=is_first)
            raise AssertionError
        if page.next_link is not None and not self.graph.is_own(page.next_link):
            msg = "the service names a next page at another host, which gets no token"
            raise RestartError(msg)
        self.url = page.next_link
        self.followed += 1
        if self.url is not None and self.followed >= _PAGES_AT_MOST:
            msg = f"more than {_PAGES_AT_MOST} pages"
            raise TooMuchError(msg)
        return page

    async def send(self, url: str, budget: Budget) -> Answer:
        """Send one request, counted."""
        self.requests += 1
        return await self.graph.send(url, budget)

    @property
    def tokens(self) -> TokenSource:
        """Where the access token comes from."""
        return self.graph.tokens

    @property
    def pacers(self) -> Mapping[Budget, Pacer]:
        """Allowance of each budget."""
        return self.graph.pacers

    async def _ask(self, url: str) -> tuple[Answer, Page | None]:
        try:
            answer, page = await obtain(
                self, url, "reports", self.give_up_seconds, self._page, slow_limit=_SLOW_LIMIT
            )
        except GaveUpError as error:
            if error.is_slow:
                raise TooMuchError(str(error)) from error
            raise MissingError(str(error)) from error
        if request_id := answer.headers.get("request-id"):
            self.request_ids.append(request_id)
        return answer, page

    def _page(self, body: bytes) -> Page:
        return page_of(body, self._keep)

    def _keep(self, value: Any) -> _Kept | None:  # noqa: ANN401 - a record as received
        if not isinstance(value, dict):
            return None
        user = None
        if self.stream.names_people and names_its_person(value):
            # Who has no object id (a wrong name, a guest of another cloud) goes by the name typed.
            user = value.get("userId") or value.get("userPrincipalName")
        return (
            str(value.get("id") or "").lower(),
            str(value.get(self.stream.time_field) or ""),
            user.lower() if isinstance(user, str) else "",
        )

    def _refused(self, answer: Answer, *, is_first: bool) -> None:
        why = said(answer)
        if answer.status in (UNAUTHORIZED, FORBIDDEN):
            raise refusal_of(answer)
        if answer.status == _TOO_LARGE:
            raise TooMuchError(why)
        if not is_first:
            msg = f"the next page was refused: {why}"
            raise RestartError(msg)
        msg = f"the service refuses the question: {why}"
        raise RefusedError(msg)


def refusal_of(answer: Answer) -> PermissionMissingError:
    """What a 401 or 403 means, and what to do about it."""
    why = said(answer)
    if answer.status == UNAUTHORIZED:
        return PermissionMissingError(
            f"Graph does not accept the token: {why}",
            remedy="Sign in again, or give a token that has not expired; see `analyzer doctor`.",
        )
    if "NonPremiumTenant" in why:
        return PermissionMissingError(
            f"the tenant's licence does not include sign-in logs: {why}",
            remedy="Reading them through Graph takes Microsoft Entra ID P1 or P2.",
        )
    return PermissionMissingError(
        f"Graph refuses the sign-in logs: {why}",
        remedy="Grant the application AuditLog.Read.All and Directory.Read.All with admin "
        "consent; see docs/permissions.md and `analyzer doctor`.",
    )


def digest_of(ids: dict[str, str]) -> str:
    """SHA-256 of the sorted ids, one a line."""
    return hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()


def _remember(kept: Sequence[_Kept | None], ids: dict[str, str], people: set[str]) -> None:
    for signin_id, at, user in filter(None, kept):
        ids[signin_id] = at
        if user:
            people.add(user)


def _first_and_last(times: Iterable[str]) -> tuple[datetime | None, datetime | None]:
    found = sorted(t for t in times if t)
    readable = (at for text in found if (at := _instant(text)) is not None)
    backwards = (at for text in reversed(found) if (at := _instant(text)) is not None)
    return next(readable, None), next(backwards, None)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
