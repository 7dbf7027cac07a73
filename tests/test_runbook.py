"""The runbook's commands still print what the page shows."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.soak
def test_every_command_of_the_runbook_prints_what_the_page_shows(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs"), *sys.path])
    runbook = import_module("runbook")

    written = runbook.PAGE.read_text(encoding="utf-8")

    assert written == runbook.page(), "run: python docs/runbook.py"
