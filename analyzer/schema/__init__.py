"""The canonical tables: every column once, with kind, meaning and unit."""

from analyzer.schema.column import Column
from analyzer.schema.policy_results import POLICY_RESULTS
from analyzer.schema.signins import SIGNINS

__all__ = ["POLICY_RESULTS", "SIGNINS", "Column"]
