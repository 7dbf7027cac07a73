"""What every report in Markdown is made of: escaped text, blocks, tables, lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analyzer.report.model import Tone
from analyzer.report.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from analyzer.report.model import Block

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


def block(told: Block) -> Iterable[str]:
    """Lines of a heading with its sentences as bullets, a blank line before."""
    sign = "**Warning.** " if told.tone is Tone.ALARM else ""
    yield ""
    yield f"{sign}**{escape(told.title)}**"
    yield ""
    yield from (f"- {escape(sentence)}" for sentence in told.sentences)


def table(
    headings: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: Collection[int] = ()
) -> Iterable[str]:
    """Lines of a table, a blank line before; ``numeric`` columns are aligned to the right."""
    rules = (" ---: |" if at in numeric else " --- |" for at in range(len(headings)))
    yield ""
    yield f"| {' | '.join(escape(heading) for heading in headings)} |"
    yield f"|{''.join(rules)}"
    yield from (f"| {' | '.join(escape(cell) for cell in row)} |" for row in rows)


def listed(title: str, sentences: Sequence[str]) -> Iterable[str]:
    """Lines of a titled list, a blank line before; none without sentences."""
    if not sentences:
        return
    yield ""
    yield f"{title}:"
    yield ""
    yield from (f"- {escape(sentence)}" for sentence in sentences)
