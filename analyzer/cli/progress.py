"""Progress on standard error, and only of work that takes longer than two seconds."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

PATIENCE_SECONDS = 2.0


class Progress:
    """A callable that prints the step at hand, once the whole has taken two seconds.

    Within its ``with`` block; a timer prints the step that is still running when the two
    seconds are over.
    """

    def __init__(self, *, is_quiet: bool, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._is_quiet = is_quiet
        self._started = time.monotonic()
        self._patience_seconds = patience_seconds
        self._pending = ""
        self._lock = threading.Lock()
        self._timer = threading.Timer(patience_seconds, self._flush)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        if not self._is_quiet:
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def __call__(self, step: str) -> None:
        """Note the step now beginning, and print it if the two seconds are over."""
        with self._lock:
            self._pending = step
        if not self._is_quiet and time.monotonic() - self._started >= self._patience_seconds:
            self._flush()

    def _flush(self) -> None:
        with self._lock:
            step, self._pending = self._pending, ""
        if step:
            seconds = time.monotonic() - self._started
            print(f"[{seconds:5.1f} s] {step}", file=sys.stderr, flush=True)  # noqa: T201
