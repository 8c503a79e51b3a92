"""What an agent says of itself is measured before it routes anything, and watched for as long as it does."""

import random
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from approvals.lanes import calibrating, criteria, findings, replays, shifting
from approvals.models import Lane, LaneLabel, Policy, Proposal
from approvals.statistics import calibration
from exceptions.lanes import judging, looking
from exceptions.models import Case
from tests import copies, lanes
from tests.approvals.administering import at, signed_in
from tests.builders import a_proposal, actor_of, now
from tests.exceptions.conftest import WORKER
from tests.people import Company


def fresh(lane: Lane) -> Lane:
    return Lane.objects.select_related("agent", "workspace", "calibrator").get(pk=lane.pk)


def told(many: int, seed: int, honest: bool = True) -> list[tuple[float, bool]]:
    """Scores of an agent that is wrong as often as it says, or of one that says 0.99 of everything."""
    chance = random.Random(seed)
    rates = [chance.choice([0.002, 0.005, 0.3]) for _ in range(many)]
    return [(1 - rate if honest else 0.99, chance.random() < rate) for rate in rates]


def page(company: Company, lane: Lane) -> str:
    return signed_in(company.ada).get(at("lane", lane.pk)).text


def test_with_three_labels_nothing_is_drawn_and_it_says_how_many_are_needed(northwind):
    lane = lanes.a_lane(northwind)
    lanes.label(lane, told(3, 1))
    assert calibrating.refit(lane=fresh(lane), actor=WORKER, now=now()) is None
    said = page(northwind, lane)
    assert "Nothing is drawn from 3 labels" in said and "140 more" in said
    assert 'class="plot"' not in said


def test_an_honest_agent_earns_a_threshold_on_labels_it_was_not_fitted_on(northwind):
    lane = lanes.a_lane(northwind)
    lanes.label(lane, told(600, 2))
    assert looking.look_due(actor=WORKER, now=now()) == 1
    lane = fresh(lane)
    figures = lane.calibrator.figures
    assert (figures["fitted_on"], figures["judged_on"]) == (200, 400)
    chosen = next(cut for cut in figures["cuts"] if cut["chosen"])
    assert chosen["bound"] <= 0.05 and 0.5 < chosen["coverage"] < 0.75
    assert next(one for one in criteria.of(lane, now()) if one.key == "threshold").met
    said = page(northwind, lane)
    assert "are expected to pass by themselves" in said
    assert said.count('class="plot"') == 2 and "As a table" in said
    assert looking.look_due(actor=WORKER, now=now()) == 0  # not again within the hour
    later = a_proposal(northwind.bot, confidence=Decimal("0.7"))
    assert later.calibrator == lane.calibrator and later.confidence_calibrated < lane.threshold


def test_an_agent_that_claims_0_99_of_everything_is_taken_at_what_it_is_worth(northwind):
    lane = lanes.a_lane(northwind)
    lanes.label(lane, told(600, 3, honest=False))
    calibrating.refit(lane=fresh(lane), actor=WORKER, now=now())
    lane = fresh(lane)
    assert lane.threshold is None
    assert 0.8 < a_proposal(northwind.bot, confidence=Decimal("0.99")).confidence_calibrated < 0.95
    assert "too many errors" in page(northwind, lane)


def test_where_no_threshold_was_earned_nothing_passes_however_sure_the_agent_is(northwind):
    lanes.stand(lanes.a_lane(northwind), "full", threshold=None)
    proposal = a_proposal(northwind.bot, confidence=Decimal("1"))
    ruling = next(one for one in proposal.rulings if one["gate"] == "confidence")
    assert (proposal.ruling, ruling["reason"]) == ("ask", "No threshold has been earned in this lane")


def test_claims_that_rise_after_the_threshold_was_earned_let_the_lane_fall(northwind):
    lane = lanes.a_lane(northwind)
    lanes.label(lane, told(600, 2))
    looking.look_due(actor=WORKER, now=now())
    lane = fresh(lane)
    earned = lane.calibrator
    lanes.stand(lane, "full", threshold=None)
    loud = a_proposal(northwind.bot, confidence=Decimal("0.998"))
    assert loud.calibrator == earned
    copies.of_proposal(loud.pk, many=120)
    assert looking.look_due(actor=WORKER, now=now() + timedelta(hours=2)) == 1
    assert fresh(lane).stage == "assisted"
    assert "no longer like those" in Case.objects.get(failure_class__code="lane.demoted").title


