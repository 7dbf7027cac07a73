"""What makes a folder a store; looked at by every run, so it loads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LEDGER = "ledger.sqlite"


def is_store(path: Path) -> bool:
    """Whether a folder is a store."""
    return (path / LEDGER).is_file()
