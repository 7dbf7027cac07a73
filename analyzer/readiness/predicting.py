"""Whether an Outlook reconfigures after the move: two halves, either of which may settle it.

Stuck needs both: an Outlook that is not on MAPI over HTTP, and an enforced policy that turns its
legacy fallback away. One half's clear "no" settles the matter; an unknown half settles nothing.
Source: field guide section 1; KB 3126599 (MicrosoftDocs/OfficeDocs-Support).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from analyzer.readiness.model import Basis, Predicted
from analyzer.results import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analyzer.readiness.blocking import Blocking
    from analyzer.readiness.outlook import Outlook

CONFIDENCE: Mapping[Basis, float] = MappingProxyType(
    {
        "observed-rpc": 0.95,
        "observed-mapi": 0.97,
        "setting-off": 0.83,
        "setting-on": 0.97,
        "exchange-2010": 0.83,
        "old-outlook": 0.90,
        "not-blocked": 0.95,
        "excluded": 0.90,
        "delegates": 0.70,
    }
)
"""How often a forecast on such grounds is right.

Read from ten simulated tenants for tuning (``python -m benchmarks.readiness --seeds 1-10``), never
above what was seen there and never 1. What they had too few of (nobody blocked, excluded, too old,
delegates) is set by hand. How Outlooks on RPC over HTTP fare is an assumption of the simulator:
docs/readiness-accuracy.md.
"""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is predicted, on what grounds; ``confidence`` is None where nothing is."""

    predicted: Predicted
    basis: Basis

    @property
    def confidence(self) -> float | None:
        """How often such a forecast is right."""
        return CONFIDENCE.get(self.basis)


_UNKNOWN = Forecast(Predicted.UNKNOWN, "none")


def forecast(outlook: Outlook, blocking: Blocking) -> Forecast:
    """What becomes of one person's Outlook once a mailbox that it opens has moved."""
    if blocking.answer is Answer.NO:
        return Forecast(Predicted.RECONFIGURES, "excluded" if blocking.excluded else "not-blocked")
    if outlook.is_old:
        return _if_blocked(blocking, "old-outlook")
    if outlook.on_rpc is Answer.NO:
        return Forecast(Predicted.RECONFIGURES, _basis(outlook))
    if outlook.on_rpc is Answer.YES:
        return _if_blocked(blocking, _basis(outlook))
    return _UNKNOWN


def _if_blocked(blocking: Blocking, basis: Basis) -> Forecast:
    return Forecast(Predicted.STUCK, basis) if blocking.answer is Answer.YES else _UNKNOWN


def _basis(outlook: Outlook) -> Basis:
    is_on_rpc = outlook.on_rpc is Answer.YES
    if outlook.seen is not None:
        return "observed-rpc" if is_on_rpc else "observed-mapi"
    if outlook.setting_from == "exchange-2010":
        return "exchange-2010"
    return "setting-off" if is_on_rpc else "setting-on"
