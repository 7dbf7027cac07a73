"""What every page is made of: escaped templates, style, scripts, data, and the policy on them.

Everything from a log passes Jinja's autoescape; a Content-Security-Policy lets only the page's
own style and scripts (by hash) have an effect, and nothing be fetched.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from analyzer.report import palette
from analyzer.report.jsonout import encode
from analyzer.report.visible import visible

# Beyond this, details are packed: 2,000 verdicts are 5 MB of evidence, 0.6 MB when packed.
PLAIN_LIMIT_CHARACTERS = 500_000
# Up to so many rows are read, not searched.
FEW = 4


@dataclass(frozen=True, slots=True)
class DataBlock:
    """Data for the script: JSON, or JSON packed by gzip as base64."""

    kind: str
    text: Markup


def data_block(value: object) -> DataBlock:
    """JSON that cannot end its script element, packed when it is large."""
    text = encode(value)
    if len(text) > PLAIN_LIMIT_CHARACTERS:
        packed = base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
        return DataBlock("application/gzip", Markup(packed))  # noqa: S704 - base64
    safe = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return DataBlock("application/json", Markup(safe))  # noqa: S704 - no markup character is left


def content_security_policy(style: str, *scripts: str) -> str:
    """Policy under which only these very texts may style and run, and nothing is loaded."""
    allowed = " ".join(_hash(script) for script in scripts)
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {allowed}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def environment() -> Environment:
    """Templates of all pages: everything printed is escaped and made visible."""
    templates = Environment(
        loader=PackageLoader("analyzer.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    templates.filters["breakable"] = _breakable
    return templates


@cache
def script(name: str) -> Markup:
    """Script from the templates folder, as it is."""
    templates = environment()
    if templates.loader is None:
        msg = "the template environment has no loader"
        raise RuntimeError(msg)
    return Markup(templates.loader.get_source(templates, name)[0])  # noqa: S704 - our own file


@cache
def style(name: str) -> Markup:
    """Style sheet from the templates folder, with the palette's colours."""
    template = environment().get_template(name)
    return Markup(template.render(colours=palette.NAMED))  # noqa: S704 - our own file


def _shown(value: object) -> object:
    """Make what a template prints visible; markup of ours is left alone."""
    return visible(value) if type(value) is str else value


def _breakable(text: str) -> Markup:
    """Escaped text whose addresses go to the next line whole, or break before their @."""
    words = visible(text).split(" ")
    return Markup(" ").join(_address(word) if "@" in word else word for word in words)


def _address(word: str) -> Markup:
    broken = escape(word).replace("@", Markup("<wbr>@"))
    return Markup('<span class="a">{}</span>').format(broken)


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"
