"""The hypotheses' case files on the scales: which of them notice that a check is gone."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analyzer.results import Cause
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
        less_sure: A bundle that must be believed less, where the case names one.
    """

    name: str
    expect: str
    weighed: Weighed
    less_sure: Weighed | None = None

    @property
    def is_met(self) -> bool:
        """Whether the answer is the one asked for."""
        decision = self.weighed.decision
        other = self.less_sure.decision if self.less_sure else None
        return decision.cause == self.expect and (
            other is None
            or other.cause is Cause.UNDETERMINED
            or (other.cause == self.expect and other.confidence < decision.confidence)
        )

    def without(self, check: CheckKey) -> Case:
        """The same case with one check never asked."""
        return replace(
            self,
            weighed=self.weighed.without(check),
            less_sure=self.less_sure.without(check) if self.less_sure else None,
        )

    def notices(self, check: CheckKey) -> bool:
        """Whether the case fails once this check is never asked."""
        return self.is_met and not self.without(check).is_met


def read_cases() -> tuple[Case, ...]:
    """All cases, in the order of the file."""
    return tuple(_weighed(case) for case in tomllib.loads(FILE.read_text(encoding="utf-8"))["case"])


def _weighed(case: dict[str, Any]) -> Case:
    like, changes, less = case.get("like", "stuck"), case.get("facts", {}), case.get("surer_than")
    return Case(
        name=case["name"],
        expect=case["expect"],
        weighed=Weighed.of(Bundle(facts(like, changes), "", {"": 1})),
        less_sure=Weighed.of(Bundle(facts(like, changes | less), "", {"": 1})) if less else None,
    )
