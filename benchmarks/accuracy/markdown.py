"""Tables and figures as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NONE = "\N{EN DASH}"


def figure(value: float | None, digits: int = 3) -> str:
    """A number with so many digits after the point, a dash for none."""
    return NONE if value is None else f"{value:.{digits}f}"


def count(value: int) -> str:
    """A whole number with its thousands apart, a blank cell for zero."""
    return f"{value:,}" if value else ""


def table(header: Sequence[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> str:
    """A table whose first ``words`` columns are words; the others are set to the right."""
    rule = ["---" if place < words else "---:" for place in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))


def definitions(docstring: str) -> str:
    """A docstring's terms (not indented) and their texts (indented) as a list."""
    items: list[str] = []
    for line in docstring.splitlines():
        text = line.strip()
        if text and not line.startswith(" "):
            items.append(f"- **{text}.**")
        elif text:
            items[-1] += f" {text}"
    return "\n".join(items).replace("``", "`")
