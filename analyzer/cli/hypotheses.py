"""``analyzer hypotheses``: every cause with its checks, weights, authority and blind spots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli.examples import examples
from analyzer.cli.output import emit
from analyzer.cli.paragraphs import paragraph
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analyzer.hypotheses import Hypothesis

HELP = """List the causes that are weighed, with their evidence.

For each: why it happens, on whose authority, what is asked of the data, what a yes and a no add
(log-odds: +2.3 makes the cause ten times as likely), and what it cannot see.
"""
EPILOG = examples("analyzer hypotheses", "analyzer hypotheses delegate-access")


def hypotheses(
    cause: Annotated[
        str | None, typer.Argument(metavar="CAUSE", help="Only this cause.", show_default=False)
    ] = None,
) -> None:
    """List the causes that are weighed, with their evidence."""
    from analyzer.hypotheses import HYPOTHESES  # noqa: PLC0415 - not for the help

    asked = [each for each in HYPOTHESES if cause is None or each.cause.value == cause]
    if not asked:
        names = ", ".join(each.cause.value for each in HYPOTHESES)
        msg = f"no hypothesis is named {cause!r}"
        raise UsageError(msg, remedy=f"Did you mean one of {names}?")
    emit("\n\n".join("\n".join(_lines(each)) for each in asked) + "\n")


def _lines(hypothesis: Hypothesis) -> Iterable[str]:
    yield f"{hypothesis.cause.value}: {hypothesis.title}"
    yield paragraph(hypothesis.why)
    yield paragraph(f"Source: {hypothesis.source}")
    for check in hypothesis.checks:
        weights = f"yes {check.yes:+.1f}, no {check.no:+.1f}, from {check.source}"
        yield paragraph(f"{check.id}: {check.asks} ({weights})", mark="? ")
    for blind_spot in hypothesis.blind_spots:
        yield paragraph(f"Cannot see: {blind_spot}", mark="! ")
