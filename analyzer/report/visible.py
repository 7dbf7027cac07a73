"""Text from a log made safe to look at: nothing invisible, nothing that moves a cursor."""

from __future__ import annotations

import unicodedata

# Cc: C0 and C1 controls (ANSI escapes begin with one). Cf: bidirectional overrides, zero-width
# and tag characters ("Trojan Source", CVE-2021-42574). Cs: lone surrogates, which no encoder
# accepts. Zl, Zp: line separators that some viewers break at. Co: private use, drawn as anything.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
# Zero-width joiner and non-joiner spell words in several scripts, and join emoji.
_SPELLING = frozenset({"\u200c", "\u200d"})


def is_unseen(character: str) -> bool:
    """Whether a character would be invisible, move the cursor, or reorder its neighbours."""
    return unicodedata.category(character) in _UNSEEN and character not in _SPELLING


def visible(text: str, *, keep: str = "") -> str:
    """Copy of ``text`` with each unseen character written out as ``<U+001B>``.

    Args:
        text: Any text, hostile included.
        keep: Characters left as they are, for instance a newline.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"<U+{ord(character):04X}>" if character not in keep and is_unseen(character) else character
        for character in text
    )


def one_line(text: str) -> str:
    """``visible`` text on one line: line ends and tabs become single blanks."""
    return visible(" ".join(text.split()))
