"""Real agents with known truth: what they would have earned, judged by what nothing was fitted on."""

import pytest

from approvals.statistics import bounds
from tests import complaints, shared_data
from tests.bench import earning, earning_report
from tests.measure_receipts import judge


@pytest.fixture(scope="module")
def fourteen():
    if not complaints.is_here():
        pytest.skip("the complaints are not on this machine (see tests/shared_data.py)")
    return complaints.proposals()


def test_fourteen_models_say_more_than_they_know_and_calibration_takes_it_away(fourteen):
    assert len(fourteen) == 15
    for agent in fourteen:
        told = earning.calibrated(*earning.halves(agent))
        assert told.n == 300 and told.ece[0] > 0.14, agent.name
        assert told.ece[1] < told.ece[0] / 2 and told.brier[1] < told.brier[0], agent.name


def test_they_earn_a_threshold_only_where_their_labels_prove_it(fourteen):
    """Alike, they are wrong one time in eight: no five percent is to be had from them, fifteen are."""
    together, halves = fourteen[0], earning.halves(fourteen[0])
    assert [earning.automated(*halves, limit).threshold for limit in (0.05, 0.10)] == [None, None]
    found = earning.automated(*halves, 0.15)
    assert found.threshold == 1.0 and 0.5 < found.coverage < 0.7
    assert found.errors / found.n < 0.15 < bounds.upper(found.errors, found.n) < 0.18
    broken = 0
    for seed in range(60):
        other = earning.automated(*earning.halves(together, seed), 0.15)
        broken += other.n > 0 and bounds.lower(other.errors, other.n) > 0.15
    assert broken <= 3


def test_a_lane_goes_up_and_a_drift_brings_it_down(fourteen):
    lane = earning_report.Lane(fourteen[0], 0.15)
    region = earning.halves(lane.proposed)[1]
    region = region.part(region.scores == 1.0)
    told = earning.watch(region, lane.plan, 0.15)
    assert told.promoted > 0.8 and told.stopped < 0.2  # wrong one time in nine: not far below its limit
    assert told.to_alarm < 40 and told.nine_of_ten < 80 and told.false < 0.15


def test_what_the_workflow_reads_from_receipts_holds_on_the_other_half():
    if not shared_data.is_here():
        pytest.skip("the receipts are not on this machine (see tests/shared_data.py)")
    outcomes = [judge(receipt) for receipt in shared_data.labelled_receipts()[::3]]
    totals = earning_report.readings(outcomes, "total")
    found = earning.automated(*earning.halves(totals), 0.05)
    assert found.threshold is not None and found.coverage > 0.7 and found.errors / found.n <= 0.05
