"""Counts of one tenant or of many: they add up, and can be written as JSON."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Confusion = dict[str, dict[str, int]]
"""Number of events or verdicts by true cause and predicted cause."""

TENTHS = 10


def ratio(part: float, whole: float) -> float | None:
    """``part / whole``, or None of nothing."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Tally:
    """One cause: found, claimed wrongly, missed."""

    hit: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.hit + other.hit, self.false + other.false, self.missed + other.missed)

    @property
    def in_truth(self) -> int:
        """How many there are in the truth."""
        return self.hit + self.missed

    @property
    def precision(self) -> float | None:
        """Share of the claims that are right."""
        return ratio(self.hit, self.hit + self.false)

    @property
    def recall(self) -> float | None:
        """Share of the truth that was found."""
        return ratio(self.hit, self.in_truth)

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall."""
        return ratio(2 * self.hit, 2 * self.hit + self.false + self.missed)


@dataclass(frozen=True, slots=True)
class Share:
    """So many right of so many."""

    right: int = 0
    of: int = 0

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.of + other.of)

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return ratio(self.right, self.of)


@dataclass(frozen=True, slots=True)
class Tenth:
    """Verdicts whose confidence lies in one tenth."""

    count: int = 0
    confidence_sum: float = 0.0
    hits: int = 0
    squared_error_sum: float = 0.0

    def __add__(self, other: Tenth) -> Tenth:
        return Tenth(
            self.count + other.count,
            self.confidence_sum + other.confidence_sum,
            self.hits + other.hits,
            self.squared_error_sum + other.squared_error_sum,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """Everything that the scores are computed from.

    Attributes:
        verdicts: Tally of each cause, by pairs of person and cause.
        verdict_confusion: Pairs of the truth by true cause and what was said of them.
        events: All events, by true cause and predicted cause.
        owner: Right owners of right delegate verdicts.
        owner_unnamed: Those of them that name no owner.
        status: Right statuses of right pairs of person and cause.
        tenths: Verdicts by confidence, from lowest to highest.
        tenths_apart: The same with mover and delegate never taken as one cause.
        verdicts_said: Predicted verdicts, ``undetermined`` among them.
        verdicts_undetermined: Those that are ``undetermined``.
    """

    verdicts: dict[str, Tally] = field(default_factory=dict)
    verdict_confusion: Confusion = field(default_factory=dict)
    events: Confusion = field(default_factory=dict)
    owner: Share = Share()
    owner_unnamed: int = 0
    status: Share = Share()
    tenths: tuple[Tenth, ...] = (Tenth(),) * TENTHS
    tenths_apart: tuple[Tenth, ...] = (Tenth(),) * TENTHS
    verdicts_said: int = 0
    verdicts_undetermined: int = 0


def pooled(many: Iterable[Counts]) -> Counts:
    """The counts of several tenants together."""
    total = Counts()
    for counts in many:
        total = Counts(
            verdicts={
                cause: total.verdicts.get(cause, Tally()) + counts.verdicts.get(cause, Tally())
                for cause in total.verdicts | counts.verdicts
            },
            verdict_confusion=_added(total.verdict_confusion, counts.verdict_confusion),
            events=_added(total.events, counts.events),
            owner=total.owner + counts.owner,
            owner_unnamed=total.owner_unnamed + counts.owner_unnamed,
            status=total.status + counts.status,
            tenths=_summed(total.tenths, counts.tenths),
            tenths_apart=_summed(total.tenths_apart, counts.tenths_apart),
            verdicts_said=total.verdicts_said + counts.verdicts_said,
            verdicts_undetermined=total.verdicts_undetermined + counts.verdicts_undetermined,
        )
    return total


def _summed(left: tuple[Tenth, ...], right: tuple[Tenth, ...]) -> tuple[Tenth, ...]:
    return tuple(a + b for a, b in zip(left, right, strict=True))


def _added(left: Confusion, right: Confusion) -> Confusion:
    cells: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for confusion in (left, right):
        for truth, row in confusion.items():
            for predicted, count in row.items():
                cells[truth][predicted] += count
    return {truth: dict(row) for truth, row in cells.items()}


def to_json(counts: Counts) -> dict[str, Any]:
    """Counts as JSON values."""
    return asdict(counts)


def from_json(value: Mapping[str, Any]) -> Counts:
    """Counts from :func:`to_json`'s values."""
    return Counts(
        **{
            **value,
            "verdicts": {cause: Tally(**tally) for cause, tally in value["verdicts"].items()},
            "owner": Share(**value["owner"]),
            "status": Share(**value["status"]),
            "tenths": tuple(Tenth(**tenth) for tenth in value["tenths"]),
            "tenths_apart": tuple(Tenth(**tenth) for tenth in value["tenths_apart"]),
        }
    )
