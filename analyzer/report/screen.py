"""What every report for a terminal is made of: a console in memory, lines, bullets, blocks."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from analyzer.report.model import Tone
from analyzer.report.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import RenderableType

    from analyzer.report.model import Block

WIDTH = 80

_TONES = {Tone.ALARM: "bold red", Tone.CAUTION: "yellow", Tone.CALM: ""}
_SIGNS = {Tone.ALARM: "!! ", Tone.CAUTION: "!  ", Tone.CALM: ""}


def printed(parts: Iterable[RenderableType], *, width: int, color: bool) -> str:
    """Text of the parts one below the other, ending in a line end, no blanks at ends of lines.

    Args:
        parts: Printed in order.
        width: Columns to fit into.
        color: Write ANSI colours.
    """
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=color,
        color_system="standard" if color else None,
        no_color=not color,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    lines = (line.rstrip() for line in capture.get().splitlines())
    return "\n".join(lines).strip("\n") + "\n"


def line(text: str, style: str = "") -> Text:
    """Text from anywhere on one line, nothing in it unseen."""
    return Text(one_line(text), style=style)


def bulleted(sign: str, text: str, style: str = "") -> Table:
    """Text behind a sign, its further lines indented to its first."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(sign, style=style), line(text))
    return grid


def heading(title: str, tone: Tone) -> Text:
    """Title of a block, as loud as its tone."""
    return Text(_SIGNS[tone] + one_line(title), style=f"{_TONES[tone]} bold".strip())


def block(told: Block) -> Group:
    """A heading with its sentences as bullets."""
    return Group(
        heading(told.title, told.tone), *(bulleted("  -", each) for each in told.sentences)
    )


def plain_table() -> Table:
    """Table without lines, as wide as the screen."""
    return Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), expand=True, header_style="bold")