def test_claims_that_sink_let_it_fall_too_and_what_other_gates_hold_is_not_looked_at(northwind):
    lane = lanes.a_lane(northwind)
    lanes.label(lane, told(600, 2))
    looking.look_due(actor=WORKER, now=now())
    lane = fresh(lanes.stand(fresh(lane), "full", threshold=None))
    quiet = a_proposal(northwind.bot, confidence=Decimal("0.700"))
    copies.of_proposal(quiet.pk, many=120)
    held = [*quiet.rulings, {"gate": "a limit", "ruling": "ask", "reason": "r", "measured": "", "limit": ""}]
    Proposal.objects.filter(lane=lane).update(rulings=held)
    assert shifting.shift(lane) is None
    Proposal.objects.filter(lane=lane).update(rulings=quiet.rulings)
    found = shifting.shift(lane)
    assert found is not None and found["reached"] == 0 and found["expected"] > 0.5
    assert looking.look_due(actor=WORKER, now=now() + timedelta(hours=2)) == 1
    assert fresh(lane).stays.latest("id").cause == "drift"


def test_a_model_that_drifts_is_stopped_after_so_many_audits(northwind):
    """Errors in one of three audits instead of one in a hundred: the alarm comes within some fifteen."""
    lane, chance = lanes.stand(lanes.a_lane(northwind), "full"), random.Random(7)
    drifted = a_proposal(northwind.bot)
    copies.of_proposal(drifted.pk, many=60)
    audits = lanes.drawn(*Proposal.objects.filter(idempotency_key__startswith="copy-").select_related("lane"))
    judged = 0
    for audit in audits:
        wrong = judged >= 20 and chance.random() < 1 / 3
        judging.judge(
            audit=audit, member=northwind.maria, wrong=wrong, reason_code="other", note="",
            actor=actor_of(northwind.maria), now=timezone.now(),
        )  # fmt: skip
        judged += 1
        if fresh(lane).stage != "full":
            break
    assert 20 < judged <= 40
    assert fresh(lane).stage == "assisted"


def test_of_labels_that_contradict_each_other_more_people_count_and_it_shows(northwind):
    lane = lanes.a_lane(northwind)
    first, second, *_ = lanes.label(lane, told(40, 5))
    for label, wrong, judges in ((first, not first.wrong, 2), (second, not second.wrong, 1)):
        LaneLabel.objects.create(
            lane=lane, proposal=label.proposal, agent_version=label.agent_version, region="reviewed", source="sample",
            wrong=wrong, judges=judges, judged_at=label.judged_at - timedelta(hours=judges),
        )  # fmt: skip
    found = {one.proposal: one for one in findings.of(fresh(lane), "reviewed")}
    assert found[first.proposal_id].wrong is not first.wrong and found[first.proposal_id].contradicted
    assert found[second.proposal_id].wrong is second.wrong and found[second.proposal_id].contradicted
    assert "Labels that contradict each other" in page(northwind, lane)


def test_what_if_tells_what_would_have_passed_and_what_of_it_was_wrong(northwind):
    lane = lanes.a_lane(northwind)
    lanes.label(lane, told(30, 6))
    lanes.calibrate(fresh(lane), "0.900")
    LaneLabel.objects.filter(lane=lane).update(wrong=False)
    LaneLabel.objects.filter(pk__in=LaneLabel.objects.values("pk")[:3]).update(wrong=True)
    before = Lane.objects.values().get(pk=lane.pk)
    policy = Policy(tool=lane.tool, ask_above=Decimal(5))
    answer = replays.ask(
        lane=fresh(lane), question=replays.Question(100, Decimal("0.9"), Policy(tool=lane.tool))
    )
    assert (len(answer.passed), answer.judged, len(answer.wrong)) == (answer.seen, 30, 3)
    assert not replays.ask(lane=fresh(lane), question=replays.Question(100, Decimal("0.9"), policy)).passed
    assert not replays.ask(lane=fresh(lane), question=replays.Question(100, None, policy)).passed
    tenth = replays.ask(
        lane=fresh(lane), question=replays.Question(10, Decimal("0.9"), Policy(tool=lane.tool))
    )
    assert len(tenth.passed) < answer.seen / 2
    said = signed_in(northwind.tess).get(at("lane-what-if", lane.pk), {"stage": "full", "many": 200}).text
    assert "Found wrong" in said and "without a signature" in said
    assert Lane.objects.values().get(pk=lane.pk) == before


def test_a_curve_of_a_lane_is_its_own(northwind):
    """Rounded as it is compared, and never above what the curve says by more than that."""
    lane = lanes.a_lane(northwind)
    lanes.calibrate(lane, "0.5", calibration.Calibrator("isotonic", (0.0, 1.0, 0.1, 0.6), 1000))
    assert a_proposal(northwind.bot, confidence=Decimal("1")).confidence_calibrated == Decimal("0.600")
