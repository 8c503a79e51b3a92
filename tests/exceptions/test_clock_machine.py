"""Whatever people, failures and time do to a case: while it is open it has a clock, and no sweep leaves it overdue."""

from contextlib import suppress
from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from approvals.models import Membership
from exceptions import cases, resolutions, snoozing
from exceptions.models import Call, Case, Episode, Occurrence, Plan
from exceptions.models.failure_class import Handling
from tests import people
from tests.builders import actor_of
from tests.exceptions.conftest import WORKER, open_case
from tests.exceptions.plans import FRIDAY, step, sweep

WHO = st.sampled_from(["olu", "ada"])
HOURS = st.sampled_from([0.01, 0.5, 1, 3, 5, 14, 65])
MET = (LookupError, ValueError, PermissionError)


class Clock(RuleBasedStateMachine):
    """One cause of failures at Northwind, and what becomes of its case."""

    @initialize(in_hours=st.booleans(), skip=st.booleans(), alert=st.booleans(), repeats=st.integers(0, 2))
    def begin(self, in_hours: bool, skip: bool, alert: bool, repeats: int) -> None:
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.now = FRIDAY
        self.company = people.northwind(self.now)
        here = self.company.workspace
        Plan.objects.filter(workspace=here).update(
            steps=[step("owner", 30, "duty"), step("person:999999"), step("backup", 600)],
            in_hours=in_hours, skip_empty=skip, repeats=repeats,
        )  # fmt: skip
        here.failure_classes.update(handling=Handling.ALERT if alert else Handling.QUEUE)
        self.fail()

    def teardown(self) -> None:
        if hasattr(self, "rollback"):
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    def case(self) -> Case:
        return Case.objects.select_related("failure_class").get(workspace=self.company.workspace)

    def member(self, who: str) -> Membership:
        return self.company.people[who]

    @rule()
    def fail(self) -> None:
        open_case(self.company.workspace, now=self.now)

    @rule(who=WHO)
    def take(self, who: str) -> None:
        member = self.member(who)
        with suppress(*MET):
            cases.take(case=self.case(), member=member, actor=actor_of(member), now=self.now)

    @rule(who=WHO, hours=HOURS)
    def snooze(self, who: str, hours: float) -> None:
        member, until = self.member(who), self.now + timedelta(hours=hours)
        with suppress(*MET):
            snoozing.snooze(
                case=self.case(), member=member, until=until, actor=actor_of(member), now=self.now
            )

    @rule()
    def wake(self) -> None:
        with suppress(*MET):
            snoozing.wake(case=self.case(), actor=WORKER, now=self.now)

    @rule(who=WHO, name=st.sampled_from(["Controllers", "Finance ops", "Platform"]))
    def hand_over(self, who: str, name: str) -> None:
        member, team = self.member(who), self.company.workspace.teams.get(name=name)
        with suppress(*MET):
            cases.hand_over(case=self.case(), to=team, member=member, actor=actor_of(member), now=self.now)

    @rule(all_of_them=st.booleans())
    def settle(self, all_of_them: bool) -> None:
        for one in Occurrence.objects.filter(disposition="open")[: 100 if all_of_them else 1]:
            resolutions.settle_occurrence(occurrence=one, disposition="elsewhere", actor=WORKER, now=self.now)

    @rule(hours=HOURS)
    def time_passes(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        calls = Call.objects.count()
        sweep(self.now)
        case = self.case()
        assert case.next_escalation_at is None or case.next_escalation_at > self.now
        assert (
            Call.objects.count() - calls <= 6
        )  # one step at a time, however late the sweep: two people, two ways
        sweep(self.now)
        assert self.case().next_escalation_at == case.next_escalation_at

    @invariant()
    def an_open_case_has_a_clock(self) -> None:
        case = self.case() if Case.objects.exists() else None
        if case is None:
            return
        settled = case.state == "resolved"
        assert settled == (case.next_escalation_at is None) == (case.open_count == 0)
        assert (case.state == "acknowledged") == (case.acknowledged_until is not None)
        assert case.snoozed_until is None or (case.state, case.next_escalation_at) == (
            "open",
            case.snoozed_until,
        )
        assert case.acknowledged_until is None or case.next_escalation_at == case.acknowledged_until
        assert Episode.objects.filter(case=case, resolved_at__isnull=True).count() == (not settled)


def test_an_open_case_always_has_a_clock_and_is_never_overdue_after_a_sweep(db: None) -> None:
    walks = settings(
        max_examples=8, stateful_step_count=20, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Clock, settings=walks)
