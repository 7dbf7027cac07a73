"""Writes the pages of docs/ that are made from the program itself: verdicts.md and commands.md.

Run ``python docs/generate.py``; a test fails where a page is not what this would write.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import typer.main  # noqa: E402 - the checkout comes first on the path
from click import Context  # noqa: E402
from typer.core import TyperGroup  # noqa: E402

from analyzer.case import Case  # noqa: E402
from analyzer.cli.app import app  # noqa: E402
from analyzer.cli.demo import sample_inputs  # noqa: E402
from analyzer.hypotheses import HYPOTHESES, Hypothesis  # noqa: E402
from analyzer.report.causes import CAUSES  # noqa: E402
from analyzer.report.marked import escape  # noqa: E402
from analyzer.results import KIND_OF, Answer, Cause, Verdict  # noqa: E402

DOCS = ROOT / "docs"

INTRODUCTION = """# Verdicts

What each cause means, what is asked before it is given, and what to do. Made by `docs/generate.py`
from the hypotheses themselves and the invented tenant in `sample_data/contoso`.

## How a verdict comes about

1. **Was it a failure?** A sign-in is *blocked* when its code is one of Conditional Access
   (53003, 530032, 530035, ...), or when its Conditional Access status is `failure` **and** an enforced
   policy with the control Block has the result `failure`. Both halves count: status alone or a failed
   policy alone blocks nobody, and report-only results never do. ActiveSync can read code 0 and be
   blocked. A legacy client that is asked for a second factor or a device, or whose Conditional Access
   status is `failure` for any enforced policy, is blocked *indirectly*: it cannot answer.
2. **From where?** *Hostile*: wrong passwords for at least five people within half an hour (or ten over
   the whole input), and more people failing than succeeding at that address or network; or at least
   five people's wrong passwords within an hour, each from a place strange for that person. *Familiar*:
   address, network or country is known from the person's own modern successes (one day is enough in a
   country the organisation works in; elsewhere two, since a stranger with the right password gets in,
   too), or colleagues sign in from that network as a habit. *Unfamiliar*: address, network **and**
   country are new for the person and nobody signs in from there normally. Otherwise *unknown*.
3. **Which side of the cut-over?** Before or after the person's own; for a delegate, of each mailbox he
   has rights on.
4. **Which hypothesis?** Each applicable one starts at a prior and adds the weight of every answered
   check, in natural log-odds. `unknown` weighs nothing. Belief is the softmax beside "none of these";
   below 50 %, or less than 15 points ahead of the next, the verdict is `undetermined`. The confidence
   that is shown is how often a cause that leads so far was right on simulated tenants: two numbers a
   cause, in [calibration.py](../analyzer/hypotheses/calibration.py), fitted by `make calibrate`. What
   each check carries stands in [checks.md](checks.md).
5. **Status.** *Recovered*: the same kind of client later succeeded with modern authentication (Outlook on
   the web or Teams is no recovery of Outlook). *Stopped*: quiet for a working day at the end of the
   window. Else *ongoing*.

`legacy-success` (a legacy client was let in), `success` and `interrupt` (a prompt) are events, never
verdicts.
"""

UNDETERMINED = """## undetermined

Kind: undetermined. The evidence does not decide; the report names the readings between which it hangs,
and what would decide: an export that is missing, or more days of sign-ins. A client that was not logged
is neither legacy nor modern, so its blocks end here unless its agent names a client.
"""


def sample_verdicts() -> dict[Cause, Verdict]:
    """The first verdict of each cause in the sample tenant."""
    inputs = sample_inputs(ROOT / "sample_data" / "contoso")
    case = Case.load(
        inputs.signins,
        moves=inputs.moves,
        recipients=inputs.recipients,
        permissions=inputs.permissions,
        cas_mailbox=inputs.cas_mailbox,
        org_config=inputs.org_config,
        policies=inputs.policies,
        moves_timezone=inputs.moves_timezone,
    )
    try:
        found: dict[Cause, Verdict] = {}
        for verdict in case.result.verdicts:
            found.setdefault(verdict.cause, verdict)
        return found
    finally:
        case.close()


def verdicts_page() -> str:
    """The text of docs/verdicts.md."""
    examples = sample_verdicts()
    parts = [INTRODUCTION]
    parts += [cause_section(hypothesis, examples) for hypothesis in HYPOTHESES]
    return "\n".join([*parts, UNDETERMINED])


def cause_section(hypothesis: Hypothesis, examples: dict[Cause, Verdict]) -> str:
    """One cause: meaning, checks, blind spots, and an example with its actions."""
    words = CAUSES[hypothesis.cause]
    lines = [
        f"## {hypothesis.cause}",
        "",
        f"**{words.title}.** Kind: {KIND_OF[hypothesis.cause]}. {words.means}",
        "",
        f"Why it happens: {hypothesis.why}",
        "",
        "| check | asks | from | yes | no |",
        "|---|---|---|---:|---:|",
        *(
            f"| `{c.id}` | {c.asks} | {c.source} | {c.yes:+.1f} | {c.no:+.1f} |"
            for c in hypothesis.checks
        ),
        "",
        "Cannot see: " + " ".join(hypothesis.blind_spots),
        "",
        f"Source: {hypothesis.source}.",
        "",
    ]
    example = examples.get(hypothesis.cause)
    return "\n".join(lines + (_example(example) if example else []))


def _example(verdict: Verdict) -> list[str]:
    told = [item for item in verdict.evidence if item.answer is not Answer.UNKNOWN]
    return [
        f"Example, `{verdict.user}` ({verdict.events} sign-ins, {verdict.status}):",
        "",
        *(f"- {item.answer}: {escape(item.says)}" for item in told),
        "",
        "What to do:",
        "",
        *(f"1. {escape(action)}" for action in verdict.actions),
        "",
    ]


def commands_page() -> str:
    """The text of docs/commands.md: every command's help, as printed at 100 columns."""
    group = typer.main.get_command(app)
    top = Context(group, info_name="analyzer", max_content_width=100, terminal_width=100)
    parts = ["# Commands", "", "Made by `docs/generate.py` from the program's own help.", ""]
    return "\n".join([*parts, "```text", group.get_help(top), "```", "", *_helps(group, top)])


def _helps(group: TyperGroup, above: Context) -> list[str]:
    """A section for each command of a group, those below it likewise."""
    parts: list[str] = []
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        context = Context(
            command, info_name=name, parent=above, max_content_width=100, terminal_width=100
        )
        title = f"## {context.command_path}"
        parts += [title, "", "```text", command.get_help(context), "```", ""]
        if isinstance(command, TyperGroup):
            parts += _helps(command, context)
    return parts


PAGES = {"verdicts.md": verdicts_page, "commands.md": commands_page}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
