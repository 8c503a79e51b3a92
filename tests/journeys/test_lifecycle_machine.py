"""Random walks over proposals and executions: reviewers, workers, crashes and clocks in any order, laws always kept."""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from approvals import decisions, proposals, tools
from approvals.actors import worker
from approvals.models import Decision, LedgerEntry, Proposal
from exceptions.models import Case, Occurrence
from runs import calling, execution, unknowns
from runs.models import Attempt, Execution
from tests import builders, memo, people

TICK = worker("tick")
SETTLES = {
    "proposal.rejected",
    "proposal.expired",
    "proposal.withdrawn",
    "proposal.superseded",
    "proposal.dismissed",
}
EXPECTED = (
    proposals.AlreadySettled, decisions.TooLate, decisions.AlreadyAnswered, decisions.NotYourDecision,
    decisions.StaleView, decisions.NotReady,
)  # fmt: skip


class Lifecycle(RuleBasedStateMachine):
    """One workspace, one memo board, two reviewers, two workers that may die at any line."""

    asked: Bundle[Any] = Bundle("asked")

    @initialize()
    def found(self) -> None:
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.board = memo.install()
        self.now = timezone.now()
        self.company = people.northwind(self.now)
        self.numbers = itertools.count(1)
        self.claimed: dict[int, list[Execution]] = {1: [], 2: []}

    def teardown(self) -> None:
        if hasattr(self, "rollback"):
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    @rule(target=asked, blocked=st.booleans())
    def propose(self, blocked: bool) -> Any:
        number = next(self.numbers)
        changes: dict[str, Any] = {"evidence": ()} if blocked else {}
        return builders.a_proposal(
            self.company.bot, at=self.now, title=f"Walk {number}", subject=f"walk:{number}",
            idempotency_key=f"walk-{number}", **changes,
        ).pk  # fmt: skip

    @rule(which=asked, who=st.sampled_from(["maria", "ken"]), verdict=st.sampled_from(["approve", "edit", "reject"]),
          stale=st.booleans())  # fmt: skip
    def decide(self, which: Any, who: str, verdict: str, stale: bool) -> None:
        proposal = Proposal.objects.get(pk=which)
        more: dict[str, Any] = {"verdict": verdict}
        if verdict == "edit":
            more["arguments"] = proposal.arguments | {"amount": f"{next(self.numbers)}.00"}
        if verdict == "reject":
            more["reason_code"] = "other"
        if stale:
            more["seen_digest"] = "0" * 64
        try:
            builders.approve(proposal, self.company.people[who], at=self.now, **more)
        except EXPECTED:
            return
        assert not stale

    @rule(which=asked, who=st.sampled_from(["maria", "ken"]))
    def undo(self, which: Any, who: str) -> None:
        member = self.company.people[who]
        try:
            decisions.undo(proposal_id=which, member=member, actor=builders.actor_of(member), now=self.now)
        except EXPECTED:
            return
        assert not Execution.objects.filter(proposal_id=which).exclude(state="cancelled").exists()

    @rule(which=asked)
    def withdraw(self, which: Any) -> None:
        try:
            proposals.withdraw(proposal=Proposal.objects.get(pk=which), actor=TICK, now=self.now)
        except proposals.AlreadySettled:
            return

    @rule(seconds=st.sampled_from([1, 11, 70, 4 * 86400]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        proposals.expire_due(actor=TICK, now=self.now)

    @rule(number=st.sampled_from([1, 2]))
    def claim(self, number: int) -> None:
        self.claimed[number] += execution.claim(worker=number, limit=3, now=self.now)

    @rule(number=st.sampled_from([1, 2]), dies=st.sampled_from(["never", "before the call", "after the call"]),
          trouble=st.sampled_from([None, tools.Refused, tools.Transient, tools.Unknown]))  # fmt: skip
    def call(self, number: int, dies: str, trouble: Any) -> None:
        rows, self.claimed[number] = self.claimed[number], []
        ours = execution.begin(executions=rows, worker=number, actor=TICK, now=self.now)
        if dies == "before the call":
            return
        if trouble is not None:
            code = "outcome.unknown" if trouble is tools.Unknown else "integration.timeout"
            self.board.trouble = [trouble(code, "trouble")]
        outcomes = [calling.run(row) for row in ours]
        self.board.trouble = []
        if dies == "never":
            execution.record(outcomes=outcomes, worker=number, actor=TICK, now=self.now)

    @rule()
    def sweep(self) -> None:
        unknowns.find_lost(actor=TICK, now=self.now)  # no test worker holds its lock: all look dead
        unknowns.look_up(actor=TICK, now=self.now)

    @invariant()
    def nothing_is_written_twice_or_unasked(self) -> None:
        if not hasattr(self, "company"):
            return
        for key in self.board.written:
            row = Execution.objects.select_related("proposal").get(write_key=key)
            assert row.proposal.state == "approved"
            assert row.state in {"started", "succeeded", "unknown", "failed", "scheduled"}
            signed = Decision.objects.filter(
                proposal=row.proposal, round=row.round, digest=row.digest, verdict__in=["approve", "edit"]
            )
            assert signed.exists()
        assert len(set(self.board.written)) == len(self.board.written)

    @invariant()
    def a_settled_proposal_was_settled_once(self) -> None:
        if not hasattr(self, "company"):
            return
        for proposal in Proposal.objects.all():
            kinds = list(LedgerEntry.objects.filter(proposal=proposal.id).values_list("kind", flat=True))
            ends = [kind for kind in kinds if kind in SETTLES]
            assert len(ends) == (proposal.state in {"rejected", "expired", "withdrawn", "superseded"})
            assert kinds.count("proposal.approved") == kinds.count("decision.undone") + (
                proposal.state == "approved"
            )

    @invariant()
    def no_failure_is_without_an_owner(self) -> None:
        if not hasattr(self, "company"):
            return
        held = set(Occurrence.objects.filter(disposition="open").values_list("execution", flat=True))
        for row in Execution.objects.filter(state="failed"):
            assert row.id in held
        for proposal in Proposal.objects.filter(state="blocked"):
            assert proposal.occurrences.filter(disposition="open").exists()
        assert not Case.objects.filter(state="open", next_escalation_at__isnull=True).exists()

    @invariant()
    def success_has_one_successful_attempt_or_a_look_up(self) -> None:
        if not hasattr(self, "company"):
            return
        for row in Execution.objects.filter(state="succeeded"):
            assert row.receipt
            assert Attempt.objects.filter(execution=row, outcome="succeeded").count() <= 1
            assert row.write_key in self.board.written


@pytest.mark.django_db
def test_no_walk_breaks_a_law() -> None:
    run_state_machine_as_test(
        Lifecycle,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
