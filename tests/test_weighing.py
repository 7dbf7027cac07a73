"""The scales of benchmarks/weighing weigh as the product does."""

from __future__ import annotations

import math
from dataclasses import asdict, replace

import pytest

from analyzer.hypotheses import HYPOTHESES
from analyzer.hypotheses.calibration import CURVES
from analyzer.hypotheses.curve import Curve
from analyzer.hypotheses.weighing import decide, score
from analyzer.results import Cause
from benchmarks.accuracy import scoring
from benchmarks.accuracy.levels import LEVEL_BY_NAME
from benchmarks.accuracy.predicted import predict
from benchmarks.accuracy.truth import read_truth
from benchmarks.scenarios import simulate, write
from benchmarks.weighing.calibrate import Outcome, fit, table
from benchmarks.weighing.collect import collect, sample_of
from benchmarks.weighing.samples import Bundle
from benchmarks.weighing.scales import Tray, Weighed
from tests.bundle_facts import LIKE, facts

pytestmark = pytest.mark.soak

SEED = 3
LEADS = ((0.0, 450), (1.0, 730), (2.0, 920))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tenant")
    write(simulate(SEED, 40), folder)
    return folder


def test_verdicts_on_the_scales_are_those_of_the_product(folder):
    level = LEVEL_BY_NAME["no-moves"]
    said = scoring.score(read_truth(folder), predict(folder, level), level).counts

    counts = Tray.of(sample_of(folder, SEED, level)).counts()

    assert counts.verdicts == said.verdicts
    tenths = zip(counts.tenths_apart, said.tenths_apart, strict=True)
    assert all(asdict(ours) == pytest.approx(asdict(theirs)) for ours, theirs in tenths)
    assert (counts.verdicts_said, counts.verdicts_undetermined) == (
        said.verdicts_said,
        said.verdicts_undetermined,
    )


def test_every_failing_sign_in_of_the_truth_is_in_a_bundle(folder):
    level = LEVEL_BY_NAME["full"]
    truth = read_truth(folder)
    spoken = {"success", "legacy-success", "interrupt"}

    sample = sample_of(folder, SEED, level)

    kept = sum(sum(bundle.sign_ins.values()) for bundle in sample.bundles)
    assert kept >= sum(event.cause not in spoken for event in truth.events.values())


@pytest.mark.parametrize("like", sorted(LIKE))
def test_a_check_taken_off_weighs_like_one_never_declared(like):
    bundle = Bundle(facts(like), "amy", {"x": 1})
    on_the_scales = Weighed.of(bundle)

    for hypothesis in HYPOTHESES:
        for check in hypothesis.checks:
            rest = tuple(other for other in hypothesis.checks if other.id != check.id)
            others = [h for h in HYPOTHESES if h is not hypothesis]
            fewer = [*others, replace(hypothesis, checks=rest)]
            expected = decide(score(bundle.facts, fewer))

            without = on_the_scales.without((hypothesis.cause, check.id)).decision

            assert (without.cause, without.confidence) == (expected.cause, expected.confidence)
            assert math.isclose(without.log_odds, expected.log_odds, abs_tol=1e-9)


def test_tenants_that_results_are_reported_on_are_not_weighed():
    with pytest.raises(ValueError, match="not for tuning"):
        collect(seeds=(101,))


def test_a_bundle_is_of_the_cause_of_most_of_its_sign_ins():
    causes = {Cause.WRONG_PASSWORD.value: 2, Cause.CREDENTIAL_ATTACK.value: 3}

    assert Bundle(facts(), "amy", causes).cause == Cause.CREDENTIAL_ATTACK


def test_each_hypothesis_has_a_curve_that_rises_and_stays_below_one():
    assert set(CURVES) == {hypothesis.cause for hypothesis in HYPOTHESES}
    for curve in CURVES.values():
        rising = [curve.confidence(lead / 4) for lead in range(-20, 60)]
        assert rising == sorted(rising)
        assert 0 < rising[0] < rising[-1] < 1


def test_a_ceiling_is_what_so_many_cases_without_a_mistake_support():
    assert Curve(distinct=8).confidence(40.0) == pytest.approx(0.9)


def test_a_fit_finds_how_often_a_lead_is_right_and_keeps_to_the_weights_without_verdicts():
    often = [
        Outcome(lead, turn < right, (turn, "", "")) for lead, right in LEADS for turn in range(1000)
    ]

    curve = fit(often, 1.0)

    found = [curve.confidence(lead) for lead, _ in LEADS]
    assert found == pytest.approx([right / 1000 for _, right in LEADS], abs=0.02)
    assert (curve.verdicts, curve.right, curve.distinct) == (3000, 2100, 1000)
    assert fit([], 1.0) == Curve()


def test_the_table_is_what_its_own_numbers_would_be_written_as():
    namespace: dict[str, object] = {}

    exec(table(CURVES, (1, 2, 3), 200), namespace)  # noqa: S102 - our own text

    assert namespace["CURVES"] == CURVES
