"""Records that arrived after their time had been read: told from those that came twice."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from analyzer.sources.store.raw import records_of
from analyzer.sources.store.spans import within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analyzer.collecting.streams import Stream
    from analyzer.sources.store.layout import Store
    from analyzer.sources.store.spans import Span


class Before:
    """What a store held of some streams before a run began."""

    def __init__(self, store: Store, streams: Sequence[Stream]) -> None:
        self._folder = store.folder
        self._read = {name: store.ledger.done(name) for s in streams for name in s.names}
        # People who are asked for together now may have come with others before.
        self._shared = {name for s in streams if s.is_of_one for name in s.names}
        self._files = [file for file in store.ledger.stored() if file.stream in self._read]
        self._ids: dict[str, set[str]] = {}

    def late(self, stream: Stream, span: Span, ids: Mapping[str, str]) -> int:
        """How many records lie in time that was read before, and were not there then.

        Args:
            stream: The stream.
            span: The window that was read now.
            ids: Its ids, with the times as received.
        """
        again = within(self._read[stream.name], span)
        if not again:
            return 0
        bounds = [(start.isoformat()[:19], end.isoformat()[:19]) for start, end in again]
        candidates = [
            record for record, at in ids.items() if any(a <= at[:19] < b for a, b in bounds)
        ]
        if not candidates:
            return 0
        known = self._known("" if stream.is_of_one else stream.name, again)
        return sum(1 for record in candidates if record not in known)

    def _known(self, stream: str, spans: Sequence[Span]) -> set[str]:
        """Ids in the files of a stream, or of all people, in the spans; each file is read once."""
        found = self._ids.setdefault(stream, set())
        left = []
        for file in self._files:
            first, last = file.times or file.span
            touches = any(first < b and a <= last for a, b in spans)
            own = file.stream in self._shared if not stream else file.stream == stream
            if not own or not touches:
                left.append(file)
                continue
            for record in records_of(self._folder / file.path):
                value = json.loads(record)
                if isinstance(value, dict):
                    found.add(str(value.get("id") or "").lower())
        self._files = left
        return found
