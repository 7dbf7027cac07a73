"""``analyzer policies``: which policies block legacy clients, when not, and what a change does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli import options as opt
from analyzer.cli.examples import examples
from analyzer.cli.inputs import Inputs, load
from analyzer.cli.options import FailOn, Format
from analyzer.cli.outcome import DONE, FINDINGS, INCOMPLETE, refuse_new
from analyzer.cli.output import emit, say, sheet_text
from analyzer.cli.progress import Progress
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.policies.result import PoliciesResult

HELP = """Say what blocks legacy clients, and when it did not.

Policies by definition and by what was seen, with exclusions, the history of changes, every window
in which the block was weakened and who came in, and exclusions that have no reason any more. Works
with sign-ins, with definitions, or with a store, which brings its own policies and audits.
--what-if replays the sign-ins against a changed policy. Exit code 6 when --fail-on any finds the
block weakened.
"""
EPILOG = examples(
    "analyzer policies exports/ --policies policies.json --audits audits.json",
    'analyzer policies --store store/ --what-if "CA001 state=disabled"',
)

Signins = Annotated[
    list[str] | None,
    typer.Argument(metavar="SIGNINS", help="Sign-in exports as for triage.", show_default=False),
]
StoreOption = Annotated[
    Path | None,
    typer.Option("--store", metavar="DIR", help="A store: its sign-ins, policies and audits."),
]
Audits = Annotated[
    list[Path] | None,
    typer.Option("--audits", metavar="FILE", help="Directory audits. May be given several times."),
]
WhatIf = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="CHANGE",
        help='Replay with a change: "POLICY state=enabled", "POLICY exclude-group=ID", '
        "exclude-user=UPN, include-group=ID, remove-exclusion=ID.",
    ),
]
Script = Annotated[
    Path | None,
    typer.Option("--script", metavar="FILE.ps1", help="Write a script that closes exclusions."),
]


def policies(
    signins: Signins = None,
    *,
    policies: opt.Policies = None,
    store: StoreOption = None,
    audits: Audits = None,
    groups: opt.Groups = None,
    what_if: WhatIf = None,
    script: Script = None,
    moves: opt.Moves = None,
    recipients: opt.Recipients = None,
    permissions: opt.Permissions = None,
    cas_mailbox: opt.CasMailbox = None,
    org_config: opt.OrgConfig = None,
    moves_timezone: opt.MovesTimezone = None,
    date_order: opt.DateOrderOption = None,
    since: opt.Since = None,
    until: opt.Until = None,
    form: opt.FormatOption = Format.TABLE,
    output: opt.Output = None,
    rejects: opt.Rejects = None,
    allow_incomplete: opt.AllowIncomplete = False,
    fail_on: opt.FailOnOption = None,
    quiet: opt.Quiet = False,
) -> None:
    """Say what blocks legacy clients, and when it did not."""
    refuse_new(fail_on)
    named = [*(signins or ()), *([str(store)] if store is not None else [])]
    inputs = Inputs(
        named, moves, recipients, permissions, cas_mailbox, org_config, policies,
        moves_timezone, date_order, since, until, rejects,
    )  # fmt: skip
    with Progress(is_quiet=quiet) as progress:
        result = _reviewed(inputs, audits or [], groups or [], what_if or [], progress)
        progress("writing the report")
        emit(_text(result, form, to_file=output is not None), output)
    if script is not None:
        from analyzer.report import policies_script  # noqa: PLC0415 - only when asked for

        emit(policies_script.powershell(result), script)
    raise typer.Exit(_exit_code(result, allow_incomplete=allow_incomplete, fail_on=fail_on))


def _reviewed(
    inputs: Inputs, audits: list[Path], groups: list[Path], what_if: list[str], progress: Progress
) -> PoliciesResult:
    from analyzer.sources.store.marks import is_store  # noqa: PLC0415 - not for the help

    if not inputs.signins:
        return _definitions(inputs, audits, groups, what_if)
    case = load(inputs, progress)
    try:
        progress("reviewing policies")
        stores = [Path(each) for each in inputs.signins if is_store(Path(each))]
        return case.policies(audits=[*audits, *stores], groups=groups, what_if=what_if)
    finally:
        case.close()


def _definitions(
    inputs: Inputs, audits: list[Path], groups: list[Path], what_if: list[str]
) -> PoliciesResult:
    """What can be said without any sign-in.

    Raises:
        UsageError: Neither policies nor audits were given.
    """
    if not inputs.policies and not audits:
        msg = "nothing to review: neither sign-ins, nor --policies, --audits or --store"
        raise UsageError(msg, remedy="Give --policies FILE, --store DIR, or sign-in exports.")
    from analyzer.case.policies import definitions_only  # noqa: PLC0415 - not for the help

    return definitions_only(
        policies=inputs.policies or (),
        audits=audits,
        groups=groups,
        recipients=inputs.recipients or (),
        moves=inputs.moves or (),
        moves_timezone=inputs.moves_timezone,
        date_order=None if inputs.date_order is None else inputs.date_order.value,
        what_if=what_if,
    )


def _text(result: PoliciesResult, form: Format, *, to_file: bool) -> str:
    from analyzer.report import policies_json, policies_sheet  # noqa: PLC0415 - not for the help

    if form is Format.JSON:
        return policies_json.dumps(result)
    if form is Format.NDJSON:
        return policies_json.to_ndjson(result)
    return sheet_text(policies_sheet.sheet(result), form, to_file=to_file)


def _exit_code(result: PoliciesResult, *, allow_incomplete: bool, fail_on: FailOn | None) -> int:
    """0, 5 for incomplete sign-in data, or 6 where the block was weakened; 6 wins."""
    from analyzer.policies.exposure import needless  # noqa: PLC0415 - not for the help

    weak = [window for window in result.windows if not needless(window)]
    if fail_on is FailOn.ANY and (weak or any(each.is_to_close for each in result.exclusions)):
        return FINDINGS
    places = {place for window in weak for arrival in window.did for place in arrival.places}
    if fail_on is FailOn.HOSTILE and "hostile" in places:
        return FINDINGS
    if not result.coverage.complete and not allow_incomplete:
        say(f"analyzer: part of the sign-in data is missing (exit code {INCOMPLETE}); see coverage")
        return INCOMPLETE
    return DONE
