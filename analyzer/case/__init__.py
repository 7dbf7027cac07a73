"""The façade of notebooks and command line: load → judge → explain → report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.case.case import Case

if TYPE_CHECKING:
    from analyzer.case.explanation import Explanation as Explanation

__all__ = ["Case", "Explanation"]


def __getattr__(name: str) -> object:
    """Load what draws only when it is asked for: a triage starts with its scan."""
    if name == "Explanation":
        from analyzer.case.explanation import Explanation  # noqa: PLC0415 - the point

        return Explanation
    raise AttributeError(name)
