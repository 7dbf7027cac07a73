"""A loopback Graph whose sign-ins are made while they are asked for: a million take no memory."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

from benchmarks.bulk import ORDINARY, TROUBLES, Template
from benchmarks.tenant.world import TORONTO
from tests.graph.answers import Answer
from tests.graph.server import GraphServer

if TYPE_CHECKING:
    from tests.graph.answers import Asked

PAGE = 1000
PEOPLE = 10_000
_PATH = "auditlogs/signins"
_TIMES = re.compile(r"createdDateTime (ge|le) (\S+)")


class LeanGraph(GraphServer):
    """Serves ``count`` sign-ins spread evenly over a time, newest first; it takes no other filter.

    The rest of Graph is as in :class:`GraphServer`.
    """

    def __init__(self, count: int, start: datetime, end: datetime) -> None:
        super().__init__([], compress=False)
        self._count, self._start = count, start
        self._step = (end - start) / count

    def answer(self, asked: Asked, *, has_doubles: bool = False) -> Answer:
        """A page of made-up sign-ins, or whatever Graph says otherwise."""
        if not asked.path.lower().endswith(_PATH):
            return super().answer(asked, has_doubles=has_doubles)
        self.requests.append(asked)
        asked.status = 200
        first, last = self._span(asked.query.get("$filter", ""))
        last = min(last, int(asked.query.get("$skiptoken", last)))
        size = min(PAGE, int(asked.query.get("$top", PAGE)))
        numbers = range(last, max(first - 1, last - size), -1)
        link = b""
        if last - size >= first:
            query = {**asked.query, "$skiptoken": str(last - size)}
            text = "&".join(f"{name}={quote_plus(value)}" for name, value in query.items())
            link = f'"@odata.nextLink":"{self.url}{asked.path}?{text}",'.encode()
        records = ",".join(self._record(number) for number in numbers)
        return Answer(200, b'{%b"value":[%b]}' % (link, records.encode()))

    def _span(self, text: str) -> tuple[int, int]:
        """Numbers of the first and the last sign-in in the time that a filter names."""
        first, last = 0, self._count - 1
        for operator, instant in _TIMES.findall(text):
            passed = datetime.fromisoformat(instant) - self._start
            if operator == "ge":
                first = max(first, -(-passed // self._step))
            else:
                last = min(last, passed // self._step)
        return first, last

    def _record(self, number: int) -> str:
        templates = _templates()
        dice = Random(number)
        at = self._start + self._step * number
        user = dice.randrange(PEOPLE)
        one, two = (f"{dice.getrandbits(128):032x}" for _ in range(2))
        values = (
            f"{one[:8]}-{one[8:12]}-4{one[13:16]}-a{one[17:20]}-{one[20:]}",
            f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06}Z",
            f"{two[:8]}-{two[8:12]}-4{two[13:16]}-a{two[17:20]}-{two[20:]}",
            f"00000000-0000-4000-8000-{user:012x}",
            f"user{user:05}@contoso.example",
            f"User {user:05}",
            TORONTO.ip,
        )
        return templates[number % len(templates)].fill(values)[:-1]


@cache
def _templates() -> list[Template]:
    ordinary = [Template(client, TORONTO, "success") for client in ORDINARY]
    stopped = [Template(h.clients[0], TORONTO, h.outcome) for h in TROUBLES]
    return ordinary * 6 + stopped[:3]


def whole_span(count: int, days: float, end: datetime) -> tuple[datetime, datetime]:
    """Begin and end of ``count`` sign-ins over ``days``."""
    if count < 1:
        msg = "at least one sign-in"
        raise ValueError(msg)
    return end - timedelta(days=days), end
