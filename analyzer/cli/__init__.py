"""The command line: parse, call the case, print."""

from __future__ import annotations


def main() -> None:
    """Run ``analyzer``; the entry point that the installed script calls."""
    from analyzer.cli.run import main as run  # noqa: PLC0415 - importing a command loads no other

    run()
