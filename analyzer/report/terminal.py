"""The document as text for a terminal or a pipe: 80 columns, colour only where asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer.report.phrases import people, stamp
from analyzer.report.screen import WIDTH, block, bulleted, line, plain_table, printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from analyzer.report.model import (
        Card,
        Document,
        EvidenceLine,
        Group,
        Moment,
        Story,
        SummaryRow,
    )

SHOWN_PER_CAUSE = 10


def render(
    document: Document,
    *,
    width: int = WIDTH,
    color: bool = False,
    shown_per_cause: int = SHOWN_PER_CAUSE,
) -> str:
    """Text of a document, ending in a line end.

    Args:
        document: About everybody, or about one person; the latter shows every evidence.
        width: Columns to fit into.
        color: Write ANSI colours. Off for pipes and under ``NO_COLOR``.
        shown_per_cause: Verdicts listed per cause; the rest is counted.
    """
    return printed(_parts(document, shown_per_cause), width=width, color=color)


def plain(document: Document) -> str:
    """Text of a document at 80 columns without colour, for ``print`` and pipes."""
    return render(document)


def _parts(document: Document, shown_per_cause: int) -> Iterable[RenderableType]:
    yield line(document.title, "bold")
    yield line(f"{document.window}. {document.generated}.", "dim")
    for each in document.coverage:
        yield Text()
        yield block(each)
    yield Text()
    yield line(document.headline, "bold")
    if document.standing:
        yield line(document.standing)
    if document.beside:
        yield line(document.beside)
    if document.person is not None:
        yield from _about_person(document)
        return
    if document.summary:
        yield Text()
        yield _summary(document.summary)
    for group in document.groups:
        yield from _group(group, shown_per_cause)
    if document.groups:
        yield Text()
        yield line("All evidence about one person: analyzer explain PERSON (same inputs).", "dim")


def _summary(rows: Sequence[SummaryRow]) -> Table:
    table = plain_table()
    table.add_column("Cause", overflow="fold", ratio=1)
    table.add_column("Kind")
    for heading in ("People", "Ongoing", "Stopped", "Recov."):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row.title,
            row.kind_title,
            f"{row.people:,}",
            f"{row.ongoing:,}",
            f"{row.stopped:,}",
            f"{row.recovered:,}",
        )
    return table


def _group(group: Group, shown: int) -> Iterable[RenderableType]:
    yield Text()
    yield Text(f"{group.title} - {people(group.people)}", style="bold")
    yield line(group.means, "dim")
    yield _verdicts(group.cards[:shown])
    hidden = len(group.cards) - shown
    if hidden > 0:
        yield line(
            f"... and {hidden:,} more; the {shown} most urgent are shown. "
            "All of them: --format html, csv or json.",
            "italic",
        )
    for action in group.actions:
        yield bulleted("  ->", action, "bold")


def _verdicts(cards: Sequence[Card]) -> Table:
    table = plain_table()
    table.add_column("Person", overflow="fold", ratio=1)
    table.add_column("Client", overflow="fold", max_width=14)
    table.add_column("Status", no_wrap=True)
    table.add_column("Sure", justify="right", no_wrap=True)
    table.add_column("Fails", justify="right", no_wrap=True)
    table.add_column("Last (UTC)", no_wrap=True)
    for card in cards:
        table.add_row(
            line(card.verdict.user),
            line(card.client),
            card.status_title,
            card.confidence.replace(" ", ""),
            f"{card.verdict.events:,}",
            stamp(card.verdict.last_seen).removesuffix(" UTC"),
        )
    return table


def _about_person(document: Document) -> Iterable[RenderableType]:
    for group in document.groups:
        for card in group.cards:
            yield Text()
            yield from _card(card)
    if document.timeline:
        yield Text()
        yield Text("Timeline", style="bold")
        yield from (_moment(moment) for moment in document.timeline)


def _card(card: Card) -> Iterable[RenderableType]:
    yield line(f"{card.title} - {card.confidence} sure, {card.kind_title.lower()}", "bold")
    yield line(card.who)
    yield line(card.means, "dim")
    if card.story:
        yield from _story(card.story)
    else:
        yield line(card.standing)
    yield from _sentences("What to do", "->", card.actions)
    yield from _evidence("Speaks for it", "+", card.supports)
    yield from _evidence("Speaks against it", "-", card.speaks_against)
    yield from _evidence("Speaks for neither", "=", card.noted)
    yield from _evidence("Cannot be told", "?", card.unknown)
    yield from _sentences("What would decide", "?", card.would_decide)
    yield from _sentences("Other causes weighed", "/", card.alternatives)
    yield Text(f"  {card.facts_title}")
    facts = Table.grid(padding=(0, 1))
    facts.add_column(no_wrap=True)
    facts.add_column(overflow="fold")
    for fact in card.facts:
        source = f" [{fact.source}]" if fact.source else ""
        facts.add_row(line(fact.name, "dim"), line(fact.value + source))
    yield Padding(facts, (0, 0, 0, 4))


def _story(story: Story) -> Iterable[RenderableType]:
    yield Text("  What happened")
    yield from (
        bulleted(f"  {number:>3}.", sentence) for number, sentence in enumerate(story.told, 1)
    )
    yield from _sentences("What would have shown otherwise", "~", story.otherwise)
    yield from _sentences("Strongest evidence against it", "-", (story.against,))
    yield from _sentences("What would settle it", "?", story.would_settle)


def _evidence(title: str, sign: str, lines: Sequence[EvidenceLine]) -> Iterable[RenderableType]:
    return _sentences(title, sign, [f"{each.says} [{_whence(each)}]" for each in lines])


def _whence(evidence: EvidenceLine) -> str:
    weight = evidence.item.weight
    return f"{evidence.source}, {weight:+.1f}" if weight else evidence.source


def _sentences(title: str, sign: str, sentences: Sequence[str]) -> Iterable[RenderableType]:
    if sentences:
        yield Text(f"  {title}")
        yield from (bulleted(f"    {sign}", sentence) for sentence in sentences)


def _moment(moment: Moment) -> RenderableType:
    said = f"{moment.what}. {moment.says}" if moment.says else moment.what
    source = f" [{moment.source}]" if moment.source else ""
    return bulleted(f"  {moment.when}", said + source)
