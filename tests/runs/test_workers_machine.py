"""Several workers, interleaved one step at a time: claims, looks, intents, calls, records, deaths, pauses and clocks in
any order. The far side counts what arrives; nothing there keeps a second write from taking effect.
"""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from approvals import decisions, proposals, switches
from approvals.actors import worker
from approvals.models import LedgerEntry, Proposal
from exceptions.models import Occurrence
from runs import calling, dispatch, execution, unknowns
from runs.models import Attempt, Execution
from runs.models.execution import State
from tests import builders, people
from tests.runs import far_side
from tests.runs.hands import Hands, reachable

TICK = worker("tick")
WORKERS = st.sampled_from([1, 2, 3])
TOO_LATE = (
    proposals.AlreadySettled, decisions.TooLate, decisions.AlreadyAnswered, decisions.NotYourDecision,
    decisions.StaleView, decisions.NotReady,
)  # fmt: skip


class Workers(RuleBasedStateMachine):
    @initialize()
    def found(self) -> None:
        self.rollback = transaction.atomic()
        self.rollback.__enter__()
        self.company = people.northwind(timezone.now())
        self.far = far_side.install()
        type(self.company.bot).objects.filter(pk=self.company.bot.pk).update(tools=list(far_side.LETTERS))
        self.company.bot.refresh_from_db()
        self.now = timezone.now()
        self.numbers = itertools.count(1)
        self.hands = {number: self._born(number) for number in (1, 2, 3)}
        self.known: dict[Any, str] = {}

    def teardown(self) -> None:
        if not hasattr(self, "rollback"):
            return
        try:
            self._everything_ends()
        finally:
            self._lock("pg_advisory_unlock_all()")
            transaction.set_rollback(True)
            self.rollback.__exit__(None, None, None)

    def _lock(self, call: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {call}")

    def _born(self, number: int) -> Hands:
        self._lock(f"pg_advisory_lock({execution.WORKER_LOCKS}, {number})")
        return Hands(number)

    # people

    @rule(tool=st.sampled_from(far_side.LETTERS), subject=st.sampled_from(["", "a", "b"]))
    def approve(self, tool: str, subject: str) -> None:
        number = next(self.numbers)
        proposal = builders.a_proposal(
            self.company.bot, at=self.now, tool=tool, subject=subject, arguments={"text": f"Letter {number}"},
            idempotency_key=f"letter-{number}",
        )  # fmt: skip
        for who in ("maria", "ken"):
            if proposal.state == "pending":
                proposal = builders.approve(proposal, self.company.people[who], at=self.now)

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        rows = list(Proposal.objects.filter(state="approved").order_by("id"))
        if not rows:
            return
        member = self.company.maria
        row = data.draw(st.sampled_from(rows))
        try:
            with transaction.atomic():
                decisions.undo(
                    proposal_id=row.pk, member=member, actor=builders.actor_of(member), now=self.now
                )
        except TOO_LATE:
            return
        assert not self.far.effects[Execution.objects.filter(proposal=row).latest("created_at").write_key]

    @rule(what=st.sampled_from(["workspace", "agent", "tool"]))
    def throw_a_switch(self, what: str) -> None:
        of: Any = {
            "workspace": self.company.workspace, "agent": self.company.bot,
            "tool": switches.OfTool(self.company.workspace, far_side.LETTERS[0]),
        }[what]  # fmt: skip
        try:
            with transaction.atomic():
                switches.pull(of=of, actor=TICK, now=self.now)
        except switches.AlreadyPulled:
            switches.release(of=of, actor=TICK, now=self.now)

    @rule(data=st.data())
    def reconcile(self, data: st.DataObject) -> None:
        rows = list(
            Execution.objects.filter(state=State.UNKNOWN)
            .select_related("proposal", "workspace")
            .order_by("id")
        )
        if rows:
            self._tell(data.draw(st.sampled_from(rows)))

    def _tell(self, row: Execution) -> None:
        written = bool(self.far.effects[row.write_key])
        unknowns.reconcile(
            row=row, written=written, reference="seen" if written else "", reason="looked", by=self.company.olu.user_id,
            actor=builders.actor_of(self.company.olu), now=self.now,
        )  # fmt: skip

    @rule(data=st.data())
    def try_again(self, data: st.DataObject) -> None:
        rows = list(Execution.objects.filter(state=State.FAILED).order_by("id"))
        if rows:
            row = data.draw(st.sampled_from(rows))
            by, actor = self.company.olu.user_id, builders.actor_of(self.company.olu)
            execution.retry(execution=row, by=by, actor=actor, now=self.now)

    # workers

    @rule(place=WORKERS, limit=st.integers(1, 5))
    def claim(self, place: int, limit: int) -> None:
        hands = self.hands[place]
        mine = execution.claim(worker=hands.number, limit=limit, now=self.now, turn=hands.turn)
        assert not any(
            row.target and row.target == other.target and row != other for row in mine for other in mine
        )
        hands.claimed += mine

    @rule(place=WORKERS)
    def look(self, place: int) -> None:
        hands = self.hands[place]
        looks, hands.claimed = dispatch.by_policy(hands.claimed, self.now), []
        hands.ready += [look.execution for look in looks if look.finding == "go"]

    @rule(place=WORKERS)
    def begin(self, place: int) -> None:
        hands = self.hands[place]
        ready, hands.ready = hands.ready, []
        hands.begun += execution.begin(executions=ready, worker=hands.number, actor=TICK, now=self.now)

    @rule(place=WORKERS, fate=st.sampled_from(["done", "done", "refused", "busy", "cut_off", "lost"]))
    def call(self, place: int, fate: str) -> None:
        hands = self.hands[place]
        if hands.begun:
            self.far.fate = fate
            hands.outcomes.append(calling.run(hands.begun.pop(0)))

    @rule(place=WORKERS)
    def record(self, place: int) -> None:
        hands = self.hands[place]
        outcomes, hands.outcomes = hands.outcomes, []
        execution.record(outcomes=outcomes, worker=hands.number, actor=TICK, now=self.now)

    @rule(place=WORKERS)
    def beat(self, place: int) -> None:
        hands = self.hands[place]
        rows = [*hands.claimed, *hands.ready, *hands.begun]
        execution.extend(executions=rows, worker=hands.number, now=self.now)

    @rule(place=WORKERS)
    def hand_back(self, place: int) -> None:
        hands = self.hands[place]
        execution.hand_back(executions=[*hands.claimed, *hands.ready], worker=hands.number)
        hands.claimed, hands.ready = [], []

    @rule(place=WORKERS)
    def die(self, place: int) -> None:
        """At any moment, and another takes its place."""
        self._lock(f"pg_advisory_unlock({execution.WORKER_LOCKS}, {self.hands[place].number})")
        self.hands[place] = self._born(place + 10 * next(self.numbers))

    # the world

    @rule(seconds=st.sampled_from([1, 20, 70, 700]))
    def time_passes(self, seconds: int) -> None:
        """Whoever is not scheduled meanwhile was paused."""
        self.now += timedelta(seconds=seconds)

    @rule(deaf=st.booleans())
    def sweep(self, deaf: bool) -> None:
        self.far.deaf = deaf
        unknowns.find_lost(actor=TICK, now=self.now)
        unknowns.look_up(actor=TICK, now=self.now)
        self.far.deaf = False

    @precondition(lambda self: hasattr(self, "known"))
    @invariant()
    def each_effect_happens_once_and_is_known(self) -> None:
        for row in Execution.objects.all():
            effects = self.far.effects[row.write_key]
            allowed = {
                State.SUCCEEDED: {1}, State.STARTED: {0, 1}, State.UNKNOWN: {0, 1},
            }.get(State(row.state), {0})  # fmt: skip
            assert effects in allowed, (row.state, effects)

    @precondition(lambda self: hasattr(self, "known"))
    @invariant()
    def states_move_as_drawn(self) -> None:
        for pk, state in Execution.objects.values_list("id", "state"):
            assert state in reachable(self.known.get(pk, State.SCHEDULED))
            self.known[pk] = state

    @precondition(lambda self: hasattr(self, "known"))
    @invariant()
    def each_fact_is_recorded_once(self) -> None:
        for row in Execution.objects.all():
            entries = list(LedgerEntry.objects.filter(execution=row.id).values_list("kind", "data"))
            kinds = [kind for kind, _ in entries]
            done = kinds.count("execution.succeeded") + sum(
                kind == "execution.settled" and data["state"] == "succeeded" for kind, data in entries
            )
            assert done == (row.state == State.SUCCEEDED)
            assert (
                kinds.count("execution.started")
                == row.attempts
                == Attempt.objects.filter(execution=row).count()
            )
            open_cases = Occurrence.objects.filter(execution=row.id, disposition="open").count()
            if row.state == State.FAILED:
                assert open_cases == 1 or kinds.count("execution.settled")

    def _everything_ends(self) -> None:
        """The switches are released and the living go on: nothing stays under way."""
        for of in (self.company.workspace, self.company.bot,
                   switches.OfTool(self.company.workspace, far_side.LETTERS[0])):  # fmt: skip
            try:
                with transaction.atomic():
                    switches.release(of=of, actor=TICK, now=self.now)
            except switches.AlreadyReleased:
                pass
        self.far.fate, self.far.deaf = "done", False
        for _ in range(12):
            self.now += timedelta(minutes=11)
            unknowns.find_lost(actor=TICK, now=self.now)
            unknowns.look_up(actor=TICK, now=self.now)
            for row in Execution.objects.filter(state=State.UNKNOWN, leased_until=None).select_related(
                "proposal", "workspace"
            ):
                assert Occurrence.objects.filter(execution=row.id, disposition="open").exists()
                self._tell(row)
            rows = execution.claim(worker=99, limit=50, now=self.now)
            rows = execution.begin(executions=rows, worker=99, actor=TICK, now=self.now)
            outcomes = [calling.run(row) for row in rows]
            execution.record(outcomes=outcomes, worker=99, actor=TICK, now=self.now)
        left = set(Execution.objects.values_list("state", flat=True))
        assert left <= {State.SUCCEEDED, State.FAILED, State.CANCELLED}, left
        self.each_effect_happens_once_and_is_known()
        self.each_fact_is_recorded_once()


@pytest.mark.django_db
@pytest.mark.long
def test_no_schedule_of_several_workers_writes_twice() -> None:
    run_state_machine_as_test(
        Workers,
        settings=settings(
            max_examples=15, stateful_step_count=40, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
