"""The document as Markdown for an issue, a wiki or a chat: escaped, so that text stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzer.report.model import Tone
from analyzer.report.phrases import people, stamp
from analyzer.report.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analyzer.report.model import Block, Card, Document, EvidenceLine, Group, Story

# What CommonMark and GitHub give a meaning to inside a line. Brackets suffice against links, and
# an escaped # names no issue.
_SPECIAL = re.compile(r"([\\`*_\[\]#|~$])")
# A line that begins so would be a list, a rule or an underline.
_LINE_START = re.compile(r"^(\d*)([-+=.)])(?=[-=\s]|$)")
# An @ after a word is an address; anywhere else GitHub and chats would notify somebody.
_MENTION = re.compile(r"(?<![\w.+-])@")
_ZERO_WIDTH_SPACE = "&#8203;"


def escape(text: str) -> str:
    """Text that every Markdown reader shows as it is, on one line.

    Angle brackets and ampersands become entities; mentions and ``://`` are broken by an entity
    of no width, so that nobody is notified and nothing becomes a link by itself.
    """
    safe = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = _SPECIAL.sub(r"\\\1", safe)
    safe = _LINE_START.sub(r"\1\\\2", safe)
    safe = _MENTION.sub(f"@{_ZERO_WIDTH_SPACE}", safe)
    return safe.replace("://", f":{_ZERO_WIDTH_SPACE}//").replace(
        "www.", f"www{_ZERO_WIDTH_SPACE}."
    )


def render(document: Document) -> str:
    """Markdown of a document, ending in a line end; coverage comes first."""
    return "\n".join(_lines(document)).rstrip("\n") + "\n"


def _lines(document: Document) -> Iterable[str]:
    yield f"# {escape(document.title)}"
    yield ""
    yield f"{escape(document.window)}. {escape(document.generated)}."
    for block in document.coverage:
        yield from _block(block)
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


def _block(block: Block) -> Iterable[str]:
    sign = "**Warning.** " if block.tone is Tone.ALARM else ""
    yield ""
    yield f"{sign}**{escape(block.title)}**"
    yield ""
    yield from (f"- {escape(sentence)}" for sentence in block.sentences)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield ""
    yield f"| {' | '.join(headings)} |"
    yield f"|{' --- |' * len(headings)}"
    yield from (f"| {' | '.join(escape(cell) for cell in row)} |" for row in rows)


def _summary(document: Document) -> Iterable[str]:
    headings = ("Cause", "Kind", "People", "Ongoing", "Stopped", "Recovered", "Failing sign-ins")
    return _table(
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
    yield from _table(
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
        yield from _listed("What to do", group.actions)


def _card(card: Card) -> Iterable[str]:
    yield ""
    yield f"### {escape(card.who)}: {escape(card.client)}"
    yield ""
    if card.story:
        yield f"{card.confidence} sure."
        yield from _story(card.story)
    else:
        yield f"{card.confidence} sure. {escape(card.standing)}"
    yield from _listed("What to do", card.actions)
    yield from _evidence("Speaks for it", card.supports)
    yield from _evidence("Speaks against it", card.speaks_against)
    yield from _evidence("Speaks for neither", card.noted)
    yield from _evidence("Cannot be told", card.unknown)
    yield from _listed("What would decide", card.would_decide)
    yield from _listed("Other causes weighed", card.alternatives)
    yield ""
    yield f"{card.facts_title}:"
    yield from _table(
        ("Fact", "Value", "From"), ((fact.name, fact.value, fact.source) for fact in card.facts)
    )


def _story(story: Story) -> Iterable[str]:
    yield ""
    yield "What happened:"
    yield ""
    yield from (f"{number}. {escape(sentence)}" for number, sentence in enumerate(story.told, 1))
    yield from _listed("What would have shown otherwise", story.otherwise)
    yield from _listed("Strongest evidence against it", (story.against,))
    yield from _listed("What would settle it", story.would_settle)


def _evidence(title: str, lines: Sequence[EvidenceLine]) -> Iterable[str]:
    return _listed(title, [f"{line.says} [{line.source}]" for line in lines])


def _listed(title: str, sentences: Sequence[str]) -> Iterable[str]:
    if not sentences:
        return
    yield ""
    yield f"{title}:"
    yield ""
    yield from (f"- {escape(sentence)}" for sentence in sentences)


def _timeline(document: Document) -> Iterable[str]:
    yield ""
    yield "## Timeline"
    rows = ((each.when, each.what, each.says, each.source) for each in document.timeline)
    yield from _table(("When", "What", "Details", "From"), rows)
