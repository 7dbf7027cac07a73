"""The hypotheses' case files on the scales: which of them notice that a check is gone."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.accuracy.running import ROOT
from benchmarks.weighing.samples import Bundle
from benchmarks.weighing.scales import Weighed
from tests.bundle_facts import facts

if TYPE_CHECKING:
    from benchmarks.weighing.scales import CheckKey

FILE = ROOT / "tests" / "cases" / "hypotheses.toml"


@dataclass(frozen=True, slots=True)
class Case:
    """One case of the file, weighed.

    Attributes:
        name: Its sentence.
        expect: The cause it asks for.
    """

    name: str
    expect: str
    weighed: Weighed

    @property
    def is_met(self) -> bool:
        """Whether the answer is the one asked for."""
        return self.weighed.decision.cause == self.expect

    def notices(self, check: CheckKey) -> bool:
        """Whether the case fails once this check is never asked."""
        return self.is_met and self.weighed.without(check).decision.cause != self.expect


def read_cases() -> tuple[Case, ...]:
    """All cases, in the order of the file."""
    return tuple(
        Case(
            name=case["name"],
            expect=case["expect"],
            weighed=Weighed.of(
                Bundle(facts(case.get("like", "stuck"), case.get("facts")), "", {"": 1})
            ),
        )
        for case in tomllib.loads(FILE.read_text(encoding="utf-8"))["case"]
    )
