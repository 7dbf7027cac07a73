"""Records that arrived after their time had been read: told from those that came twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analyzer.collecting.streams import kin_of
from analyzer.sources.store.raw import records_of
from analyzer.sources.store.spans import united, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from analyzer.collecting.streams import Stream
    from analyzer.collecting.windows import Windows
    from analyzer.sources.store.layout import Store
    from analyzer.sources.store.spans import Span


class Before:
    """What a store held of some streams before a run began, in time that is read again.

    Only the ids of that time are kept, however long the files reach back.
    """

    def __init__(self, store: Store, work: Sequence[Windows]) -> None:
        self._folder = store.folder
        self._read: dict[str, list[Span]] = {}
        self._again: dict[str, list[Span]] = {}
        for windows in work:
            if not windows.missing:
                continue
            stream = windows.stream
            read = store.ledger.done(stream.name)
            self._read |= dict.fromkeys(stream.names, read)
            again = [piece for each in windows.missing for piece in within(read, each)]
            self._again[_key(stream)] = united([*self._again.get(_key(stream), []), *again])
        self._files = store.ledger.stored() if any(self._again.values()) else []
        self._ids: dict[str, set[str]] = {}

    def late(self, stream: Stream, span: Span, ids: Mapping[str, str]) -> int:
        """How many records lie in time that was read before, and were not there then.

        Args:
            stream: The stream.
            span: The window that was read now.
            ids: Its ids, with the times as received.
        """
        bounds = _bounds(within(self._read[stream.name], span)) if self._files else []
        candidates = [
            record for record, at in ids.items() if any(a <= at[:19] < b for a, b in bounds)
        ]
        if not candidates:
            return 0
        known = self._known(stream)
        return sum(1 for record in candidates if record not in known)

    def _known(self, stream: Stream) -> set[str]:
        """Ids in the files of a stream, or of its kin: who is asked for with whom may change."""
        key = _key(stream)
        if key not in self._ids:
            self._ids[key] = set(self._held(stream, self._again[key]))
        return self._ids[key]

    def _held(self, stream: Stream, spans: Sequence[Span]) -> Iterable[str]:
        bounds = _bounds(spans)
        for file in self._files:
            first, last = file.times or file.span
            is_own = (kin_of(file.stream) or file.stream) == _key(stream)
            if not is_own or not any(first < b and a <= last for a, b in spans):
                continue
            for record in records_of(self._folder / file.path):
                value = json.loads(record)
                if isinstance(value, dict):
                    at = str(value.get(stream.time_field) or "")[:19]
                    if any(a <= at <= b for a, b in bounds):
                        yield str(value.get("id") or "").lower()


def _key(stream: Stream) -> str:
    return stream.kin or stream.name


def _bounds(spans: Iterable[Span]) -> list[tuple[str, str]]:
    return [(start.isoformat()[:19], end.isoformat()[:19]) for start, end in spans]
