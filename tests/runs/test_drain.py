"""From approval to receipt: claimed, begun, called once, recorded; and every way in which that can go wrong."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import policies, switches, tools
from approvals.actors import worker
from approvals.models import LedgerEntry
from exceptions.models import Case, Occurrence
from runs import drain, execution, sweep, unknowns
from runs.models import Attempt, Execution
from runs.redriving import hearing
from tests import builders, lanes
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)  # the sweep seals what is committed
TICK = worker("tick")


def work() -> int:
    return drain.drain(linger=0, longest=0)


def test_an_approved_proposal_is_written_once_with_a_receipt(northwind: Company, board: Board) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    assert work() == 1
    done = Execution.objects.get(proposal=proposal)
    assert done.state == "succeeded"
    assert done.receipt == {"reference": f"memo:{done.write_key[:8]}", "data": {"key": done.write_key}}
    assert done.before == {"memos": 0}
    assert board.calls == [done.write_key]
    assert list(Attempt.objects.values_list("number", "outcome")) == [(1, "succeeded")]
    kinds = LedgerEntry.objects.filter(execution=done.id).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["execution.started", "execution.succeeded"]
    assert work() == 0
    assert len(board.calls) == 1


def test_nothing_runs_before_its_undo_window_has_closed(northwind: Company, board: Board) -> None:
    builders.approve(builders.a_proposal(northwind.bot), northwind.maria)
    assert work() == 0
    assert board.calls == []


def test_a_new_proposal_is_observed_before_anybody_is_asked(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot, observed=False)
    before = proposal.digest
    work()
    proposal.refresh_from_db()
    assert proposal.observation["before"] == {"memos": 0}
    assert proposal.digest != before


def test_what_policy_lets_pass_is_observed_approved_and_written_without_a_person(
    northwind: Company, board: Board
) -> None:
    lane = builders.a_proposal(northwind.bot).lane
    lanes.stand(lane, "full")
    proposal = builders.a_proposal(northwind.bot, observed=False)
    work()
    work()
    proposal.refresh_from_db()
    assert proposal.state == "approved"
    assert Execution.objects.get(proposal=proposal).state == "succeeded"


def test_a_refusal_is_final_and_lands_with_its_owner(northwind: Company, board: Board) -> None:
    board.trouble = [tools.Refused("posting.period_closed", "period 2026-06 is closed", "day")]
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    work()
    failed = Execution.objects.get(proposal=proposal)
    assert (failed.state, failed.failure_class) == ("failed", "posting.period_closed")
    case = Case.objects.get()
    assert case.failure_class.code == "posting.period_closed"
    assert case.owner is not None
    assert Occurrence.objects.get().execution == failed.id
    work()
    assert len(board.calls) == 1


def test_a_passing_trouble_is_tried_again_under_the_same_key(northwind: Company, board: Board) -> None:
    board.trouble = [tools.Transient("integration.timeout", "no answer")]
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    work()
    waiting = Execution.objects.get(proposal=proposal)
    assert (waiting.state, waiting.attempts) == ("scheduled", 1)
    assert waiting.due_at >= waiting.tries.get().finished_at
    Execution.objects.filter(pk=waiting.pk).update(due_at=timezone.now())
    work()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == ("succeeded", 2)
    assert board.calls == [waiting.write_key] * 2
    assert not Case.objects.exists()


def test_trouble_that_does_not_pass_becomes_a_case(northwind: Company, board: Board) -> None:
    board.trouble = [tools.Transient("integration.timeout", "no answer") for _ in range(10)]
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    for _ in range(10):
        work()
        Execution.objects.filter(state="scheduled").update(due_at=timezone.now())
    failed = Execution.objects.get(proposal=proposal)
    assert failed.state == "failed"
    assert failed.attempts == len(board.calls) == 5
    assert Case.objects.get().failure_class.code == "integration.timeout"


def test_an_unknown_outcome_is_looked_up_and_never_sent_again_blindly(
    northwind: Company, board: Board
) -> None:
    board.trouble = [tools.Unknown("outcome.unknown", "cut off while answering")]
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    work()
    doubt = Execution.objects.get(proposal=proposal)
    assert doubt.state == "unknown"
    board.written[doubt.write_key] = {"title": "it had happened"}
    sweep.once(now=timezone.now() + timedelta(seconds=1))
    doubt.refresh_from_db()
    assert doubt.state == "succeeded"
    assert doubt.after == {"title": "it had happened"}
    assert len(board.calls) == 1


def test_an_unknown_that_surely_did_not_happen_is_tried_again(northwind: Company, board: Board) -> None:
    board.trouble = [tools.Unknown("outcome.unknown", "cut off")]
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    work()
    assert unknowns.look_up(actor=TICK, now=timezone.now() + timedelta(seconds=1)) == 1
    Execution.objects.update(due_at=timezone.now())
    work()
    assert Execution.objects.get(proposal=proposal).state == "succeeded"
    assert len(board.written) == 1


def test_an_unknown_nobody_can_tell_about_goes_to_its_owner(northwind: Company, board: Board) -> None:
    board.trouble, board.deaf = [tools.Unknown("outcome.unknown", "cut off")], True
    builders.an_approved(northwind.bot, northwind.maria)
    work()
    for minutes in (1, 2, 3):
        unknowns.look_up(actor=TICK, now=timezone.now() + timedelta(minutes=minutes))
    assert Execution.objects.get().state == "unknown"
    case = Case.objects.get()
    assert case.failure_class.code == "outcome.unknown"
    assert case.occurrences.get().written == "unknown"


def test_a_connector_that_breaks_promises_nothing(northwind: Company, board: Board) -> None:
    board.trouble = [ZeroDivisionError("a bug")]
    builders.an_approved(northwind.bot, northwind.maria)
    work()
    assert Execution.objects.get().state == "unknown"


def test_a_changed_target_sends_it_back_with_the_difference(northwind: Company, board: Board) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    board.version = "2"
    work()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.round) == ("pending", 2)
    assert proposal.observation["version"] == "2"
    assert proposal.observation["was"] == {"memos": 0}
    assert Execution.objects.get().state == "cancelled"
    assert board.calls == []
    builders.approve(proposal, northwind.ken, at=timezone.now() - timedelta(minutes=1))
    work()
    assert len(board.calls) == 1


def test_a_policy_that_became_stricter_sends_it_back(northwind: Company, board: Board) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    policies.set_policy(
        workspace=northwind.workspace,
        tool="memo.write",
        actor=TICK,
        now=timezone.now(),
        quorum=2,
        currency="EUR",
    )
    work()
    proposal.refresh_from_db()
    assert proposal.state == "pending"
    assert board.calls == []


@pytest.mark.parametrize("what", ["workspace", "agent", "tool"])
def test_a_pulled_switch_stops_dispatch_until_it_is_released(
    northwind: Company, board: Board, what: str
) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    workspace = northwind.workspace
    switched = {
        "workspace": workspace,
        "agent": northwind.bot,
        "tool": switches.OfTool(workspace, "memo.write"),
    }
    switches.pull(of=switched[what], actor=TICK, now=timezone.now())
    work()
    assert board.calls == []
    assert Execution.objects.get().state == "scheduled"
    switches.release(of=switched[what], actor=TICK, now=timezone.now())
    work()
    assert len(board.calls) == 1


def test_a_worker_that_lost_its_lease_changes_nothing(northwind: Company, board: Board) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    now = timezone.now()
    [late] = execution.claim(worker=7, limit=1, now=now)
    [other] = execution.claim(worker=8, limit=1, now=now + execution.LEASE * 2)
    assert other.lease_epoch == late.lease_epoch + 1
    assert execution.begin(executions=[late], worker=7, actor=TICK, now=now) == []
    execution.begin(executions=[other], worker=8, actor=TICK, now=now)
    outcome = execution.Outcome(late, "succeeded", receipt={"reference": "late", "data": {}})
    assert execution.record(outcomes=[outcome], worker=7, actor=TICK, now=now) == 0
    assert Execution.objects.get(proposal=proposal).state == "started"


def test_two_workers_never_claim_the_same(northwind: Company) -> None:
    for _ in range(6):
        builders.an_approved(northwind.bot, northwind.maria)
    first = execution.claim(worker=7, limit=3, now=timezone.now())
    second = execution.claim(worker=8, limit=6, now=timezone.now())
    assert len(first) == len(second) == 3
    assert not {row.id for row in first} & {row.id for row in second}


def test_the_rows_of_the_dead_are_found_at_once(northwind: Company, board: Board) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    other = builders.an_approved(northwind.bot, northwind.maria)
    claimed = execution.claim(worker=7, limit=2, now=timezone.now())  # nobody holds the lock of worker 7
    begun = next(row for row in claimed if row.proposal_id == proposal.pk)
    execution.begin(executions=[begun], worker=7, actor=TICK, now=timezone.now())
    assert unknowns.find_lost(actor=TICK, now=timezone.now()) == 1
    assert Execution.objects.get(proposal=proposal).state == "unknown"
    free = Execution.objects.get(proposal=other)
    assert (free.state, free.claimed_by) == ("scheduled", None)


def test_what_was_refused_is_tried_again_by_hand_once_its_cause_is_gone(
    northwind: Company, board: Board
) -> None:
    board.trouble = [tools.Refused("posting.period_closed", "the period is closed")]
    builders.an_approved(northwind.bot, northwind.maria)
    work()
    row = Execution.objects.get()
    terms = {"by": northwind.olu.user_id, "actor": builders.actor_of(northwind.olu), "now": timezone.now()}
    execution.retry(execution=row, **terms)
    work()
    row.refresh_from_db()
    assert (row.state, row.attempts, board.calls) == ("succeeded", 2, [row.write_key] * 2)
    assert Case.objects.get().state == "open"  # until the write was seen
    assert hearing.hear_due(now=timezone.now()) == 1
    assert Case.objects.get().state == "resolved"
    with pytest.raises(execution.NotRetriable):
        execution.retry(execution=row, **terms)


def test_other_bytes_under_a_signature_never_run(northwind: Company, board: Board) -> None:
    """Evidence slipped in after the signature: the digest taken anew differs, whatever the rows say of each other."""
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    last = proposal.evidence.get()
    last.pk, last.position = None, 2
    last.save(force_insert=True)
    work()
    stopped = Execution.objects.get()
    assert (stopped.state, stopped.failure_class, board.calls) == ("failed", "dispatch.stopped", [])
    assert Case.objects.get().failure_class.code == "dispatch.stopped"


def test_an_agent_that_lost_its_tool_writes_no_more(northwind: Company, board: Board) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    type(northwind.bot).objects.filter(pk=northwind.bot.pk).update(tools=[])
    work()
    proposal.refresh_from_db()
    assert (proposal.state, board.calls) == ("pending", [])


def test_a_target_that_moved_since_the_agent_looked_is_shown_and_passes_nobody(
    northwind: Company, board: Board
) -> None:
    lane = builders.a_proposal(northwind.bot).lane
    lanes.stand(lane, "full")
    proposal = builders.a_proposal(northwind.bot, observed=False, precondition={"version": "0"})
    work()
    proposal.refresh_from_db()
    assert (proposal.ruling, proposal.state) == ("allow", "pending")
    assert proposal.observation["notes"] == ["The target is no longer as the agent saw it"]
