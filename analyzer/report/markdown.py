"""The document as Markdown for an issue, a wiki or a chat: escaped, so that text stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.report.marked import block, escape, listed, table
from analyzer.report.phrases import people, stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.report.model import Card, Document, EvidenceLine, Group, Story


def render(document: Document) -> str:
    """Markdown of a document, ending in a line end; coverage comes first."""
    return "\n".join(_lines(document)).rstrip("\n") + "\n"


def _lines(document: Document) -> Iterable[str]:
    yield f"# {escape(document.title)}"
    yield ""
    yield f"{escape(document.window)}. {escape(document.generated)}."
    for each in document.coverage:
        yield from block(each)
    yield ""
    yield f"**{escape(document.headline)}**"
    for sentence in (document.standing, document.beside):
        if sentence:
            yield ""
            yield escape(sentence)
    if document.summary:
        yield from _summary(document)
    for group in document.groups:
        yield from _group(group, in_full=document.person is not None)
    if document.timeline:
        yield from _timeline(document)


def _summary(document: Document) -> Iterable[str]:
    headings = ("Cause", "Kind", "People", "Ongoing", "Stopped", "Recovered", "Failing sign-ins")
    return table(
        headings,
        (
            (
                row.title,
                row.kind_title,
                f"{row.people:,}",
                f"{row.ongoing:,}",
                f"{row.stopped:,}",
                f"{row.recovered:,}",
                f"{row.events:,}",
            )
            for row in document.summary
        ),
    )


def _group(group: Group, *, in_full: bool) -> Iterable[str]:
    yield ""
    yield f"## {escape(group.title)} ({people(group.people)})"
    yield ""
    yield escape(group.means)
    if in_full:
        for card in group.cards:
            yield from _card(card)
        return
    yield from table(
        ("Person", "Client", "Status", "Confidence", "Failing sign-ins", "First", "Last"),
        (
            (
                card.who,
                card.client,
                card.status_title,
                card.confidence,
                f"{card.verdict.events:,}",
                stamp(card.verdict.first_seen),
                stamp(card.verdict.last_seen),
            )
            for card in group.cards
        ),
    )
    if group.actions:
        yield from listed("What to do", group.actions)


def _card(card: Card) -> Iterable[str]:
    yield ""
    yield f"### {escape(card.who)}: {escape(card.client)}"
    yield ""
    if card.story:
        yield f"{card.confidence} sure."
        yield from _story(card.story)
    else:
        yield f"{card.confidence} sure. {escape(card.standing)}"
    yield from listed("What to do", card.actions)
    yield from _evidence("Speaks for it", card.supports)
    yield from _evidence("Speaks against it", card.speaks_against)
    yield from _evidence("Speaks for neither", card.noted)
    yield from _evidence("Cannot be told", card.unknown)
    yield from listed("What would decide", card.would_decide)
    yield from listed("Other causes weighed", card.alternatives)
    yield ""
    yield f"{card.facts_title}:"
    yield from table(
        ("Fact", "Value", "From"), ((fact.name, fact.value, fact.source) for fact in card.facts)
    )


def _story(story: Story) -> Iterable[str]:
    yield ""
    yield "What happened:"
    yield ""
    yield from (f"{number}. {escape(sentence)}" for number, sentence in enumerate(story.told, 1))
    yield from listed("What would have shown otherwise", story.otherwise)
    yield from listed("Strongest evidence against it", (story.against,))
    yield from listed("What would settle it", story.would_settle)


def _evidence(title: str, lines: Sequence[EvidenceLine]) -> Iterable[str]:
    return listed(title, [f"{line.says} [{line.source}]" for line in lines])


def _timeline(document: Document) -> Iterable[str]:
    yield ""
    yield "## Timeline"
    rows = ((each.when, each.what, each.says, each.source) for each in document.timeline)
    yield from table(("When", "What", "Details", "From"), rows)
