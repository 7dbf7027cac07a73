"""``analyzer demo``: a triage of the made-up tenant in sample_data/contoso."""

from __future__ import annotations

from pathlib import Path

import typer

from analyzer.cli import options as opt
from analyzer.cli.examples import examples
from analyzer.cli.inputs import Inputs
from analyzer.cli.options import Format
from analyzer.cli.progress import Progress
from analyzer.cli.triage import run
from analyzer.errors import UsageError

HELP = """Triage the made-up tenant that comes with the source.

Shows what a triage looks like on a tenant with every cause planted in it. The sample lies in
sample_data/contoso of a checkout, next to a README on what is planted; no real data is involved.
"""
EPILOG = examples("analyzer demo", "analyzer demo --format html --output demo.html")

SAMPLE = Path("sample_data", "contoso")


def demo(
    form: opt.FormatOption = Format.TABLE,
    output: opt.Output = None,
    quiet: opt.Quiet = False,
) -> None:
    """Triage the made-up tenant that comes with the source."""
    sample = find_sample([Path.cwd(), *Path.cwd().parents, Path(__file__).parents[2]])
    with Progress(is_quiet=quiet) as progress:
        run(sample_inputs(sample), progress, form=form, output=output, events=None)
    raise typer.Exit


def find_sample(folders: list[Path]) -> Path:
    """First of ``folders`` that has the sample in it, with the sample's path added.

    Raises:
        UsageError: None has; an installed package does not carry the sample.
    """
    for folder in folders:
        if (folder / SAMPLE).is_dir():
            return folder / SAMPLE
    msg = f"the sample tenant ({SAMPLE.as_posix()}) is not here; it comes with the source only"
    raise UsageError(msg, remedy="Run this inside a checkout of the repository.")


def sample_inputs(sample: Path) -> Inputs:
    """What to read of the sample; its README shows the same as one command."""
    evidence = sample / "evidence"
    return Inputs(
        signins=[str(sample / "signins")],
        moves=[evidence / "moves.csv"],
        moves_timezone="America/Toronto",
        recipients=[evidence / "recipients.csv"],
        permissions=[evidence / "mailbox-permissions.csv", evidence / "folder-permissions.csv"],
        cas_mailbox=[evidence / "cas-mailboxes.csv"],
        org_config=[evidence / "organization-config.txt"],
        policies=[evidence / "conditional-access-policies.json"],
    )
