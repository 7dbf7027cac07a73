"""Options of the commands that ask Microsoft Graph, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Auth = Annotated[
    str | None,
    typer.Option(
        "--auth",
        metavar="KIND",
        help="Credential: default, environment, certificate, secret, managed-identity, "
        "workload-identity, cli, device-code, browser.",
    ),
]
Cloud = Annotated[
    str | None,
    typer.Option("--cloud", metavar="CLOUD", help="Cloud: global, usgov, dod, china."),
]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Settings; else analyzer.toml, if it is there."),
]
