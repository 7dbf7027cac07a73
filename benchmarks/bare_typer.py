"""A Typer app with as many commands as the analyzer's, none of which does anything."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def app_with(count: int) -> typer.Typer:
    """An app with ``count`` commands."""
    app = typer.Typer(rich_markup_mode=None, help="A bare app, to compare start-up with.")
    for number in range(count):
        app.command(f"command{number}", help=f"Command number {number}.")(_nothing)
    return app


def _nothing(path: Annotated[str, typer.Argument(help="Ignored.")] = "") -> None:
    """Do nothing."""


if __name__ == "__main__":
    app_with(int(sys.argv.pop(1)))()
