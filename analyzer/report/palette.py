"""Colours shared by the page and the plots: told apart by colour-blind readers, light and dark.

Hues follow Okabe and Ito, "Color Universal Design" (https://jfly.uni-koeln.de/color/), darkened
for white paper and lightened for a dark screen until each has a contrast of at least 3 to its
background, which WCAG 2.2 asks of graphics (1.4.11). Colour never carries a meaning alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.results import Kind


@dataclass(frozen=True, slots=True)
class Shade:
    """One colour as hexadecimal RGB, for a light and for a dark background."""

    light: str
    dark: str


PAPER = Shade("#ffffff", "#12161c")
PANEL = Shade("#f5f7fa", "#1b2129")
INK = Shade("#17202b", "#e6eaf0")
MUTED = Shade("#566170", "#a3afbf")
LINE = Shade("#d5dbe3", "#36404d")
LINK = Shade("#00588a", "#7cc4f0")

_BLUE = Shade("#0072b2", "#56b4e9")
_VERMILLION = Shade("#c04000", "#ff8a50")
_OCHRE = Shade("#946600", "#e69f00")
_GREEN = Shade("#00795a", "#2cc295")
_PURPLE = Shade("#96458a", "#e39bc8")
_SLATE = Shade("#3f5a78", "#8fb0d6")
_GREY = Shade("#6b7583", "#94a1b2")

KINDS: dict[Kind, Shade] = {
    Kind.MISCLASSIFIED: _BLUE,
    Kind.HOSTILE: _VERMILLION,
    Kind.GENUINE_LEGACY: _OCHRE,
    Kind.UNRELATED: _GREY,
    Kind.UNDETERMINED: _PURPLE,
}

# Outcomes of a timeline mark; one that is not here is drawn as OTHER_OUTCOME.
OUTCOMES: dict[str, Shade] = {
    "move": _BLUE,
    "owner-move": _BLUE,
    "blocked": _VERMILLION,
    "policy": _OCHRE,
    "wrong-password": _GREY,
    "failure": _SLATE,
    "legacy-success": _PURPLE,
    "success": _GREEN,
    "interrupt": _GREY,
}
OTHER_OUTCOME = _GREY

# Outcomes drawn above a lane's line; the others hang below it, so that position tells too.
ABOVE = frozenset({"blocked", "policy", "wrong-password", "failure"})

NAMED: dict[str, Shade] = {
    "paper": PAPER,
    "panel": PANEL,
    "ink": INK,
    "muted": MUTED,
    "line": LINE,
    "link": LINK,
    "alarm": _VERMILLION,
    "caution": _OCHRE,
    **{f"k-{kind.value}": shade for kind, shade in KINDS.items()},
    **{f"o-{outcome}": shade for outcome, shade in OUTCOMES.items()},
    "o-other": OTHER_OUTCOME,
}
