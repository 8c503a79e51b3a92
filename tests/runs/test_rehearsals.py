"""Dry runs: asked for by people who may act, tried once by a worker, bounded, and forgotten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import actors, switches
from approvals.models import LedgerEntry, Proposal
from runs import drain, rehearsals, rehearsing, sweep
from runs.models import Execution, Rehearsal
from runs.rehearsals import Asker
from tests import builders, lanes
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)  # the sweep seals what is committed
TICK = actors.worker("tick")


def ask(proposal: Proposal, company: Company, *, at=None) -> Rehearsal:
    row, _ = rehearsals.ask(
        proposal_id=proposal.pk, by=Asker(user_id=company.maria.user_id), actor=builders.actor_of(company.maria),
        now=at or timezone.now(),
    )  # fmt: skip
    return row


def carried_out(row: Rehearsal) -> Rehearsal:
    drain.drain(linger=0, longest=0.5)
    row.refresh_from_db()
    return row


def kinds(proposal: Proposal) -> list[str]:
    told = LedgerEntry.objects.filter(proposal=proposal.pk, kind__startswith="rehearsal")
    return list(told.order_by("id").values_list("kind", flat=True))


def test_a_worker_carries_it_out_and_the_ledger_says_so(northwind: Company, board: Board) -> None:
    proposal = builders.a_proposal(northwind.bot)
    row = carried_out(ask(proposal, northwind))
    assert (row.state, row.ending) == ("done", "read"), "the memo board knows no dry run"
    assert row.would == {"before": {"memos": 0}} and row.seen_version == "1" and row.took_ms is not None
    assert board.calls == [] and not Execution.objects.exists()
    assert kinds(proposal) == ["rehearsal.asked", "rehearsal.done"]
    done = LedgerEntry.objects.get(kind="rehearsal.done")
    assert done.data == {"digest": proposal.digest, "ending": "read", "failure": ""}
    assert done.actor_kind == "worker"


def test_a_blocked_one_can_be_rehearsed(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot, arguments={"amount": "x"})
    assert proposal.state == "blocked"
    row = carried_out(ask(proposal, northwind))
    assert (row.ending, row.failure_class) == ("refused", "proposal.invalid")


def test_what_is_approved_and_not_yet_due_can_be_rehearsed(northwind: Company, board: Board) -> None:
    proposal = builders.approve(builders.a_proposal(northwind.bot), northwind.maria)
    assert carried_out(ask(proposal, northwind)).ending == "read"
    assert board.calls == []


def test_what_is_written_cannot(northwind: Company) -> None:
    proposal = builders.an_approved(northwind.bot, northwind.maria)
    drain.drain(linger=0, longest=0)
    with pytest.raises(rehearsals.NothingToRehearse):
        ask(proposal, northwind)


def test_what_a_person_refused_cannot(northwind: Company) -> None:
    proposal = builders.approve(
        builders.a_proposal(northwind.bot), northwind.maria, verdict="reject", reason_code="other"
    )
    with pytest.raises(rehearsals.NothingToRehearse):
        ask(proposal, northwind)


def test_a_shadow_is_rehearsed_whatever_its_state(northwind: Company) -> None:
    lane = builders.a_proposal(northwind.bot).lane
    lanes.stand(lane, "shadow")
    proposal = builders.a_proposal(northwind.bot)
    assert proposal.shadow
    builders.approve(proposal, northwind.maria)
    assert carried_out(ask(proposal, northwind)).ending == "read"
    assert not Execution.objects.exists()


def test_a_tool_that_can_show_nothing_is_not_asked(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot, tool="memo.erase", arguments={"key": "k"})
    with pytest.raises(rehearsals.NothingToRehearse):
        ask(proposal, northwind)


def test_asking_twice_in_a_minute_gives_the_same_answer(northwind: Company) -> None:
    proposal, at = builders.a_proposal(northwind.bot), timezone.now()
    row = ask(proposal, northwind, at=at)
    assert ask(proposal, northwind, at=at) == row, "while it waits"
    carried_out(row)
    assert ask(proposal, northwind, at=at + timedelta(seconds=59)) == row, "and when it is done"
    assert ask(proposal, northwind, at=at + timedelta(seconds=61)) != row
    assert kinds(proposal).count("rehearsal.asked") == 2


def test_the_database_lets_one_be_under_way(northwind: Company) -> None:
    row = ask(builders.a_proposal(northwind.bot), northwind)
    row.pk = None
    with pytest.raises(IntegrityError, match="one_rehearsal_at_once"), transaction.atomic():
        row.save(force_insert=True)


def test_a_workspace_has_so_many_waiting(northwind: Company) -> None:
    for _ in range(rehearsals.MOST_WAITING):
        ask(builders.a_proposal(northwind.bot), northwind)
    with pytest.raises(rehearsals.TooManyWaiting):
        ask(builders.a_proposal(northwind.bot), northwind)


@pytest.mark.parametrize("switched", ["workspace", "bot"])
def test_a_pulled_switch_stops_rehearsals_too(northwind: Company, switched: str) -> None:
    proposal = builders.a_proposal(northwind.bot)
    row = ask(proposal, northwind)
    switches.pull(of=getattr(northwind, switched), actor=TICK, now=timezone.now())
    assert carried_out(row).ending == "stopped", "asked for before"
    with pytest.raises(rehearsals.Stopped):
        ask(proposal, northwind, at=timezone.now() + timedelta(minutes=2))


def test_a_target_that_moved_since_is_told(northwind: Company, board: Board) -> None:
    proposal = builders.a_proposal(northwind.bot)
    board.version = "2"
    row = carried_out(ask(proposal, northwind))
    assert row.seen_version == "2" and "no longer as it was" in row.notes[0]


def test_one_whose_worker_was_lost_is_given_up(northwind: Company) -> None:
    row, now = ask(builders.a_proposal(northwind.bot), northwind), timezone.now()
    Rehearsal.objects.filter(pk=row.pk).update(state="started", started_at=now - timedelta(minutes=3))
    assert sweep.once(now=now)["rehearsed"] == 1
    row.refresh_from_db()
    assert (row.state, row.ending) == ("done", "lost")


def test_whoever_comes_back_late_changes_nothing(northwind: Company) -> None:
    row, now = ask(builders.a_proposal(northwind.bot), northwind), timezone.now()
    Rehearsal.objects.filter(pk=row.pk).update(state="started", started_at=now - timedelta(minutes=3))
    row.refresh_from_db()
    rehearsing.give_up(actor=TICK, now=now)
    told = rehearsing.Tried("passed")
    assert rehearsing._finish(row, told, TICK, now) == 0
    row.refresh_from_db()
    assert row.ending == "lost"


def test_old_ones_are_forgotten(northwind: Company) -> None:
    row = carried_out(ask(builders.a_proposal(northwind.bot), northwind))
    Rehearsal.objects.update(asked_at=timezone.now() - rehearsals.KEPT_FOR - timedelta(days=1))
    assert rehearsals.forget(now=timezone.now()) == 1
    assert not Rehearsal.objects.filter(pk=row.pk).exists()


def test_few_of_one_proposal_are_kept(northwind: Company) -> None:
    proposal, at = builders.a_proposal(northwind.bot), timezone.now()
    for step in range(rehearsals.KEPT + 3):
        carried_out(ask(proposal, northwind, at=at + step * timedelta(minutes=2)))
    assert Rehearsal.objects.count() == rehearsals.KEPT


def test_the_tick_finds_one_whose_ring_was_lost(northwind: Company) -> None:
    ask(builders.a_proposal(northwind.bot), northwind)
    assert sweep.once(now=timezone.now())["due"] == 1
