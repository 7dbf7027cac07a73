"""What makes a folder a store; looked at by every run, so it loads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LEDGER = "ledger.sqlite"


def is_store(path: Path) -> bool:
    """Whether a folder is a store."""
    return (path / LEDGER).is_file()


TENANT_FOLDER = "raw/tenant"
POLICIES = "policies"


def latest_list(folder: Path, name: str) -> Path | None:
    """The newest list of that name (policies, named locations) that a store keeps."""
    found = sorted((folder / TENANT_FOLDER).glob(f"{name}-*.json"))
    return found[-1] if found else None
