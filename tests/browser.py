"""A real browser for the tests: opens a page headless and gives back the page as it ended up."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def browser_binary() -> str:
    """Path of a Chromium; without one the test is skipped, in CI it fails."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"CI needs a browser, none of {', '.join(NAMES)} is installed")
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    return found


@dataclass
class Page:
    """What a page became after its scripts had run."""

    title: str = ""
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    text: str = ""

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.append((tag, {name: value or "" for name, value in attrs}))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title" and not self.page.title:
            self.page.title = data
        elif self._inside not in ("script", "style"):
            self.page.text += data


def read_page(source: str) -> Page:
    """Tags, title and text of HTML."""
    reader = _Reader()
    reader.feed(source)
    return reader.page


def open_page(binary: str, path: Path, fragment: str = "", width: int = 1280) -> Page:
    """Open a file in a fresh profile, let its scripts end, and return the page."""
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as profile:
        done = subprocess.run(
            [
                binary,
                *FLAGS,
                f"--user-data-dir={profile}",
                f"--window-size={width},900",
                "--virtual-time-budget=5000",
                "--dump-dom",
                path.as_uri() + fragment,
            ],
            capture_output=True,
            timeout=60,
            check=True,
        )
    return read_page(done.stdout.decode())
