"""Writes docs/runbook.md: a migration from four weeks before to two weeks after.

Every step is a command that is run here, on the sample tenant, and stands in the page with what it
printed. Run ``python docs/runbook.py``; a test fails where the page is not what this would write.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "runbook.md"
STEPS = ROOT / "docs" / "runbook.toml"
SAMPLE = ROOT / "sample_data" / "contoso"
# The one thing in the output that differs from run to run: when a report was made.
_MADE = re.compile(r"\b([Mm]ade) \d{4}-\d\d-\d\d \d\d:\d\d UTC")
_LONGEST = 60
EXPORTS = "contoso/evidence"
EVIDENCE = " ".join(
    (
        f"--recipients {EXPORTS}/recipients.csv --permissions {EXPORTS}/mailbox-permissions.csv",
        f"--permissions {EXPORTS}/folder-permissions.csv",
        f"--cas-mailbox {EXPORTS}/cas-mailboxes.csv",
        f"--org-config {EXPORTS}/organization-config.txt",
        f"--policies {EXPORTS}/conditional-access-policies.json",
        f"--moves {EXPORTS}/moves.csv --moves-timezone America/Toronto",
    )
)
"""What the page's introduction sets, as the commands use it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One command of the runbook.

    Attributes:
        when: Heading it stands under; steps of one heading follow each other.
        text: What it is for, and what to make of the answer.
        command: As typed in a folder that holds the sample tenant as ``contoso``.
        exits: The exit code it must end with.
        shown: Lines of its output that the page shows; the rest is counted.
        show: A file to show instead of the output, where the command writes one.
    """

    when: str
    text: str
    command: str
    exits: int = 0
    shown: int = _LONGEST
    show: str = ""


def steps() -> list[Step]:
    """The steps as runbook.toml lists them."""
    return [Step(**step) for step in tomllib.loads(STEPS.read_text(encoding="utf-8"))["step"]]


def page() -> str:
    """The text of docs/runbook.md.

    Raises:
        RuntimeError: A command did not end as it should.
    """
    listed = steps()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(SAMPLE, folder / "contoso")
        said = [_run(step, folder) for step in listed]
    parts = [tomllib.loads(STEPS.read_text(encoding="utf-8"))["introduction"].strip(), ""]
    when = ""
    for step, output in zip(listed, said, strict=True):
        if step.when != when:
            when = step.when
            parts += [f"## {when}", ""]
        parts += [
            step.text.strip(),
            "",
            "```console",
            *_typed(step),
            *_cut(output, step),
            "```",
            "",
        ]
    return "\n".join(parts)


def _run(step: Step, folder: Path) -> str:
    paths = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    environment = {
        **os.environ,
        "PATH": os.pathsep.join(paths),
        "PYTHONPATH": str(ROOT),
        "E": EXPORTS,
        "EVIDENCE": EVIDENCE,
    }
    ran = subprocess.run(  # noqa: S602 - our own commands, as a reader would type them
        step.command,
        shell=True,
        cwd=folder,
        env={**environment, "NO_COLOR": "1", "COLUMNS": "80"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if ran.returncode != step.exits:
        msg = f"{step.command} ended with {ran.returncode}: {ran.stderr[-2000:]}"
        raise RuntimeError(msg)
    shown = (folder / step.show).read_text(encoding="utf-8-sig") if step.show else ran.stdout
    return _MADE.sub(r"\1 today", shown.replace(str(folder), "."))


def _typed(step: Step) -> list[str]:
    first, *rest = step.command.strip().splitlines()
    return [f"$ {first}", *rest]


def _cut(output: str, step: Step) -> list[str]:
    lines = output.rstrip("\n").splitlines()
    hidden = len(lines) - step.shown
    shown = lines[: step.shown]
    return [*shown, f"[… {hidden} more lines]"] if hidden > 0 else shown


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
