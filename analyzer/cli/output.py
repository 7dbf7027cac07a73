"""Results to standard output or a file; words about the run to standard error."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.cli.options import Format, PersonFormat
    from analyzer.report.model import Document
    from analyzer.report.sheet import Sheet
    from analyzer.results import Result

_PIPED = 80
_NARROWEST = 60
_WIDEST = 160


def emit(text: str, output: Path | None = None) -> None:
    """Write a result, as UTF-8, to ``output`` or to standard output.

    A reader that went away (``| head``) is no error.
    """
    content = text.encode("utf-8", "backslashreplace")
    if output is not None:
        from analyzer.sources.atomic import write_atomically  # noqa: PLC0415 - not for the help

        write_atomically(output, content)
        return
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        # What is left in the buffer would raise again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Print a line about the run to standard error."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - the one place that does


def triage_text(result: Result, form: Format, *, to_file: bool) -> str:
    """A whole result in one of the forms of ``--format``."""
    from analyzer.report import document, jsonout, rows  # noqa: PLC0415

    if form == "json":
        return jsonout.dumps(result)
    if form == "ndjson":
        return rows.to_ndjson(result)
    if form == "csv":
        return rows.to_csv(result)
    return _worded(document.build(result), form, to_file=to_file)


def person_text(result: Result, person: str, form: PersonFormat, *, to_file: bool) -> str:
    """What a result says about one person, in one of the forms of ``explain --format``."""
    from analyzer.report import document, jsonout  # noqa: PLC0415

    told = document.explain(result, person)
    if form == "json":
        return jsonout.explained(told)
    return _worded(told, form, to_file=to_file)


def sheet_text(sheet: Sheet, form: Format, *, to_file: bool) -> str:
    """A sheet in one of the forms of ``--format`` but JSON, which each command writes itself."""
    if form == "json":
        msg = "a sheet holds words; JSON is made of the facts behind them"
        raise ValueError(msg)
    if form in {"csv", "ndjson"}:
        from analyzer.report import sheet_csv  # noqa: PLC0415

        return sheet_csv.render(sheet) if form == "csv" else sheet_csv.to_ndjson(sheet)
    if form == "markdown":
        from analyzer.report import sheet_markdown  # noqa: PLC0415

        return sheet_markdown.render(sheet)
    if form == "html":
        from analyzer.report import sheet_html  # noqa: PLC0415

        return sheet_html.render(sheet)
    from analyzer.report import sheet_terminal  # noqa: PLC0415

    width, color = _screen(to_file=to_file)
    return sheet_terminal.render(sheet, width=width, color=color)


def _worded(told: Document, form: Format | PersonFormat, *, to_file: bool) -> str:
    if form == "markdown":
        from analyzer.report import markdown  # noqa: PLC0415

        return markdown.render(told)
    if form == "html":
        from analyzer.report import html  # noqa: PLC0415

        return html.render(told)
    from analyzer.report import terminal  # noqa: PLC0415

    width, color = _screen(to_file=to_file)
    return terminal.render(told, width=width, color=color)


def _screen(*, to_file: bool) -> tuple[int, bool]:
    """Columns to fit into and whether to colour: a pipe or a file is 80 wide and plain."""
    if to_file or not sys.stdout.isatty():
        return _PIPED, False
    return _columns(), _may_color()


def _columns() -> int:
    return max(_NARROWEST, min(_WIDEST, shutil.get_terminal_size().columns))


def _may_color() -> bool:
    """Whether a terminal may be coloured. Source: https://no-color.org."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
