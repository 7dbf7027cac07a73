"""One request to Graph: paced, with the token for the configured host only, bytes untouched.

Goes through msgraph-sdk's request adapter, without its models (they drop and change values) and
without its retry and redirect middleware: a repeat has to wait for its turn like any request,
and a redirect would leave the host that the token is for.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from analyzer.sources.graph.answer import Answer
from analyzer.sources.graph.clouds import CLOUDS
from analyzer.sources.graph.pacing import Pacer
from analyzer.sources.graph.retry import BrokenError, patiently

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from kiota_abstractions.request_information import RequestInformation
    from msgraph.graph_request_adapter import GraphRequestAdapter

    from analyzer.sources.graph.answer import Budget
    from analyzer.sources.graph.credentials import TokenSource
    from analyzer.sources.graph.settings import GraphSettings

_REPORT_SECONDS = 10
_CONNECT_SECONDS = 20
_CONNECTIONS = 16
_PATIENCE_SECONDS = 60.0
# Reports-only results come as "unknownFutureValue" without it, on every page.
_PREFER = "include-unknown-enum-members"


class HttpGraph:
    """Graph over HTTP.

    Attributes:
        settings: As configured.
        pacers: Allowance of each budget, shared by everything that asks through this object.
        clock_ahead: How far the service's clock is before this machine's, by its last answer.
        has_answered: Whether anything at all came back yet.
    """

    def __init__(
        self, settings: GraphSettings, adapter: GraphRequestAdapter, tokens: TokenSource
    ) -> None:
        self.settings = settings
        self.tokens = tokens
        self.clock_ahead = timedelta(0)
        self.has_answered = False
        self._adapter = adapter
        self.pacers: dict[Budget, Pacer] = {
            "reports": Pacer(settings.requests_per_10_seconds, _REPORT_SECONDS),
            "policies": Pacer(settings.policy_requests_per_second, 1),
        }

    async def get(
        self, path: str, query: Mapping[str, str], *, budget: Budget = "reports"
    ) -> Answer:
        """Get one page; repeated while the service is only busy or out of order.

        Raises:
            GaveUpError: It stayed so for a minute, or for as long as the settings allow.
        """
        url = self.url_of(path, query)
        patience = min(_PATIENCE_SECONDS, self.settings.give_up_seconds)
        return await patiently(self, url, budget, patience)

    def url_of(self, path: str, query: Mapping[str, str]) -> str:
        """Address of a path below the configured one."""
        text = urlencode(query, quote_via=quote, safe="$")
        return f"{self.settings.base_url}{path}{'?' if text else ''}{text}"

    def is_own(self, url: str) -> bool:
        """Whether an address is at the configured host, the only one that gets the token."""
        try:
            own, other = urlsplit(self.settings.base_url), urlsplit(url)
            return (own.scheme, own.hostname, own.port or _port(own.scheme)) == (
                other.scheme,
                other.hostname,
                other.port or _port(other.scheme),
            ) and other.username is None
        except ValueError:
            return False

    async def send(self, url: str, budget: Budget) -> Answer:
        """Send one request when its turn comes; whatever the status is, it is the answer.

        Raises:
            BrokenError: There was no whole answer.
            ValueError: The address is at another host.
        """
        if not self.is_own(url):
            msg = "refusing to send the token to another host"
            raise ValueError(msg)
        # Made before its turn: what passes between turn and arrival brings the next one too early.
        request = _request(url)
        await self.pacers[budget].turn()
        answer = await _sent(self._adapter, request, self.settings.timeout_seconds)
        self.has_answered = True
        self.clock_ahead = _clock_ahead(answer) or self.clock_ahead
        return answer


def _clock_ahead(answer: Answer) -> timedelta | None:
    try:
        theirs = parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None
    return theirs.astimezone(UTC) - datetime.now(UTC)


def _port(scheme: str) -> int:
    return 443 if scheme == "https" else 80


def _request(url: str) -> RequestInformation:
    from kiota_abstractions.method import Method  # noqa: PLC0415 - loaded by the adapter already
    from kiota_abstractions.native_response_handler import NativeResponseHandler  # noqa: PLC0415
    from kiota_abstractions.request_information import RequestInformation  # noqa: PLC0415
    from kiota_http.middleware.options import ResponseHandlerOption  # noqa: PLC0415

    request = RequestInformation(Method.GET)
    request.url = url
    request.headers.add("Prefer", _PREFER)
    request.headers.add("Accept", "application/json")
    request.add_request_options([ResponseHandlerOption(NativeResponseHandler())])
    return request


async def _sent(
    adapter: GraphRequestAdapter, request: RequestInformation, timeout_seconds: float
) -> Answer:
    import httpx  # noqa: PLC0415 - loaded by the adapter already

    try:
        async with asyncio.timeout(timeout_seconds):
            response: Any = await adapter.send_primitive_async(request, "bytes", {})
    except TimeoutError as error:
        msg = f"no answer within {timeout_seconds:g} seconds"
        raise BrokenError(msg, is_slow=True) from error
    except httpx.TimeoutException as error:
        raise BrokenError(_said(error) or "timed out", is_slow=True) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise BrokenError(_said(error)) from error
    headers = {name.lower(): value for name, value in response.headers.items()}
    body = response.content
    # Response and stream hold each other: without this the bodies of hundreds of pages stay until
    # the garbage collector happens to look for such circles.
    response.stream = httpx.ByteStream(b"")
    return Answer(response.status_code, headers, body)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


@asynccontextmanager
async def connect(settings: GraphSettings, tokens: TokenSource) -> AsyncIterator[HttpGraph]:
    """Graph at the configured address; the connections are closed at the end.

    Args:
        settings: Address, pace and patience.
        tokens: Where the access token comes from.
    """
    import httpx  # noqa: PLC0415 - with the library below 0.3 s, and only for this
    from msgraph.graph_request_adapter import GraphRequestAdapter  # noqa: PLC0415
    from msgraph_core import GraphClientFactory  # noqa: PLC0415
    from msgraph_core.middleware import GraphTelemetryHandler  # noqa: PLC0415

    is_local = settings.base_url not in {cloud.graph_url for cloud in CLOUDS.values()}
    client = httpx.AsyncClient(
        timeout=httpx.Timeout(settings.timeout_seconds / 2, connect=_CONNECT_SECONDS),
        limits=httpx.Limits(max_connections=_CONNECTIONS),
        http2=not is_local,
        # A proxy of the environment is for the world outside.
        trust_env=not is_local,
        follow_redirects=False,
    )
    # The library's own transport does not close the one that it wraps.
    wrapped = [client._transport, *client._mounts.values()]
    client = GraphClientFactory.create_with_custom_middleware(
        [GraphTelemetryHandler()], client=client
    )
    bearer: Any = _Bearer(tokens)  # Has the one method that the adapter calls.
    adapter = GraphRequestAdapter(bearer, client)
    adapter.base_url = f"{settings.base_url}/beta"
    try:
        yield HttpGraph(settings, adapter, tokens)
    finally:
        for each in wrapped:
            if each is not None:
                await each.aclose()


class _Bearer:
    """Adds the token; :meth:`HttpGraph.send` has checked the host by then."""

    def __init__(self, tokens: TokenSource) -> None:
        self._tokens = tokens

    async def authenticate_request(
        self,
        request: RequestInformation,
        additional_authentication_context: dict[str, Any] | None = None,
    ) -> None:
        """Put the token into one request; a new one where the service asks for it."""
        wants_new = bool((additional_authentication_context or {}).get("claims"))
        refresh = wants_new and self._tokens.can_refresh
        token = await asyncio.to_thread(self._tokens.token, refresh=refresh)
        request.headers.remove("Authorization")
        request.headers.add("Authorization", f"Bearer {token}")
