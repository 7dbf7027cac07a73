"""The document as one self-contained page, and as a fragment for a notebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.report import page, palette
from analyzer.report.causes import STATUSES
from analyzer.report.phrases import stamp
from analyzer.report.timeline_data import timeline_data
from analyzer.results import KIND_OF

if TYPE_CHECKING:
    from markupsafe import Markup

    from analyzer.report.model import Card, Document


@dataclass(frozen=True, slots=True)
class _Row:
    """A verdict's two table rows; ``person`` is -1 where no timeline is drawn in it."""

    card: Card
    person: int
    last: str
    body: Markup


def render(document: Document) -> str:
    """HTML page of a document; opens from disk and needs no network."""
    people, timelines = timeline_data(document)
    rows = [
        _Row(
            card,
            -1 if document.person else people.get(card.verdict.user, -1),
            stamp(card.verdict.last_seen).removesuffix(" UTC"),
            _card_body(card),
        )
        for group in document.groups
        for card in group.cards
    ]
    is_packed = sum(len(row.body) for row in rows) > page.PLAIN_LIMIT_CHARACTERS
    blocks = {
        "kinds": page.data_block({cause.value: kind.value for cause, kind in KIND_OF.items()}),
        "timelines": page.data_block(timelines),
    }
    if is_packed:
        blocks["details"] = page.data_block([str(row.body) for row in rows])
    style = page.style("report.css.j2")
    early, script = page.script("early.js"), page.script("report.js")
    return (
        page.environment()
        .get_template("page.html.j2")
        .render(
            document=document,
            rows=rows,
            is_packed=is_packed,
            few=page.FEW,
            blocks=blocks,
            kinds=[tally for tally in document.tallies if tally.people],
            statuses=STATUSES,
            most_people=max((row.people for row in document.summary), default=1),
            policy=page.content_security_policy(style, early, script),
            style=style,
            early_script=early,
            script=script,
        )
        + "\n"
    )


def fragment(document: Document) -> str:
    """HTML fragment of a document for a notebook: static, everything escaped, no script."""
    template = page.environment().get_template("fragment.html.j2")
    return template.render(document=document, alarm=palette.NAMED["alarm"].light)


def _card_body(card: Card) -> Markup:
    module = page.environment().get_template("card.html.j2").module
    body: Markup = module.card_body(card)  # type: ignore[attr-defined]
    return body
