"""Any other failure: neither a policy nor a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.hypotheses.model import Check, Hypothesis, answer_of
from analyzer.results import Cause
from analyzer.vocabulary.error_codes import meaning

if TYPE_CHECKING:
    from analyzer.hypotheses.facts import Facts


def _codes(facts: Facts) -> str:
    return "; ".join(f"{code} {meaning(code)}".strip() for code in facts.error_codes)


def _actions(facts: Facts) -> tuple[str, ...]:
    return (f"Look the code up and act on it; it has nothing to do with a move: {_codes(facts)}.",)


HYPOTHESIS = Hypothesis(
    cause=Cause.OTHER_FAILURE,
    title="Another failure",
    why="The code is neither a policy's nor a wrong password's.",
    source="MicrosoftDocs/entra-docs, reference-error-codes",
    blind_spots=("Codes that Microsoft adds later fall in here until the table knows them.",),
    priors={("failure", "*"): -0.5},
    checks=(
        Check(
            "code-is-other",
            "Is the code neither a policy's nor a wrong password's?",
            lambda _facts: answer_of(True),
            lambda facts, _answer: (
                f"The code is neither a policy's nor a wrong password's: {_codes(facts)}."
            ),
            yes=4.0,
            no=0.0,
        ),
    ),
    actions=_actions,
)
