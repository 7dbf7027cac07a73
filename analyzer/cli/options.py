"""Arguments and options that mean the same in every command, declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """Forms a triage can be written in."""

    TABLE = "table"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"


class PersonFormat(StrEnum):
    """Forms an explanation of one person can be written in."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"


class DateOrder(StrEnum):
    """Order of day, month and year in dates like 03/04/2026."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


class FailOn(StrEnum):
    """Findings that make the exit code 6."""

    ANY = "any"
    NEW = "new"
    HOSTILE = "hostile"


Signins = Annotated[
    list[str],
    typer.Argument(
        metavar="SIGNINS",
        help="Sign-in exports: files, folders, globs, or - for standard input.",
        show_default=False,
    ),
]
MaybeSignins = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SIGNINS",
        help="Sign-in exports as for triage, or one saved JSON result.",
        show_default=False,
    ),
]
Moves = Annotated[
    list[Path] | None,
    typer.Option("--moves", metavar="FILE", help="Mailbox moves. May be given several times."),
]
Recipients = Annotated[
    list[Path] | None,
    typer.Option("--recipients", metavar="FILE", help="Recipients, to join moves to people."),
]
Permissions = Annotated[
    list[Path] | None,
    typer.Option("--permissions", metavar="FILE", help="Who has rights on which mailbox."),
]
CasMailbox = Annotated[
    list[Path] | None,
    typer.Option("--cas-mailbox", metavar="FILE", help="MAPI over HTTP, per mailbox."),
]
OrgConfig = Annotated[
    list[Path] | None,
    typer.Option("--org-config", metavar="FILE", help="MAPI over HTTP, for the organisation."),
]
Policies = Annotated[
    list[Path] | None,
    typer.Option("--policies", metavar="FILE", help="Conditional Access policies, from Graph."),
]
Groups = Annotated[
    list[Path] | None,
    typer.Option(
        "--groups",
        metavar="FILE",
        help="Members of the groups that policies name: CSV GroupId,MemberId, or JSON.",
    ),
]
OnpremLogs = Annotated[
    list[str] | None,
    typer.Option(
        "--onprem-logs",
        metavar="PATH",
        help="Front-end logs of on-premises Exchange: files, folders, globs. Repeatable.",
    ),
]
MovesTimezone = Annotated[
    str | None,
    typer.Option(
        "--moves-timezone", metavar="ZONE", help="Zone of the moves' times: America/Toronto, UTC."
    ),
]
DateOrderOption = Annotated[
    DateOrder | None,
    typer.Option("--date-order", help="Order of dates like 03/04/2026, where no date decides."),
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Leave out what is earlier.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="Leave out this time and later.")
]
FormatOption = Annotated[Format, typer.Option("--format", help="Form of the result.")]
PersonFormatOption = Annotated[PersonFormat, typer.Option("--format", help="Form of the result.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", metavar="FILE", help="Write there instead of to standard output."),
]
Events = Annotated[
    Path | None,
    typer.Option(
        "--events", metavar="FILE", help="Write every sign-in with its cause: csv, parquet, ndjson."
    ),
]
Rejects = Annotated[
    Path | None,
    typer.Option("--rejects", metavar="FILE", help="Write records that could not be read."),
]
Remediation = Annotated[
    Path | None,
    typer.Option("--remediation", metavar="FILE.ps1", help="Write a PowerShell script for review."),
]
AllowIncomplete = Annotated[
    bool, typer.Option("--allow-incomplete", help="Exit 0 though sign-in data is missing.")
]
FailOnOption = Annotated[
    FailOn | None, typer.Option("--fail-on", help="Exit 6 when there are such findings.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on standard error.")]
