"""Tells misclassified legacy-authentication blocks in Entra sign-in logs from real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.case import Case as Case

__all__ = ["Case", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Load the façade on first use, so that ``analyzer --help`` stays quick."""
    if name == "Case":
        from analyzer.case import Case  # noqa: PLC0415 - the point of this function

        return Case
    msg = f"module 'analyzer' has no attribute {name!r}. Did you mean 'Case'?"
    raise AttributeError(msg)
