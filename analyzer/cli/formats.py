"""``analyzer formats``: the exports that are read, and those refused by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.cli.examples import examples
from analyzer.cli.output import emit
from analyzer.cli.paragraphs import paragraph

if TYPE_CHECKING:
    from collections.abc import Iterable

HELP = """List the sign-in exports that can be read.

Formats are recognised by content, never by file name, plain or inside .gz and .zip, mixed in one
call. Files often found beside them that hold no sign-ins are listed with what to do instead.
"""
EPILOG = examples("analyzer formats", "analyzer formats | grep -i -A 6 sentinel")


def formats() -> None:
    """List the sign-in exports that can be read."""
    emit("\n".join(_lines()) + "\n")


def _lines() -> Iterable[str]:
    from analyzer.formats import FORMATS, STRANGERS  # noqa: PLC0415 - not for the help

    yield "Read as sign-ins"
    for known in FORMATS:
        yield ""
        yield paragraph(f"{known.name}: {known.title}", indent=2)
        yield paragraph(known.what, indent=4)
        yield paragraph(f"Source: {known.source}", indent=4)
    yield ""
    yield "Recognised and refused"
    for stranger in STRANGERS:
        yield ""
        yield paragraph(f"{stranger.name}: {stranger.looks_like}", indent=2)
        yield paragraph(stranger.remedy, indent=4, mark="-> ")
