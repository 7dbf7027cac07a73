"""What each plan would take, estimated from a few short looks before a pull begins."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from analyzer.collecting.naming import is_of_first_part, names_its_person
from analyzer.collecting.streams import EVERY_SIGNIN, TOGETHER
from analyzer.collecting.windows import PAGES_WANTED
from analyzer.sources.graph.pages import page_of
from analyzer.sources.graph.retry import GaveUpError, obtain
from analyzer.vocabulary.client_apps import LEGACY_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from analyzer.collecting.reader import Asker
    from analyzer.sources.store.spans import Span

_LOOKS = 4
_LOOK = timedelta(minutes=15)
_GIVE_UP_SECONDS = 20.0
BYTES_PER_EVENT = 500
"""On disk, compressed; measured on made-up records of four kilobytes."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a range would take.

    Attributes:
        requests_per_10_seconds: Allowed pace.
        page_size: Records in a page.
        events: Sign-ins in the range; None where no look was answered.
        first_part: Of these, what a policy failed or a legacy client did.
        named: People in the looks whom one of their sign-ins names.
        movers: People who are read whole in any case.
        seen: Sign-ins of each person in the looks.
    """

    requests_per_10_seconds: float
    page_size: int = 1000
    events: int | None = None
    first_part: int = 0
    named: frozenset[str] = frozenset()
    movers: int = 0
    seen: Mapping[str, int] = field(default_factory=dict)

    @property
    def full_requests(self) -> int:
        """Requests of ``--plan full``."""
        return math.ceil((self.events or 0) / self.page_size * (1 + 0.5 / PAGES_WANTED)) + 1

    @property
    def triage_events(self) -> int:
        """Sign-ins that ``--plan triage`` takes, each once."""
        return round((self.events or 0) * self._share(self.named))

    @property
    def triage_requests(self) -> int:
        """Requests of ``--plan triage``."""
        # Whoever has a legacy client or is stopped is so again and again: a few looks name most.
        people = len(self.named) + self.movers
        questions = math.ceil(people / TOGETHER["people"])
        return (
            1
            + math.ceil(len(LEGACY_NAMES) / TOGETHER["clients"])
            + self.first_part // self.page_size
            + self._people_requests(self.triage_events, questions)
        )

    def is_cheaper_whole(self, people: Sequence[str], questions: int, share: float) -> bool:
        """Whether a share of the range takes fewer requests read whole than person by person.

        Args:
            people: Whoever is to be read, by object id in lower case.
            questions: Questions that ask for them.
            share: The share of the range.
        """
        if self.events is None:
            return False
        records = round(self.events * share * self._share(people))
        return self.full_requests * share + 1 < self._people_requests(records, questions)

    def duration(self, requests: int) -> timedelta:
        """Time that so many requests take at the allowed pace."""
        return timedelta(seconds=round(requests * 10 / self.requests_per_10_seconds))

    def _share(self, people: Iterable[str]) -> float:
        """Share of the sign-ins that are these people's."""
        total = sum(self.seen.values())
        return sum(self.seen.get(each, 0) for each in set(people)) / total if total else 0.0

    def _people_requests(self, records: int, questions: int) -> int:
        """A question has one page at least, and half of its last one is empty."""
        return max(questions, math.ceil(records / self.page_size + questions / 2))


async def estimate(graph: Asker, span: Span, movers: int) -> Estimate:
    """Look at a few short spans spread over the range, and scale up."""
    length = span[1] - span[0]
    looks = [span[0] + length * (2 * n + 1) / (2 * _LOOKS) for n in range(_LOOKS)]
    look = min(_LOOK, length / _LOOKS)
    values: list[Any] = []
    seen = timedelta(0)
    for at in looks:
        start = at.replace(microsecond=0)
        found = await _look(graph, (start, start + look))
        if found is None:
            # The pull itself will say what is wrong; it has more patience.
            break
        values += found[0]
        seen += found[1]
    settings = graph.settings
    if not seen:
        return Estimate(settings.requests_per_10_seconds)
    scale = length / seen
    return Estimate(
        settings.requests_per_10_seconds,
        settings.page_size,
        events=round(len(values) * scale),
        first_part=round(sum(map(is_of_first_part, values)) * scale),
        named=frozenset(_person(value) for value in values if names_its_person(value)),
        movers=movers,
        seen=Counter(map(_person, values)),
    )


async def _look(graph: Asker, span: Span) -> tuple[tuple[Any, ...], timedelta] | None:
    """Records of one page, newest first, and the time that they cover."""
    url = graph.url_of(EVERY_SIGNIN.path, EVERY_SIGNIN.query(span, graph.settings.page_size))
    patience = min(_GIVE_UP_SECONDS, graph.settings.give_up_seconds)
    try:
        _, page = await obtain(graph, url, "reports", patience, page_of)
    except GaveUpError:
        return None
    if page is None:
        return None
    if page.next_link is None or not page.values:
        return page.values, span[1] - span[0]
    try:
        oldest = datetime.fromisoformat(str(page.values[-1]["createdDateTime"]))
    except (KeyError, TypeError, ValueError):
        return None
    return page.values, max(timedelta(seconds=1), span[1] - oldest)


def _person(value: Any) -> str:  # noqa: ANN401 - a record as received
    return str(value.get("userId")).lower() if isinstance(value, dict) else ""
