"""How often the service may be asked: at most so many requests in so many seconds, for all."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field

_SAFETY_SECONDS = 0.2
"""Requests do not arrive at the same distance at which they were sent: the first of a connection
takes longer. A refusal costs more than this fiftieth of the pace."""


@dataclass
class Pacer:
    """A shared allowance: ``count`` requests in any ``seconds``, fewer while held back.

    One pacer serves all workers of a budget; turns are given in the order they are asked for.

    Attributes:
        count: Requests allowed.
        seconds: Length of the window they are counted in.
        taken: Turns given so far.
    """

    count: float
    seconds: float
    taken: int = 0
    _sent: deque[float] = field(default_factory=deque, repr=False)
    _not_before: float = 0.0
    _queue: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    def __post_init__(self) -> None:
        # Half a request in a second is one in two.
        if self.count < 1:
            self.seconds, self.count = self.seconds / self.count, 1
        self.count = int(self.count)

    async def turn(self) -> None:
        """Wait until one more request may be sent, and count it."""
        async with self._queue:
            while (wait := self._wait_seconds()) > 0:
                await asyncio.sleep(wait)
            self._sent.append(time.monotonic())
            self.taken += 1

    def hold(self, seconds: float) -> None:
        """Send nothing for so long: the service said so."""
        self._not_before = max(self._not_before, time.monotonic() + seconds)

    def left(self) -> int:
        """Requests that could be sent right now."""
        self._forget(time.monotonic())
        return max(0, int(self.count) - len(self._sent))

    def _wait_seconds(self) -> float:
        now = time.monotonic()
        self._forget(now)
        wait = self._not_before - now
        if len(self._sent) >= self.count:
            oldest = self._sent[0]
            wait = max(wait, oldest + self.seconds + _SAFETY_SECONDS - now)
        return wait

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0] <= now - self.seconds - _SAFETY_SECONDS:
            self._sent.popleft()
