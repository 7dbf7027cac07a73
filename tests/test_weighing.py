"""The scales of benchmarks/weighing weigh as the product does."""

from __future__ import annotations

import math
from dataclasses import asdict, replace

import pytest

from analyzer.hypotheses import HYPOTHESES
from analyzer.hypotheses.weighing import decide, score
from analyzer.results import Cause
from benchmarks.accuracy import scoring
from benchmarks.accuracy.levels import LEVEL_BY_NAME
from benchmarks.accuracy.predicted import predict
from benchmarks.accuracy.truth import read_truth
from benchmarks.scenarios import simulate, write
from benchmarks.weighing.collect import collect, sample_of
from benchmarks.weighing.samples import Bundle
from benchmarks.weighing.scales import Tray, Weighed
from tests.bundle_facts import LIKE, facts

SEED = 3


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
