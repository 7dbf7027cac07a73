"""``analyzer doctor``: settings and where they came from, versions, and the checks of a pull."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.cli import graph_options as graph_opt
from analyzer.cli import options as opt
from analyzer.cli.examples import examples
from analyzer.cli.output import emit, say

if TYPE_CHECKING:
    from analyzer.sources.configuration import GraphSettings
    from analyzer.sources.graph.findings import Finding

HELP = """Check settings, credentials and permissions.

Prints every setting with where it came from (of secrets only whether they are set) and versions.
Then asks Graph: which permissions there are, whether sign-ins show their policies, how far back
they reach, and whether the clock is right. Exit code 4 when a check failed.
"""
EPILOG = examples(
    "analyzer doctor --store store/ --since 2026-03-01",
    "analyzer doctor --auth certificate --cloud usgov",
)

NOT_PERMITTED = 4
# A day of sign-ins of some ten thousand people; a pull estimates its own need.
_ROOM_BYTES = 1 << 30
_PATIENCE_SECONDS = 15.0


class DoctorFormat(StrEnum):
    """Forms the doctor's report can be written in."""

    TABLE = "table"
    JSON = "json"


Store = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="DIR", help="Check the disk that this store is, or will be, on."
    ),
]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="Check whether sign-ins reach back so far."),
]
Offline = Annotated[bool, typer.Option("--offline", help="Ask nothing of the network.")]
Form = Annotated[DoctorFormat, typer.Option("--format", help="Form of the report.")]


def doctor(
    *,
    store: Store = None,
    since: Since = None,
    auth: graph_opt.Auth = None,
    cloud: graph_opt.Cloud = None,
    config: graph_opt.Config = None,
    offline: Offline = False,
    form: Form = DoctorFormat.TABLE,
    output: opt.Output = None,
) -> None:
    """Check settings, credentials, permissions and disk before a pull."""
    from analyzer.cli.diagnosis import Diagnosis, as_json, as_text, versions  # noqa: PLC0415
    from analyzer.sources.configuration import (  # noqa: PLC0415
        load_configuration,
        unknown_variables,
    )
    from analyzer.times import parse_instant  # noqa: PLC0415

    now = datetime.now(UTC).replace(microsecond=0)
    start = parse_instant(since, what="--since") if since is not None else None
    for warning in unknown_variables(os.environ):
        say(f"warning: {warning}")
    configuration = load_configuration(
        {"auth": auth, "cloud": cloud}, environ=os.environ, config_path=config
    )
    findings = (
        _local(start, now, store) if offline else _asked(configuration.graph, start, now, store)
    )
    diagnosis = Diagnosis(now, configuration, versions(), findings)
    emit(as_json(diagnosis) if form == DoctorFormat.JSON else as_text(diagnosis), output)
    raise typer.Exit(NOT_PERMITTED if diagnosis.has_failed else 0)


def _local(start: datetime | None, now: datetime, store: Path | None) -> tuple[Finding, ...]:
    """What can be checked without the network."""
    from analyzer.sources.graph import preflight  # noqa: PLC0415 - not for the help

    found: list[Finding] = []
    if start is not None:
        found.append(preflight.retention(start, now, now, preflight.RETENTION_DAYS))
    if store is not None:
        found.append(preflight.disk_space(store, _ROOM_BYTES))
    return tuple(found)


def _asked(
    settings: GraphSettings, start: datetime | None, now: datetime, store: Path | None
) -> tuple[Finding, ...]:
    """All checks; where there is no token, that and what can be checked without one."""
    import asyncio  # noqa: PLC0415 - not for the help
    from dataclasses import replace  # noqa: PLC0415

    from analyzer.errors import PermissionMissingError  # noqa: PLC0415
    from analyzer.sources.graph.credentials import token_source  # noqa: PLC0415
    from analyzer.sources.graph.findings import Finding  # noqa: PLC0415
    from analyzer.sources.graph.permissions import held  # noqa: PLC0415
    from analyzer.sources.graph.preflight import preflight  # noqa: PLC0415

    async def checked() -> tuple[Finding, ...]:
        from analyzer.sources.graph.transport import connect  # noqa: PLC0415 - 0.3 s

        # A person waits for this one.
        brief = replace(settings, give_up_seconds=min(_PATIENCE_SECONDS, settings.give_up_seconds))
        async with connect(brief, tokens) as graph:
            return await preflight(
                graph,
                held=held(token),
                now=datetime.now(UTC).replace(microsecond=0),
                since=start,
                store_folder=store,
                needed_bytes=_ROOM_BYTES,
            )

    try:
        tokens = token_source(settings, os.environ, tell=say)
        token = tokens.token()
        found = asyncio.run(checked())
    except PermissionMissingError as error:
        refused = Finding("credentials", "failed", error.problem, error.remedy)
        return (refused, *_local(start, now, store))
    return (Finding("token", "ok", f"There is a token from {tokens.where}."), *found)
