"""What each plan would take, estimated from a few short looks before a pull begins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from analyzer.collecting.streams import EVERY_SIGNIN, TOGETHER
from analyzer.collecting.windows import PAGES_WANTED
from analyzer.sources.graph.pages import page_of
from analyzer.sources.graph.retry import GaveUpError, obtain
from analyzer.vocabulary.client_apps import LEGACY_NAMES, MODERN_CLIENT_APPS, UNKNOWN_CLIENT_APPS

if TYPE_CHECKING:
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
        events: Sign-ins in the range; None where no look was answered.
        full_requests: Requests of ``--plan full``; ``triage_requests`` of ``--plan triage``.
        requests_per_10_seconds: Allowed pace.
        triage_events: Sign-ins that ``--plan triage`` takes.
    """

    events: int | None
    full_requests: int | None
    triage_requests: int | None
    requests_per_10_seconds: float
    triage_events: int | None = None

    def duration(self, requests: int) -> timedelta:
        """Time that so many requests take at the allowed pace."""
        return timedelta(seconds=round(requests * 10 / self.requests_per_10_seconds))


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
    pace = graph.settings.requests_per_10_seconds
    if not seen:
        return Estimate(None, None, None, pace)
    events = round(len(values) * (length / seen))
    size = graph.settings.page_size
    full = math.ceil(events / size * (1 + 0.5 / PAGES_WANTED)) + 1
    people = {_person(v) for v in values}
    named = {_person(v) for v in values if _is_named(v)}
    # Whoever has a legacy client or meets a policy does so again and again: a few looks name most.
    share = len(named) / len(people) if people else 0.0
    per_person = max(1, math.ceil(events * share / size))
    groups = math.ceil((len(named) + movers) / TOGETHER)
    triage = 1 + len(LEGACY_NAMES) + max(per_person, groups)
    return Estimate(events, full, triage, pace, round(events * share))


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
    return str(value.get("userId")) if isinstance(value, dict) else ""


def _is_named(value: Any) -> bool:  # noqa: ANN401
    if not isinstance(value, dict):
        return False
    client = str(value.get("clientAppUsed") or "").strip().lower()
    is_legacy = client not in MODERN_CLIENT_APPS and client not in UNKNOWN_CLIENT_APPS
    return is_legacy or value.get("conditionalAccessStatus") == "failure"
