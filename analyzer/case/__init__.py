"""The façade of notebooks and command line: load → judge → explain → report."""

from analyzer.case.case import Case
from analyzer.case.explanation import Explanation

__all__ = ["Case", "Explanation"]
