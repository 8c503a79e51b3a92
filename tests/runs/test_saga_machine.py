"""Random walks over sagas: reviewers, workers and refusing targets in any order; no step before its turn, and nothing
that was done is left standing without being undone in order, or owned.
"""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from approvals import decisions, proposals
from approvals.actors import worker
from approvals.models import Proposal
from approvals.tools import Refused
from exceptions.models import Occurrence
from runs import drain, sagas
from runs.models import Execution
from runs.models.saga import OPEN, Saga
from tests import builders, memo, people
from tests.runs.chains import a_saga, steps, undoings

TICK = worker("tick")
EXPECTED = (
    proposals.AlreadySettled, decisions.TooLate, decisions.AlreadyAnswered, decisions.NotYourDecision,
    decisions.StaleView, decisions.NotReady,
)  # fmt: skip
ROUNDS = 12
WHICH = st.integers(0, 3)


class Chain(RuleBasedStateMachine):
    """One saga of up to four steps, of which at most one cannot be undone."""

    @initialize(kinds=st.lists(st.sampled_from(["memo", "memo", "memo", "letter"]), min_size=2, max_size=4))
    def found(self, kinds: list[str]) -> None:
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.board = memo.install()
        self.company = people.northwind(timezone.now())
        self.saga = a_saga(self.company.bot, *kinds)

    def teardown(self) -> None:
        if hasattr(self, "rollback"):
            try:
                self.comes_to_an_end()
            finally:
                transaction.set_rollback(True)
                self.rollback.__exit__(None, None, None)

    def answer(self, row: Proposal, who: str, verdict: str) -> None:
        more: dict[str, Any] = {"reason_code": "other"} if verdict == "reject" else {}
        try:
            with transaction.atomic():
                if row.state == "pending" and row.observed_at is None:
                    builders.observe(row)
                at = timezone.now() - timedelta(minutes=4)
                builders.approve(row, self.company.people[who], at=at, verdict=verdict, **more)
        except EXPECTED:
            return

    @rule(
        which=WHICH,
        who=st.sampled_from(["maria", "ken"]),
        verdict=st.sampled_from(["approve"] * 4 + ["reject"]),
    )
    def decide(self, which: int, who: str, verdict: str) -> None:
        rows = steps(self.saga)
        self.answer(rows[which % len(rows)], who, verdict)

    @rule(which=WHICH, verdict=st.sampled_from(["approve"] * 4 + ["reject"]))
    def decide_an_undoing(self, which: int, verdict: str) -> None:
        if rows := undoings(self.saga):
            self.answer(rows[which % len(rows)], "ken", verdict)

    @rule(refuses=st.booleans())
    def work(self, refuses: bool) -> None:
        if refuses and not self.board.trouble:
            self.board.trouble.append(Refused("posting.refused", "no"))
        drain.drain(linger=0, longest=0)

    @rule()
    def tick(self) -> None:
        sagas.advance_due(now=timezone.now())

    @rule(which=WHICH)
    def nobody_answers(self, which: int) -> None:
        row = steps(self.saga)[which % self.saga.steps]
        if row.state == "pending":
            proposals.settle(
                proposal=row, to="expired", kind="proposal.expired", actor=TICK, now=timezone.now()
            )

    @invariant()
    def no_step_runs_before_its_turn(self) -> None:
        if not hasattr(self, "saga"):
            return
        found = {row.proposal_id: row for row in Execution.objects.exclude(state="cancelled")}
        walked = [found.get(row.id) for row in steps(self.saga)]
        for before, after in pairwise(walked):
            if after is not None and after.started_at is not None:
                assert before is not None and before.state == "succeeded"
                assert before.finished_at is not None and before.finished_at <= after.started_at

    @invariant()
    def what_is_undone_is_undone_from_the_end(self) -> None:
        if not hasattr(self, "saga"):
            return
        undone = Execution.objects.filter(reverses__isnull=False, state="succeeded").select_related(
            "proposal"
        )
        order = [row.proposal.saga_step or 0 for row in undone.order_by("finished_at", "id")]
        assert order == sorted(order, reverse=True)

    def comes_to_an_end(self) -> None:
        """Once everybody has answered everything, no chain is left hanging and nothing stands unowned."""
        self.board.trouble.clear()
        for _ in range(ROUNDS):
            for row in [*steps(self.saga), *undoings(self.saga)]:
                for who in ("maria", "ken", "ada"):
                    row.refresh_from_db()
                    if row.state == "pending":
                        self.answer(row, who, "approve")
            drain.drain(linger=0, longest=0)
            sagas.advance_due(now=timezone.now())
        saga = Saga.objects.get(pk=self.saga.pk)
        owned = Occurrence.objects.filter(disposition="open").exists()
        assert saga.state not in OPEN or owned, saga.state
        if saga.state == "undone":
            assert self.board.written == {}
        if saga.state == "succeeded":
            assert len(self.board.written) == saga.steps
        if saga.state == "halfway":
            assert Occurrence.objects.filter(facts__code="saga.halfway", disposition="open").exists()


@pytest.mark.django_db
def test_no_walk_of_a_saga_breaks_its_order() -> None:
    run_state_machine_as_test(
        Chain,
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
