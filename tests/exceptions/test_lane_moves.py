"""A lane rises one rung at a time on its evidence, and falls by itself, at once, with a case."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import agents, decisions
from approvals.lanes import audits, draws, lowering, moving, raising
from approvals.models import Lane, LaneAudit, LaneLabel, Stay
from approvals.models.stay import Cause
from exceptions.lanes import criteria, falling, judging
from exceptions.models import Case
from tests import lanes
from tests.approvals.administering import at, facts, signed_in
from tests.builders import a_proposal, actor_of, approve, now
from tests.exceptions.conftest import WORKER
from tests.people import Company


def fresh(lane: Lane) -> Lane:
    return Lane.objects.select_related("agent", "workspace", "calibrator").get(pk=lane.pk)


def rise(company: Company, lane: Lane, to: str, reason: str = "It went well") -> Stay:
    return raising.raise_lane(
        lane=fresh(lane), to=to, reason=reason, by=company.ada.user_id, actor=actor_of(company.ada), now=now()
    )


def judge(company: Company, audit: LaneAudit, wrong: bool) -> Case | None:
    return judging.judge(
        audit=audit, member=company.maria, wrong=wrong, reason_code="wrong_value" if wrong else "", note="",
        actor=actor_of(company.maria), now=now(),
    )  # fmt: skip


def test_what_is_not_earned_is_refused_and_says_what_is_missing(northwind):
    lane = lanes.a_lane(northwind)
    with pytest.raises(raising.NotEarned) as refused:
        rise(northwind, lane, "partial_10")
    assert {one.key for one in refused.value.missing} == {"threshold", "drills", "looks", "way_back"}
    assert all(one.missing for one in refused.value.missing)
    with pytest.raises(raising.NotNext):
        rise(northwind, lane, "full")
    with pytest.raises(lowering.NoReason):
        rise(northwind, lane, "partial_10", " ")


def test_a_shadow_is_left_when_people_have_labelled_enough(northwind):
    lane = lanes.stand(lanes.a_lane(northwind), "shadow")
    lanes.label(lane, [(0.9, False)] * 58)
    lacking = next(one for one in criteria.of(fresh(lane), now()) if one.key == "labels")
    assert (lacking.met, lacking.missing, lacking.days) == (False, "1 more", 1)
    lanes.label(lane, [(0.9, True)] * 2)
    stay = rise(northwind, lane, "assisted")
    assert (stay.cause, stay.met, stay.evidence["criteria"][1]["measured"]) == (
        "earned",
        True,
        "96.7 % of 60",
    )
    assert fresh(lane).stage == "assisted"


def test_a_step_up_from_a_partial_stage_wants_the_test_and_two_weeks(northwind):
    lane = lanes.stand(lanes.a_lane(northwind), "partial_25", at=now() - timedelta(days=15))
    told = {one.key: one for one in criteria.of(fresh(lane), now())}
    assert not told["test"].met and told["test"].missing == "39 more audits without an error"
    assert told["days"].met and told["audits"].met and told["sound"].met
    Stay.objects.filter(lane=lane, left_at__isnull=True).update(sprt=-2.26, cusum=1.5, audited=111)
    stay = rise(northwind, lane, "partial_50")
    assert (stay.sprt, stay.cusum, stay.audited) == (
        0.0,
        1.5,
        0,
    )  # the next test begins anew, no error is forgotten


def test_errors_among_audits_let_it_fall_at_once_with_two_cases(northwind):
    lane = lanes.stand(lanes.a_lane(northwind), "partial_10")
    first, *others = lanes.drawn(*(a_proposal(northwind.bot) for _ in range(5)))
    assert judge(northwind, first, False) is None
    for audit in others[:3]:
        case = judge(northwind, audit, True)
        assert case.failure_class.code == "lane.audit_wrong"
    assert fresh(lane).stage == "partial_10"  # three: the total is 3.3 of 3.5
    judge(northwind, others[3], True)
    lane = fresh(lane)
    assert (lane.stage, lane.threshold, lane.calibrator) == ("assisted", None, None)
    assert Case.objects.get(failure_class__code="lane.demoted").owner.name == "AI quality"
    assert Stay.objects.latest("id").cause == Cause.CUSUM
    assert (
        LaneLabel.objects.filter(source="audit", region="automated", wrong=True, probability=0.2).count() == 4
    )
    with pytest.raises(audits.AlreadyJudged):
        judge(northwind, first, True)


def test_chance_draws_what_is_looked_at_again_and_keeps_its_weight(northwind):
    lane = lanes.stand(lanes.a_lane(northwind), "full")
    proposal = a_proposal(northwind.bot)
    shares = {
        salt: draws.share(Lane(salt=salt), "audit", proposal.public_id) for salt in map(str, range(4000))
    }
    assert 20 < sum(share < 0.02 for share in shares.values()) < 200
    Lane.objects.filter(pk=lane.pk).update(salt=min(shares, key=shares.__getitem__))
    decisions.approve_by_policy(proposal=proposal, actor=WORKER, now=now())
    audit = LaneAudit.objects.get()
    assert (audit.proposal, audit.probability) == (proposal, 0.02)
    assert audit.due_at - audit.drawn_at == timedelta(days=7)


def test_what_was_to_pass_does_not_once_the_lane_has_fallen(northwind):
    lane = lanes.stand(lanes.a_lane(northwind), "full")
    proposal = a_proposal(northwind.bot)
    assert proposal.ruling == "allow"
    falling.of_tool(
        workspace_id=lane.workspace_id, tool=lane.tool, cause=Cause.BREAKER, actor=WORKER, now=now()
    )
    with pytest.raises(decisions.NotYourDecision):
        decisions.approve_by_policy(proposal=proposal, actor=WORKER, now=now())
    assert falling.fall(lane=fresh(lane), cause=Cause.BREAKER, actor=WORKER, now=now()) is None


def test_another_version_begins_again_where_the_workspace_says(northwind):
    lane = lanes.stand(lanes.a_lane(northwind), "full")
    bot = northwind.bot
    agents.change(agent=bot, version="2.0", tools=list(bot.tools), actor=WORKER, now=now())
    lane = fresh(lane)
    assert (lane.stage, lane.threshold) == ("shadow", None)
    assert Stay.objects.latest("id").agent_version == "2.0"
    assert a_proposal(bot).shadow
    lanes.stand(lane, "partial_10")
    northwind.workspace.new_versions = "assisted"
    northwind.workspace.save()
    agents.change(agent=bot, version="2.1", tools=list(bot.tools), actor=WORKER, now=now())
    assert fresh(lane).stage == "assisted"


def test_an_admin_lowers_it_with_one_click_and_a_reason(northwind):
    lane = lanes.stand(lanes.a_lane(northwind), "partial_50")
    browser, page = signed_in(northwind.ada), at("lane", lane.pk)
    form = {"stage": "paused", "seen": "partial_50", "reason": ""}
    assert browser.post(at("lane-down", lane.pk), form).status_code == 422
    assert browser.post(at("lane-down", lane.pk), form | {"reason": "A holiday"}).status_code == 303
    assert "A holiday" in browser.get(page).text
    assert fresh(lane).stage == "paused"
    [(_, who, data)] = facts("lane.moved")
    assert (who, data["from"], data["to"]) == (f"user:{northwind.ada.user_id}", "partial_50", "paused")
    for member in (northwind.maria, northwind.olu, northwind.tess):
        assert signed_in(member).get(page).status_code == 200
        assert signed_in(member).post(at("lane-up", lane.pk), form).status_code == 403


def test_the_database_lets_no_lane_rise_without_a_person_and_proof(northwind):
    lane = lanes.a_lane(northwind)
    for values in (
        {"cause": "person", "by": northwind.ada.user, "reason": "I say so"},
        {"cause": "earned", "by": northwind.ada.user, "reason": "I say so", "met": False},
        {"cause": "earned", "by": None, "reason": "I say so", "met": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Stay.objects.filter(lane=lane).update(left_at=now())
            Stay.objects.create(
                lane=lane, stage="partial_10", came_from="assisted", agent_version="1", entered_at=now(), **values
            )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Lane.objects.filter(pk=lane.pk).update(stage="full")
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.filter(lane=lane).update(stage="full")
    with pytest.raises(IntegrityError), transaction.atomic():
        Lane.objects.filter(pk=lane.pk).update(threshold="0.5")


def test_answers_become_labels_and_answers_taken_back_do_not(northwind):
    right, wrong = a_proposal(northwind.bot), a_proposal(northwind.bot)
    approve(right, northwind.maria)
    decisions.decide(
        proposal_id=wrong.pk, member=northwind.maria, verdict="reject", reason_code="wrong_value",
        seen_digest=wrong.digest, actor=actor_of(northwind.maria), now=timezone.now(),
    )  # fmt: skip
    told = dict(LaneLabel.objects.values_list("proposal", "wrong"))
    assert told == {right.pk: False, wrong.pk: True}
    label = LaneLabel.objects.get(proposal=right)
    assert (label.region, label.source, label.score, label.eligible) == ("reviewed", "decision", 0.95, True)
    decisions.undo(
        proposal_id=right.pk, member=northwind.maria, actor=actor_of(northwind.maria), now=timezone.now()
    )
    assert not LaneLabel.objects.filter(proposal=right).exists()


def test_moving_what_has_moved_changes_nothing(northwind):
    lane = lanes.a_lane(northwind)
    lanes.stand(lane, "shadow")
    with pytest.raises(moving.StaleLane):
        lowering.lower(
            lane=lane, to="paused", reason="Late", by=northwind.ada.user_id, actor=actor_of(northwind.ada), now=now()
        )  # fmt: skip
