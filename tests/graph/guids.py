"""Identifiers from a seeded generator."""

from __future__ import annotations

import random


def guid(rng: random.Random) -> str:
    """A version 4 GUID, lower case."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
