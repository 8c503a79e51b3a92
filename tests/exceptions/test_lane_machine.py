"""Whatever people, audits and versions do to a lane: up only on proof, down on every alarm, no shadow writes."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from approvals import agents, decisions
from approvals.lanes import ladder, lowering, moving, raising
from approvals.models import Lane, LaneAudit, Stay
from approvals.models.stay import Cause
from approvals.statistics import cusum
from exceptions.lanes import criteria, falling, judging
from runs.models import Execution
from tests import lanes, memo, people
from tests.builders import a_proposal, actor_of
from tests.exceptions.conftest import WORKER
from tests.exceptions.plans import FRIDAY

STAGES = st.sampled_from([str(stage) for stage in ladder.RUNGS] + ["paused"])
REFUSED = (LookupError, ValueError, PermissionError)


class Ladder(RuleBasedStateMachine):
    """One lane of Northwind's bot."""

    @initialize(begins=STAGES)
    def begin(self, begins: str) -> None:
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        memo.install()
        self.now = FRIDAY
        self.company = people.northwind(self.now)
        first = a_proposal(self.company.bot, at=self.now)
        lanes.stand(first.lane, begins, at=self.now)
        self.pk, self.rose = first.lane_id, Stay.objects.filter(cause=Cause.EARNED).count()

    def teardown(self) -> None:
        if hasattr(self, "rollback"):
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    @property
    def lane(self) -> Lane:
        return Lane.objects.select_related("agent", "workspace", "calibrator").get(pk=self.pk)

    @rule(hours=st.sampled_from([1, 30, 400]))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(to=STAGES, reason=st.sampled_from(["", "It went well"]))
    def rise(self, to: str, reason: str) -> None:
        lane, ada = self.lane, self.company.ada
        also = criteria.here(lane)
        earned = all(one.met for one in criteria.of(lane, self.now))
        allowed = earned and bool(reason) and ladder.next_up(lane.stage) == to
        try:
            raising.raise_lane(
                lane=lane, to=to, reason=reason, by=ada.user_id, actor=actor_of(ada), now=self.now, also=also
            )
        except REFUSED:
            assert not allowed
        else:
            assert allowed
            self.rose += 1

    @rule(to=STAGES)
    def lower(self, to: str) -> None:
        lane, ada = self.lane, self.company.ada
        allowed = ladder.may_fall(lane.stage, to)
        try:
            lowering.lower(
                lane=lane, to=to, reason="Careful", by=ada.user_id, actor=actor_of(ada), now=self.now
            )
        except REFUSED:
            assert not allowed
        else:
            assert allowed

    @rule()
    def propose(self) -> None:
        proposal = a_proposal(self.company.bot, at=self.now)
        with suppress(*REFUSED):
            decisions.approve_by_policy(proposal=proposal, actor=WORKER, now=self.now)
            assert ladder.passes(self.lane.stage)

    @rule(many=st.integers(1, 60))
    def good_audits(self, many: int) -> None:
        """As if so many had been judged right: the walk of the totals is the subject of other tests."""
        stay = moving.current(self.lane)
        right = ladder.step_up(self.lane.epsilon).on_right
        Stay.objects.filter(pk=stay.pk).update(
            sprt=max(stay.sprt + many * right, -3), cusum=max(stay.cusum + many * right, 0), audited=stay.audited + many
        )  # fmt: skip

    @rule()
    def bad_audit(self) -> None:
        audit = LaneAudit.objects.filter(judged_at__isnull=True).first()
        if audit is None:
            return
        judging.judge(
            audit=audit, member=self.company.maria, wrong=True, reason_code="wrong_value", note="",
            actor=actor_of(self.company.maria), now=self.now,
        )  # fmt: skip

    @rule(cause=st.sampled_from([Cause.DRIFT, Cause.BREAKER, Cause.HARM]))
    def alarm(self, cause: Cause) -> None:
        passed = ladder.passes(self.lane.stage)
        falling.fall(lane=self.lane, cause=cause, actor=WORKER, now=self.now)
        assert not passed or self.lane.stage == "assisted"

    @rule(version=st.integers(2, 5))
    def another_version(self, version: int) -> None:
        bot = self.lane.agent
        bot.workspace = self.company.workspace
        with suppress(*REFUSED):
            agents.change(agent=bot, version=f"{version}.0", tools=bot.tools, actor=WORKER, now=self.now)
            assert self.lane.stage in ("shadow", "paused")
        self.company.bot.version = self.lane.agent.version

    @invariant()
    def nothing_rises_by_itself(self) -> None:
        if not hasattr(self, "pk"):
            return
        stays = list(Stay.objects.filter(lane=self.pk).order_by("id"))
        rises = [s for s in stays if s.came_from and ladder.trust(s.stage) > ladder.trust(s.came_from)]
        assert all(stay.cause == Cause.EARNED and stay.by_id and stay.met for stay in rises)
        assert sum(stay.cause == Cause.EARNED for stay in stays) == self.rose
        assert [stay.stage for stay in stays if stay.left_at is None] == [self.lane.stage]

    @invariant()
    def no_alarm_is_slept_through(self) -> None:
        if hasattr(self, "pk"):
            stay = moving.current(self.lane)
            assert not (
                ladder.passes(stay.stage) and cusum.alarmed(ladder.drift(self.lane.epsilon), stay.cusum)
            )

    @invariant()
    def a_shadow_never_executes(self) -> None:
        if hasattr(self, "pk"):
            assert not Execution.objects.filter(proposal__shadow=True).exists()


def test_a_lane_whatever_happens_to_it(db):
    run_state_machine_as_test(
        Ladder,
        settings=settings(
            max_examples=12, stateful_step_count=14, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck), database=None,
        ),
    )  # fmt: skip
