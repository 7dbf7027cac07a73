from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
import typer.main

from analyzer.cli.app import app

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def generate():
    spec = importlib.util.spec_from_file_location("docs_generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["verdicts.md", "commands.md"])
def test_generated_page_is_what_the_program_says_now(generate, name):
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")

    assert written == generate.PAGES[name](), "run: python docs/generate.py"


def test_every_command_stands_in_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    missing = [
        name for name in typer.main.get_command(app).commands if f"analyzer {name}" not in readme
    ]
    assert missing == []


def test_links_between_the_pages_lead_somewhere():
    pages = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").glob("*.md")]
    broken = [
        (page.name, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]

    assert broken == []
