"""What to do with an answer that is none: wait and ask again, or give up and say why."""

from __future__ import annotations

import asyncio
import json
import random
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analyzer.sources.graph.answer import Answer, Budget
    from analyzer.sources.graph.credentials import TokenSource
    from analyzer.sources.graph.pacing import Pacer

BUSY = 429
UNAUTHORIZED = 401
FORBIDDEN = 403
GATEWAY_TIMEOUT = 504
PASSING = (408, 429, 500, 502, 503, 504, 509)
"""Statuses that a repeat may cure."""
_FIRST_WAIT_SECONDS = 0.5
_LONGEST_WAIT_SECONDS = 30.0
_TOKENS_TRIED = 3
_WAITS_OBEYED = 5
_SHOWN = 200
_OK = 200

Taken = TypeVar("Taken")


class BrokenError(Exception):
    """There was no whole answer: a timeout, a broken connection, a body cut short.

    Attributes:
        is_slow: Whether it took too long: a smaller question may be answered.
    """

    def __init__(self, why: str, *, is_slow: bool = False) -> None:
        super().__init__(why)
        self.is_slow = is_slow


class GaveUpError(Exception):
    """The service was asked again and again, and answered nothing of use.

    Attributes:
        is_slow: Whether the last trouble was that it took too long.
    """

    def __init__(self, why: str, *, is_slow: bool = False) -> None:
        super().__init__(why)
        self.is_slow = is_slow


class Sender(Protocol):
    """Sends one paced request."""

    @property
    def tokens(self) -> TokenSource:
        """Where the access token comes from."""
        ...

    @property
    def pacers(self) -> Mapping[Budget, Pacer]:
        """Allowance of each budget."""
        ...

    async def send(self, url: str, budget: Budget) -> Answer:
        """Send one request."""
        ...


async def patiently(graph: Sender, url: str, budget: Budget, give_up_seconds: float) -> Answer:
    """Answer to a request that is repeated while the trouble may pass; see :func:`obtain`."""
    answer, _ = await obtain(graph, url, budget, give_up_seconds, lambda _body: None)
    return answer


async def obtain(
    graph: Sender,
    url: str,
    budget: Budget,
    give_up_seconds: float,
    take: Callable[[bytes], Taken],
    *,
    slow_limit: int = 0,
) -> tuple[Answer, Taken | None]:
    """Answer to a request that is repeated while the trouble may pass.

    Args:
        graph: Sends.
        url: Address, at the configured host.
        budget: Limit that the request counts against.
        give_up_seconds: How long to go on. What the service itself asks to wait does not count,
            unless it asks for it again and again.
        take: Makes something of a good answer's body; a ``ValueError`` says it is not whole.
        slow_limit: After so many answers that took too long, give up at once (0: never).

    Returns:
        An answer with a status that a repeat would not change, and what was taken from it.

    Raises:
        GaveUpError: The trouble did not pass in time.
    """
    began, asked_to_wait = time.monotonic(), 0.0
    tries, slow, tokens, waits = 0, 0, 1, 0
    while True:
        wait: float | None = None
        try:
            answer = await graph.send(url, budget)
            if answer.status == _OK:
                return answer, take(answer.body)
        except BrokenError as error:
            why, is_slow = str(error), error.is_slow
        except ValueError as error:
            why, is_slow = str(error), False
        else:
            is_refused = answer.status == UNAUTHORIZED and tokens < _TOKENS_TRIED
            if answer.status not in PASSING and not is_refused:
                return answer, None
            why, is_slow = said(answer), answer.status == GATEWAY_TIMEOUT
            wait = retry_after_seconds(answer.headers)
            if is_refused:
                tokens += 1
                if graph.tokens.can_refresh:
                    await asyncio.to_thread(graph.tokens.token, refresh=True)
        tries += 1
        slow += is_slow
        passed = time.monotonic() - began
        is_over = passed - asked_to_wait > give_up_seconds
        is_over |= passed > give_up_seconds and waits >= _WAITS_OBEYED
        if is_over or slow == slow_limit > 0:
            msg = f"{why} (asked {tries} time{'' if tries == 1 else 's'})"
            raise GaveUpError(msg, is_slow=is_slow)
        if wait is None:
            await asyncio.sleep(_own_wait_seconds(tries))
        else:
            asked_to_wait += wait
            waits += 1
            graph.pacers[budget].hold(wait)


def _own_wait_seconds(tries: int) -> float:
    longest = min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2.0 ** (tries - 1))
    spread = random.uniform(0.5, 1.0)  # noqa: S311 - keeps repeats apart, hides nothing
    return longest * spread


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """What ``Retry-After`` asks for: seconds, or a date; None where it is absent or unreadable."""
    text = headers.get("retry-after", "").strip()
    if text.isdecimal():
        return float(text)
    if not text:
        return None
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, at.timestamp() - time.time())


def code_of(answer: Answer) -> tuple[str, str]:
    """Error code and message of a Graph error; empty where the body says neither."""
    try:
        error = json.loads(answer.body)["error"]
        return str(error.get("code") or ""), str(error.get("message") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""


def said(answer: Answer) -> str:
    """An unwelcome answer in a few words."""
    code, message = code_of(answer)
    text = " ".join(part for part in (code, message[:_SHOWN]) if part)
    return f"status {answer.status}{': ' if text else ''}{text}"
