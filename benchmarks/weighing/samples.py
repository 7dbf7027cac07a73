"""Bundles with their facts and their truth: one sample is one tenant at one level of evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.accuracy.levels import LEVEL_BY_NAME

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts
    from benchmarks.accuracy.levels import Level
    from benchmarks.accuracy.truth import Pair


@dataclass(frozen=True, slots=True)
class Bundle:
    """One failing bundle.

    Attributes:
        facts: What the hypotheses are asked about.
        user: What reports call its person, lower case.
        sign_ins: Its sign-ins by true cause.
    """

    facts: Facts
    user: str
    sign_ins: dict[str, int]

    @property
    def cause(self) -> str:
        """True cause of most of its sign-ins; of several, the first by name."""
        return min(self.sign_ins, key=lambda cause: (-self.sign_ins[cause], cause))


@dataclass(frozen=True, slots=True)
class Sample:
    """One tenant at one level of evidence.

    Attributes:
        bundles: All that have a sign-in in the truth, in the order in which they are judged.
        pairs: Every person and cause in the truth.
    """

    seed: int
    level_name: str
    bundles: tuple[Bundle, ...]
    pairs: frozenset[Pair]

    @property
    def level(self) -> Level:
        """How much evidence was given."""
        return LEVEL_BY_NAME[self.level_name]
