"""How wide each column of a table is drawn where not all of it fits on a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# A word longer than this, an address say, is folded rather than given all the room it asks for.
WORD_CELLS = 14
# A text longer than this gets no more room than one so long before every other text has its room.
TEXT_CELLS = 60


def column_widths(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numeric: Collection[int],
    available: int,
) -> tuple[int, ...] | None:
    """Widths in cells of the terminal, at most ``available`` together.

    Returns:
        One width a column: all that its texts ask for where there is room for all, else at least
        its longest word (numbers whole). None where not even the words fit.
    """
    texts = [(heading, *(row[at] for row in rows)) for at, heading in enumerate(headings)]
    wanted = [max(1, *map(cell_len, column)) for column in texts]
    whole = [
        max(_longest_word(column[:1]), *map(cell_len, column[1:]), 1)
        if at in numeric
        else _longest_word(column)
        for at, column in enumerate(texts)
    ]
    widths = [width if at in numeric else min(WORD_CELLS, width) for at, width in enumerate(whole)]
    spare = available - sum(widths)
    return None if spare < 0 else _with_spare(widths, whole, wanted, spare)


def _with_spare(
    widths: list[int], whole: Sequence[int], wanted: Sequence[int], spare: int
) -> tuple[int, ...]:
    """Widths with the room to spare: to whole words, left to right, then to the longest texts."""
    given = list(widths)
    for at, width in enumerate(whole):
        if width - given[at] <= spare:
            spare -= width - given[at]
            given[at] = width
    for most in (TEXT_CELLS, max(wanted)):
        asked = [max(now, min(most, width)) for now, width in zip(given, wanted, strict=True)]
        for _ in range(min(spare, sum(asked) - sum(given))):
            neediest = max(range(len(given)), key=lambda at: asked[at] / given[at])
            given[neediest] += 1
            spare -= 1
    return tuple(given)


def _longest_word(texts: Sequence[str]) -> int:
    return max((cell_len(word) for text in texts for word in text.split()), default=0) or 1
