"""The document as text for a terminal or a pipe: 80 columns, colour only where asked for."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from analyzer.report.model import Tone
from analyzer.report.phrases import people, stamp
from analyzer.report.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from analyzer.report.model import (
        Block,
        Card,
        Document,
        EvidenceLine,
        Moment,
        Story,
        SummaryRow,
    )
    from analyzer.report.model import Group as CauseGroup

WIDTH = 80
SHOWN_PER_CAUSE = 10

_TONES = {Tone.ALARM: "bold red", Tone.CAUTION: "yellow", Tone.CALM: ""}
_SIGNS = {Tone.ALARM: "!! ", Tone.CAUTION: "!  ", Tone.CALM: ""}


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
        for part in _parts(document, shown_per_cause):
            console.print(part)
    lines = (line.rstrip() for line in capture.get().splitlines())
    return "\n".join(lines).strip("\n") + "\n"


def plain(document: Document) -> str:
    """Text of a document at 80 columns without colour, for ``print`` and pipes."""
    return render(document)


def _parts(document: Document, shown_per_cause: int) -> Iterable[RenderableType]:
    yield _text(document.title, "bold")
    yield _text(f"{document.window}. {document.generated}.", "dim")
    for block in document.coverage:
        yield Text()
        yield _block(block)
    yield Text()
    yield _text(document.headline, "bold")
    if document.standing:
        yield _text(document.standing)
    if document.beside:
        yield _text(document.beside)
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
        yield _text("All evidence about one person: analyzer explain PERSON (same inputs).", "dim")


def _text(text: str, style: str = "") -> Text:
    return Text(one_line(text), style=style)


def _bulleted(sign: str, text: str, style: str = "") -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(sign, style=style), _text(text))
    return grid


def _block(block: Block) -> Group:
    style = _TONES[block.tone]
    title = Text(_SIGNS[block.tone] + block.title, style=f"{style} bold".strip())
    return Group(title, *(_bulleted("  -", sentence) for sentence in block.sentences))


def _summary(rows: Sequence[SummaryRow]) -> Table:
    table = _table()
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


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), expand=True, header_style="bold")


def _group(group: CauseGroup, shown: int) -> Iterable[RenderableType]:
    yield Text()
    yield Text(f"{group.title} - {people(group.people)}", style="bold")
    yield _text(group.means, "dim")
    yield _verdicts(group.cards[:shown])
    hidden = len(group.cards) - shown
    if hidden > 0:
        yield _text(
            f"... and {hidden:,} more; the {shown} most urgent are shown. "
            "All of them: --format html, csv or json.",
            "italic",
        )
    for action in group.actions:
        yield _bulleted("  ->", action, "bold")


def _verdicts(cards: Sequence[Card]) -> Table:
    table = _table()
    table.add_column("Person", overflow="fold", ratio=1)
    table.add_column("Client", overflow="fold", max_width=14)
    table.add_column("Status", no_wrap=True)
    table.add_column("Sure", justify="right", no_wrap=True)
    table.add_column("Fails", justify="right", no_wrap=True)
    table.add_column("Last (UTC)", no_wrap=True)
    for card in cards:
        table.add_row(
            _text(card.verdict.user),
            _text(card.client),
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
    yield _text(f"{card.title} - {card.confidence} sure, {card.kind_title.lower()}", "bold")
    yield _text(card.who)
    yield _text(card.means, "dim")
    if card.story:
        yield from _story(card.story)
    else:
        yield _text(card.standing)
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
        facts.add_row(_text(fact.name, "dim"), _text(fact.value + source))
    yield Padding(facts, (0, 0, 0, 4))


def _story(story: Story) -> Iterable[RenderableType]:
    yield Text("  What happened")
    yield from (
        _bulleted(f"  {number:>3}.", sentence) for number, sentence in enumerate(story.told, 1)
    )
    yield from _sentences("What would have shown otherwise", "~", story.otherwise)
    yield from _sentences("Strongest evidence against it", "-", (story.against,))
    yield from _sentences("What would settle it", "?", story.would_settle)


def _evidence(title: str, sign: str, lines: Sequence[EvidenceLine]) -> Iterable[RenderableType]:
    return _sentences(title, sign, [f"{line.says} [{_whence(line)}]" for line in lines])


def _whence(line: EvidenceLine) -> str:
    weight = line.item.weight
    return f"{line.source}, {weight:+.1f}" if weight else line.source


def _sentences(title: str, sign: str, sentences: Sequence[str]) -> Iterable[RenderableType]:
    if sentences:
        yield Text(f"  {title}")
        yield from (_bulleted(f"    {sign}", sentence) for sentence in sentences)


def _moment(moment: Moment) -> RenderableType:
    said = f"{moment.what}. {moment.says}" if moment.says else moment.what
    source = f" [{moment.source}]" if moment.source else ""
    return _bulleted(f"  {moment.when}", said + source)
