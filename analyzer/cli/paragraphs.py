"""Lists of what is built in, as plain text that fits 80 columns."""

from __future__ import annotations

import textwrap

WIDTH = 80


def paragraph(text: str, *, indent: int = 2, mark: str = "") -> str:
    """Text wrapped and indented, the first line beginning with ``mark``."""
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=" " * indent + mark,
        subsequent_indent=" " * (indent + len(mark)),
        break_on_hyphens=False,
    )
