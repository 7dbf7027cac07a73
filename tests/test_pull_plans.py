from __future__ import annotations

import pytest

from benchmarks.bench_plans import compare

pytestmark = pytest.mark.soak

PEOPLE = 800
SEED = 20
"""Has movers, delegates, old programs, and a spray with legacy and modern clients."""


def test_both_plans_come_to_the_same_verdicts(tmp_path):
    found = compare(PEOPLE, SEED, tmp_path)

    assert found.differences == []
    assert {v["kind"] for v in found.full.verdicts.values()} >= {"misclassified", "genuine-legacy"}
    assert len(found.triage.verdicts) > 10
    assert 0.01 < found.legacy_share < 0.04
    # The client apps take two questions, however few people there are.
    people_and_policies = found.triage.requests - found.triage.by_kind["clientAppUsed"]
    assert people_and_policies <= 0.25 * found.full.requests
    assert set(found.changed.elements()) == set()
