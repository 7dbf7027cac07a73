"""What a long run says on standard error: sentences for people, or one JSON object a line."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from analyzer.times import iso_z

if TYPE_CHECKING:
    from analyzer.collecting.progress import Tally

_SECONDS_BETWEEN = 2.0
_SECONDS_BETWEEN_LINES = 15.0


class LogFormat(StrEnum):
    """Forms of progress."""

    TEXT = "text"
    JSON = "json"


class Telling:
    """Says what happens; numbers of progress at most every few seconds.

    On a terminal one line is written over; elsewhere a line now and then is enough.
    """

    def __init__(self, form: LogFormat, *, is_quiet: bool) -> None:
        self._form = form
        self._is_quiet = is_quiet
        self._is_terminal = sys.stderr.isatty() and form is LogFormat.TEXT
        self._began = time.monotonic()
        self._last = self._began
        self._line_is_open = False

    def __call__(self, text: str, /, **facts: object) -> None:
        """Say a sentence, with its facts by name."""
        if self._is_quiet:
            return
        if self._form is LogFormat.JSON:
            self._write(json.dumps({"at": iso_z(datetime.now(UTC)), "says": text, **facts}))
        else:
            self._write(text)

    def progress(self, tally: Tally, requests_left: int) -> None:
        """Say how far it is, unless that was said just now."""
        now = time.monotonic()
        pause = _SECONDS_BETWEEN if self._is_terminal else _SECONDS_BETWEEN_LINES
        if self._is_quiet or now - self._last < pause:
            return
        self._last = now
        facts = tally.facts(now - self._began, requests_left)
        if self._form is LogFormat.JSON:
            self("progress", **facts)
            return
        left = facts["seconds_left"]
        end = "" if left is None else f", about {_time(int(str(left)))} left"
        text = (
            f"{tally.share:6.1%} of the time covered, {tally.records:,} events, "
            f"{facts['events_per_second']} a second, {requests_left} requests left just now{end}"
        )
        if self._is_terminal:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
            self._line_is_open = True
        else:
            self._write(text)

    def _write(self, line: str) -> None:
        from analyzer.report.visible import visible  # noqa: PLC0415 - not for the help

        start = "\r\x1b[K" if self._line_is_open else ""
        self._line_is_open = False
        print(f"{start}{visible(line)}", file=sys.stderr, flush=True)  # noqa: T201


def _time(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {seconds:02} s" if minutes else f"{seconds} s"
