"""From how far a hypothesis leads to how often such a lead is right."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Curve:
    """Calibration of one cause: a rising line through log-odds, with a ceiling.

    It only ever rises, so more evidence for a cause never lowers the confidence in it.

    Attributes:
        shift: Log-odds of being right where the weighing sees no lead.
        slope: Log-odds of being right that each unit of lead adds; above 0.
        right: Verdicts of this cause that were right, of ``verdicts`` counted.
        verdicts: Each person's verdict at each level of evidence counts.
        distinct: The same verdicts, each counted once over all levels: what the ceiling rests on.
    """

    shift: float = 0.0
    slope: float = 1.0
    right: int = 0
    verdicts: int = 0
    distinct: int = 0

    @property
    def most(self) -> float:
        """The ceiling: so many cases without a mistake support no more (Laplace)."""
        return (self.distinct + 1) / (self.distinct + 2)

    def confidence(self, log_odds: float) -> float:
        """Probability that a verdict with this lead is right, above 0 and below 1."""
        return min(self.most, 1 / (1 + math.exp(-(self.shift + self.slope * log_odds))))
