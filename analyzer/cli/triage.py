"""``analyzer triage``: why each sign-in failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from analyzer.cli import options as opt
from analyzer.cli.examples import examples
from analyzer.cli.inputs import Inputs, load
from analyzer.cli.options import Format
from analyzer.cli.outcome import INCOMPLETE, exit_code, refuse_new
from analyzer.cli.output import emit, say, triage_text
from analyzer.cli.progress import Progress

if TYPE_CHECKING:
    from pathlib import Path

    from analyzer.results import Result

HELP = """Say why each sign-in failed.

Reads sign-in exports of any format and whatever evidence there is, and names for every person and
kind of client the cause, the evidence for and against it, and what to do. What is missing is said
first. Exit code 5 when sign-in data is missing, 6 when --fail-on finds something (6 wins).
"""
EPILOG = examples(
    "analyzer triage exports/ --moves moves.csv --moves-timezone America/Toronto",
    "analyzer triage signins.json --format html --output report.html",
)

# The other forms have no place for a timeline.
_WITH_TIMELINES = (Format.JSON, Format.HTML)


def triage(
    signins: opt.Signins,
    *,
    moves: opt.Moves = None,
    recipients: opt.Recipients = None,
    permissions: opt.Permissions = None,
    cas_mailbox: opt.CasMailbox = None,
    org_config: opt.OrgConfig = None,
    policies: opt.Policies = None,
    onprem_logs: opt.OnpremLogs = None,
    moves_timezone: opt.MovesTimezone = None,
    date_order: opt.DateOrderOption = None,
    since: opt.Since = None,
    until: opt.Until = None,
    form: opt.FormatOption = Format.TABLE,
    output: opt.Output = None,
    events: opt.Events = None,
    rejects: opt.Rejects = None,
    remediation: opt.Remediation = None,
    allow_incomplete: opt.AllowIncomplete = False,
    fail_on: opt.FailOnOption = None,
    quiet: opt.Quiet = False,
) -> None:
    """Say why each sign-in failed."""
    refuse_new(fail_on)
    inputs = Inputs(
        signins, moves, recipients, permissions, cas_mailbox, org_config, policies,
        moves_timezone, date_order, since, until, rejects, onprem_logs,
    )  # fmt: skip
    with Progress(is_quiet=quiet) as progress:
        result = run(inputs, progress, form=form, output=output, events=events)
    if remediation is not None:
        _write_remediation(result, remediation)
    raise typer.Exit(exit_code(result, allow_incomplete=allow_incomplete, fail_on=fail_on))


def run(
    inputs: Inputs, progress: Progress, *, form: Format, output: Path | None, events: Path | None
) -> Result:
    """Triage the inputs, write the report and, where asked for, the events."""
    case = load(inputs, progress)
    try:
        if events is not None:
            progress("writing events")
            case.write_events(events)
        progress("writing the report")
        result = case.result_with_timelines if form in _WITH_TIMELINES else case.result
        emit(triage_text(result, form, to_file=output is not None), output)
        _warn(result)
        return result
    finally:
        case.close()


def _warn(result: Result) -> None:
    """Say on standard error that data is missing, for whoever sees only that."""
    if not result.coverage.complete:
        say(f"analyzer: part of the sign-in data is missing (exit code {INCOMPLETE}); see coverage")


def _write_remediation(result: Result, path: Path) -> None:
    from analyzer.report import remediation  # noqa: PLC0415 - only when asked for

    emit(remediation.powershell(result), path)
