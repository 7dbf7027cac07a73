"""``analyzer explain``: one person's story, every piece of evidence, and the timeline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli import options as opt
from analyzer.cli.examples import examples
from analyzer.cli.inputs import Inputs, load
from analyzer.cli.options import PersonFormat
from analyzer.cli.outcome import exit_code
from analyzer.cli.output import emit, person_text
from analyzer.cli.progress import Progress
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.results import Result

HELP = """Tell one person's story, with evidence and timeline.

Tells in order what happened, what would have shown another cause, the strongest evidence against
this one, and which missing export would settle it. PERSON is a user principal name, mail address,
object id or display name. The inputs are those of triage, or one saved result of triage --format
json, which is quicker.
"""
EPILOG = examples(
    "analyzer explain amy@contoso.example result.json",
    "analyzer explain amy@contoso.example exports/ --moves moves.csv --moves-timezone UTC",
)


def explain(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Whom to explain.")],
    signins: opt.MaybeSignins = None,
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
    form: opt.PersonFormatOption = PersonFormat.TABLE,
    output: opt.Output = None,
    rejects: opt.Rejects = None,
    allow_incomplete: opt.AllowIncomplete = False,
    quiet: opt.Quiet = False,
) -> None:
    """Tell one person's story, with evidence and timeline."""
    if not signins:
        msg = f"nothing to explain {person!r} from: no sign-ins were given"
        raise UsageError(msg, remedy="Name sign-in exports, or a saved JSON result, after PERSON.")
    inputs = Inputs(
        signins, moves, recipients, permissions, cas_mailbox, org_config, policies,
        moves_timezone, date_order, since, until, rejects, onprem_logs,
    )  # fmt: skip
    with Progress(is_quiet=quiet) as progress:
        result = _saved(signins) or _triaged(inputs, progress)
        emit(person_text(result, person, form, to_file=output is not None), output)
    raise typer.Exit(exit_code(result, allow_incomplete=allow_incomplete))


def _saved(signins: list[str]) -> Result | None:
    """Result that the one given file holds, or None where it is something else."""
    from analyzer.sources.saved import saved_result_text  # noqa: PLC0415 - not for the help

    if len(signins) != 1:
        return None
    text = saved_result_text(Path(signins[0]))
    if text is None:
        return None
    from analyzer.report import jsonin  # noqa: PLC0415

    return jsonin.loads(text, source=signins[0])


def _triaged(inputs: Inputs, progress: Progress) -> Result:
    case = load(inputs, progress)
    try:
        return case.result_with_timelines
    finally:
        case.close()
