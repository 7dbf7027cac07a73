"""Entries of the ledger: what was read, what is missing, which files there are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.sources.store.raw import RawFile
    from analyzer.sources.store.spans import Span


@dataclass(frozen=True, slots=True)
class Slice:
    """A span of a stream that was read whole.

    Attributes:
        stream: What was asked for, e.g. ``signins`` or ``signins client=imap4``.
        span: The span asked for.
        is_closed: Whether it was read so long after its end that nothing more should arrive.
        file: What was received; None for an empty answer.
        rows: Records received, with those received twice.
        distinct_ids: Different ids among them.
        ids_digest: SHA-256 of the sorted ids.
        late_rows: Records that an earlier reading of the same time had not seen.
        requests: Requests it took, with repeated ones.
        request_ids: The service's own ids of the answers, for a support case.
    """

    stream: str
    span: Span
    is_closed: bool = True
    file: RawFile | None = None
    rows: int = 0
    distinct_ids: int = 0
    ids_digest: str = ""
    late_rows: int = 0
    requests: int = 0
    request_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A span that was asked for and is not there, with the last reason known."""

    stream: str
    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A raw file as the ledger knows it; ``times`` are of its first and last record."""

    path: str
    stream: str
    rows: int
    bytes: int
    sha256: str
    ids_digest: str
    span: Span
    times: Span | None
    is_derived: bool


@dataclass(frozen=True, slots=True)
class Import:
    """An exported file that was taken into the store.

    Attributes:
        sha256: Digest of its bytes.
        label: The file, as it was named.
        path: Its copy, relative to the store's folder.
        format: Name of the format it was read as.
        bytes: Its size.
        events: Sign-ins in it; ``rejected`` records that could not be read.
        times: Of its first and last sign-in; None where it has none.
        is_derived: Whether its rows are in the days' files.
    """

    sha256: str
    label: str
    path: str
    format: str
    bytes: int
    events: int = 0
    rejected: int = 0
    times: Span | None = None
    is_derived: bool = False


Reject = tuple[int | None, str, str]
"""A record that could not be read: line, reason, text."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """What became of one raw file when it was sorted into days.

    Attributes:
        path: The file, relative to the store's folder.
        format: Name of the format it was read as, or why it is no sign-in log.
        events: Sign-ins in it.
        rejects: What could not be read in it.
        days: Sign-ins of it in each day's file.
        times: Of its first and last sign-in.
        remedy: What to do about a file that is no sign-in log.
        is_refused: Whether it is none.
    """

    path: str
    format: str
    events: int = 0
    rejects: tuple[Reject, ...] = ()
    days: Mapping[str, int] = field(default_factory=dict)
    times: Span | None = None
    remedy: str = ""
    is_refused: bool = False

    @property
    def rejected(self) -> int:
        """How many records could not be read."""
        return len(self.rejects)

    @property
    def left_out(self) -> int:
        """Sign-ins from before the instant the store was pruned to."""
        return self.events - sum(self.days.values())
