"""What the exit code says of a run that was carried through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.cli.options import FailOn
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.results import Result

DONE = 0
INCOMPLETE = 5
FINDINGS = 6


def refuse_new(fail_on: FailOn | None) -> None:
    """Refuse ``--fail-on new`` where nothing remembers an earlier run.

    Raises:
        UsageError: ``new`` was asked for.
    """
    if fail_on is FailOn.NEW:
        msg = "--fail-on new compares with an earlier run, and this command keeps none"
        raise UsageError(msg, remedy="Use --fail-on any or --fail-on hostile.")


def exit_code(result: Result, *, allow_incomplete: bool, fail_on: FailOn | None = None) -> int:
    """0, 5 for incomplete sign-in data, or 6 for the findings that were asked for.

    6 wins over 5: an attack that was found is no less found because a line of a file could
    not be read, and whoever asked for ``--fail-on`` waits for it. That data is missing still
    stands first in the report and on standard error.
    """
    from analyzer.results import Kind  # noqa: PLC0415 - its classes cost the help 15 ms

    if fail_on is FailOn.ANY and result.verdicts:
        return FINDINGS
    if fail_on is FailOn.HOSTILE and any(each.kind is Kind.HOSTILE for each in result.verdicts):
        return FINDINGS
    if not result.coverage.complete and not allow_incomplete:
        return INCOMPLETE
    return DONE
