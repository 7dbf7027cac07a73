"""The document as one self-contained page, and as a fragment for a notebook.

Everything from a log passes Jinja's autoescape; a Content-Security-Policy lets only the page's
own style and scripts (by hash) have an effect, and nothing be fetched.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analyzer.report import palette
from analyzer.report.causes import STATUSES
from analyzer.report.jsonout import encode
from analyzer.report.phrases import stamp
from analyzer.report.timeline_data import timeline_data
from analyzer.report.visible import visible
from analyzer.results import KIND_OF

if TYPE_CHECKING:
    from analyzer.report.model import Card, Document

# Beyond this, details are packed: 2,000 verdicts are 5 MB of evidence, 0.6 MB when packed.
_PLAIN_LIMIT_CHARACTERS = 500_000
# Up to so many verdicts are read, not searched.
_FEW = 4


@dataclass(frozen=True, slots=True)
class _Block:
    """Data for the script: JSON, or JSON packed by gzip as base64."""

    kind: str
    text: Markup


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
    is_packed = sum(len(row.body) for row in rows) > _PLAIN_LIMIT_CHARACTERS
    blocks = {
        "kinds": _block({cause.value: kind.value for cause, kind in KIND_OF.items()}),
        "timelines": _block(timelines),
    }
    if is_packed:
        blocks["details"] = _block([str(row.body) for row in rows])
    style, early, script = _style(), _asset("early.js"), _asset("report.js")
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            document=document,
            rows=rows,
            is_packed=is_packed,
            few=_FEW,
            blocks=blocks,
            kinds=[tally for tally in document.tallies if tally.people],
            statuses=STATUSES,
            most_people=max((row.people for row in document.summary), default=1),
            policy=content_security_policy(style, early, script),
            style=style,
            early_script=early,
            script=script,
        )
        + "\n"
    )


def fragment(document: Document) -> str:
    """HTML fragment of a document for a notebook: static, everything escaped, no script."""
    template = _environment().get_template("fragment.html.j2")
    return template.render(document=document, alarm=palette.NAMED["alarm"].light)


def content_security_policy(style: str, *scripts: str) -> str:
    """Policy under which only these very texts may style and run, and nothing is loaded."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {allowed}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _block(value: object) -> _Block:
    """JSON that cannot end its script element, packed when it is large."""
    text = encode(value)
    if len(text) > _PLAIN_LIMIT_CHARACTERS:
        packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
        return _Block("application/gzip", Markup(packed))  # noqa: S704 - base64
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return _Block("application/json", Markup(safe))  # noqa: S704 - no markup character is left


def _card_body(card: Card) -> Markup:
    module = _environment().get_template("card.html.j2").module
    body: Markup = module.card_body(card)  # type: ignore[attr-defined]
    return body


def _shown(value: object) -> object:
    """Make what a template prints visible; markup of ours is left alone."""
    return visible(value) if type(value) is str else value


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("analyzer.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


@cache
def _asset(name: str) -> Markup:
    """Script or style from the templates folder, as it is."""
    environment = _environment()
    if environment.loader is None:
        msg = "the template environment has no loader"
        raise RuntimeError(msg)
    return Markup(environment.loader.get_source(environment, name)[0])  # noqa: S704 - our own file


@cache
def _style() -> Markup:
    template = _environment().get_template("report.css.j2")
    return Markup(template.render(colours=palette.NAMED))  # noqa: S704 - our own file
