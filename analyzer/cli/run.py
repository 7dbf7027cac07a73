"""The program: runs a command and turns every error into a sentence and an exit code."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from analyzer.cli.app import app
from analyzer.cli.output import say
from analyzer.errors import AnalyzerError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typer import Typer

BUG = 1
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None, *, program: Typer = app) -> None:
    """Run the command line and exit.

    Raises:
        SystemExit: Always; design 4.2 lists the codes.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    # A triage makes hundreds of thousands of small objects that all live to the end: looking
    # for cycles among them, time and again, costs a tenth of the run.
    gc.set_threshold(500_000, 50, 1000)
    try:
        program(given, prog_name="analyzer")
    except AnalyzerError as error:
        say(f"analyzer: {_printable(str(error))}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last resort: what arrives here is our bug
        sys.exit(_our_bug(error, in_full="--debug" in given))


def _printable(text: str) -> str:
    from analyzer.report.visible import visible  # noqa: PLC0415 - not for the help

    return visible(text, keep="\n")


def _our_bug(error: Exception, *, in_full: bool) -> int:
    """Say in one line that this is a bug, and where the traceback is; return the exit code."""
    import tempfile  # noqa: PLC0415 - only ever needed here
    import traceback  # noqa: PLC0415

    trace = "".join(traceback.format_exception(error))
    what = _printable(f"{type(error).__name__}: {error}")
    if in_full:
        say(_printable(trace))
        say(f"analyzer: this is a bug of ours: {what}")
        return BUG
    with tempfile.NamedTemporaryFile(
        "w", prefix="analyzer-bug-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
    ) as file:
        file.write(trace)
    say(
        f"analyzer: this is a bug of ours: {what}. "
        f"Please report it with {file.name}, or run again with: analyzer --debug ..."
    )
    return BUG
