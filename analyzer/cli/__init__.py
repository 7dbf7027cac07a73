"""The command line: parse, call the case, print."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run ``analyzer``; the entry point that the installed script calls.

    Ends the process itself once everything is written: taking a large run's objects apart one
    by one, only to give their memory back, takes as long as judging them did.
    """
    from analyzer.cli.run import main as run  # noqa: PLC0415 - importing a command loads no other

    code = 0
    try:
        run()
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        code = end.code or 0
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass
    os._exit(code)
