"""What a check found: a state, a sentence, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Outcome of one check before a pull.

    Attributes:
        name: What was checked.
        state: ``unknown`` where it cannot be told; that never stops a pull.
        says: One sentence.
        remedy: One sentence in the imperative: which role or setting is missing. Empty where
            nothing is to be done.
    """

    name: str
    state: State
    says: str
    remedy: str = ""
