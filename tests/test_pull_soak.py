"""Some of the scenarios of ``make soak``: nothing is lost, doubled or hidden by a kill -9."""

from __future__ import annotations

import pytest

from tests.soak.run import soak, table

pytestmark = pytest.mark.soak

_SEEDS = range(1, 26)


def test_kills_and_faults_lose_nothing_double_nothing_and_hide_nothing() -> None:
    total, failed = soak(_SEEDS, jobs=3)

    assert failed == [], "\n".join(total.broken)
    assert (total.lost, total.duplicated, total.silent) == (0, 0, 0)
    assert total.served > 5000, table(total, failed)
    assert all(total.kills[stage] for stage in ("reading", "renaming", "sorting into days"))
    assert len(total.faults) > 10
