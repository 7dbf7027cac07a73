"""``analyzer readiness``: who of a planned batch will be stuck once it has moved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli import options as opt
from analyzer.cli.examples import examples
from analyzer.cli.options import FailOn, Format
from analyzer.cli.outcome import DONE, FINDINGS, INCOMPLETE
from analyzer.cli.output import emit, say, sheet_text
from analyzer.cli.progress import Progress
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.case.readiness import Inputs
    from analyzer.readiness.model import Readiness

HELP = """Say who of a planned batch will be stuck.

BATCH is the migration batch's CSV (EmailAddress), Get-MigrationUser, members of a group, or one
address a line. Says for each mailbox whether Outlook will reconfigure after the move, which
delegates who stay will be prompted, who should move together, and which phones and programs will be
blocked whatever is done. With --until, as of that time. --fail-on any: exit 6 when somebody will
be stuck.
"""
EPILOG = examples(
    "analyzer readiness batch.csv --cas-mailbox cas.csv --policies policies.json",
    "analyzer readiness batch.csv --signins store/ --format html --output ready.html",
)

BatchPath = Annotated[
    Path,
    typer.Argument(metavar="BATCH", help="The planned batch.", show_default=False),
]
SigninPaths = Annotated[
    list[str] | None,
    typer.Option("--signins", metavar="PATH", help="30 days of sign-ins: files, folders, a store."),
]
BatchSize = Annotated[
    int, typer.Option("--batch-size", metavar="N", help="Most mailboxes that move together.")
]


def readiness(
    batch: BatchPath,
    *,
    moves: opt.Moves = None,
    recipients: opt.Recipients = None,
    permissions: opt.Permissions = None,
    cas_mailbox: opt.CasMailbox = None,
    org_config: opt.OrgConfig = None,
    policies: opt.Policies = None,
    groups: opt.Groups = None,
    signins: SigninPaths = None,
    onprem_logs: opt.OnpremLogs = None,
    moves_timezone: opt.MovesTimezone = None,
    date_order: opt.DateOrderOption = None,
    since: opt.Since = None,
    until: opt.Until = None,
    batch_size: BatchSize = 50,
    form: opt.FormatOption = Format.TABLE,
    output: opt.Output = None,
    remediation: opt.Remediation = None,
    allow_incomplete: opt.AllowIncomplete = False,
    fail_on: opt.FailOnOption = None,
    quiet: opt.Quiet = False,
) -> None:
    """Say who of a planned batch will be stuck."""
    _refuse_others(fail_on)
    with Progress(is_quiet=quiet) as progress:
        from analyzer.case import readiness as case  # noqa: PLC0415 - heavy; not for the help
        from analyzer.times import parse_instant  # noqa: PLC0415

        as_of = None if until is None else parse_instant(until, what="until")
        reader = case.onprem_reader(onprem_logs, as_of, progress) if onprem_logs else None
        inputs = case.Inputs(
            batch=[batch],
            moves=moves or (),
            recipients=recipients or (),
            permissions=permissions or (),
            cas_mailbox=cas_mailbox or (),
            org_config=org_config or (),
            policies=policies or (),
            signins=signins or (),
            groups=groups or (),
            moves_timezone=moves_timezone,
            date_order=None if date_order is None else date_order.value,
            since=None if since is None else parse_instant(since, what="since"),
            until=as_of,
            onprem=reader,
        )
        result = _run(inputs, batch_size, progress)
        progress("writing the report")
        emit(readiness_text(result, form, to_file=output is not None), output)
    if remediation is not None:
        from analyzer.report import readiness_script  # noqa: PLC0415 - only when asked for

        emit(readiness_script.powershell(result), remediation)
    raise typer.Exit(_exit_code(result, allow_incomplete=allow_incomplete, fail_on=fail_on))


def _run(inputs: Inputs, batch_size: int, progress: Progress) -> Readiness:
    from analyzer.case.readiness import readiness_of  # noqa: PLC0415 - not for the help

    result = readiness_of(inputs, batch_size=batch_size, progress=progress)
    if not result.coverage.complete:
        say(f"analyzer: part of the sign-in data is missing (exit code {INCOMPLETE}); see coverage")
    return result


def readiness_text(result: Readiness, form: Format, *, to_file: bool) -> str:
    """A forecast in one of the forms of ``--format``."""
    from analyzer.report import readiness_json, readiness_sheet  # noqa: PLC0415

    if form == "json":
        return readiness_json.dumps(result)
    if form == "ndjson":
        return readiness_json.to_ndjson(result)
    return sheet_text(readiness_sheet.sheet(result), form, to_file=to_file)


def _refuse_others(fail_on: FailOn | None) -> None:
    if fail_on is not None and fail_on is not FailOn.ANY:
        msg = f"--fail-on {fail_on.value} asks for what a forecast does not hold"
        raise UsageError(msg, remedy="Use --fail-on any.")


def _exit_code(result: Readiness, *, allow_incomplete: bool, fail_on: FailOn | None) -> int:
    """0, 5 for incomplete sign-in data, or 6 where somebody will be stuck and it was asked."""
    from analyzer.readiness.model import Predicted  # noqa: PLC0415 - not for the help

    if fail_on is FailOn.ANY and result.of(Predicted.STUCK):
        return FINDINGS
    return DONE if result.coverage.complete or allow_incomplete else INCOMPLETE
