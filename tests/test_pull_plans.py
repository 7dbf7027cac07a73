from __future__ import annotations

import pytest

from benchmarks.bench_plans import compare

pytestmark = pytest.mark.soak

PEOPLE = 600


# Seed 1 has a slow spray with legacy clients, 20 a distributed one with modern clients, too.
@pytest.mark.parametrize("seed", [1, 20])
def test_both_plans_come_to_the_same_verdicts(seed, tmp_path):
    found = compare(PEOPLE, seed, tmp_path)

    assert found.differences == []
    assert {v["kind"] for v in found.full.verdicts.values()} >= {"misclassified", "genuine-legacy"}
    assert len(found.triage.verdicts) > 10
    assert 0.01 < found.legacy_share < 0.04
    # Two dozen questions name the client apps, however few people there are.
    people_and_policies = found.triage.requests - found.triage.by_kind["clientAppUsed"]
    assert people_and_policies <= 0.25 * found.full.requests
    assert set(found.changed.elements()) == set()
