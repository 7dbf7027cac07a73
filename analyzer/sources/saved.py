"""A saved JSON result, told from a sign-in export by its first characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_HEAD_BYTES = 65_536
# Keys of design 4.3 that no sign-in export has. Either is near the start, whatever tool
# sorted the keys since.
_MARKS = (b'"schema_version"', b'"events_duplicate"')


def saved_result_text(path: Path) -> str | None:
    """Text of a saved ``triage --format json``; None where the file is anything else.

    A file that cannot be opened is None too: reading it as an export says what is wrong.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
            if not _looks_saved(head):
                return None
            return (head + file.read()).decode("utf-8-sig", "backslashreplace")
    except OSError:
        return None


def _looks_saved(head: bytes) -> bool:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start == b"{" and any(mark in head for mark in _MARKS)
