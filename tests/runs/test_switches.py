"""Pulled switches: nothing more is begun, clocks stand still, and whoever is asked says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import actors, decisions, proposals, switches
from approvals.models import LedgerEntry, Proposal
from runs import drain, execution, sweep
from runs.models import Execution
from tests import builders
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)  # the sweep seals what is committed
TEST = actors.worker("test")
WHAT = pytest.mark.parametrize("what", ["workspace", "agent", "tool"])
HOUR = timedelta(hours=1)


def the_switch(company: Company, what: str) -> switches.Switched:
    of_tool = switches.OfTool(company.workspace, "memo.write")
    return {"workspace": company.workspace, "agent": company.bot, "tool": of_tool}[what]


def pull(company: Company, what: str, ago: timedelta = timedelta(0)) -> None:
    switches.pull(of=the_switch(company, what), actor=TEST, now=timezone.now() - ago, by=company.ada.user_id)


def release(company: Company, what: str) -> None:
    switches.release(of=the_switch(company, what), actor=TEST, now=timezone.now())


def left(proposal: Proposal) -> timedelta:
    proposal.refresh_from_db()
    return proposal.expires_at - timezone.now()


def about(length: timedelta, wanted: timedelta) -> bool:
    return abs(length - wanted) < timedelta(seconds=20)


@WHAT
def test_what_was_leased_before_the_pull_is_not_begun(northwind: Company, board: Board, what: str) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    leased = execution.claim(worker=9, limit=1, now=timezone.now())
    pull(northwind, what)
    assert execution.begin(executions=leased, worker=9, actor=TEST, now=timezone.now()) == []
    drain.drain(linger=0, longest=0)
    row = Execution.objects.get()
    assert (row.state, row.claimed_by, board.calls) == ("scheduled", None, [])
    release(northwind, what)
    drain.drain(linger=0, longest=0)
    assert len(board.calls) == 1


@WHAT
def test_nothing_expires_while_it_is_pulled_and_the_time_is_given_back(northwind: Company, what: str) -> None:
    proposal = builders.a_proposal(northwind.bot)
    Proposal.objects.filter(pk=proposal.pk).update(
        created_at=timezone.now() - 10 * HOUR, expires_at=timezone.now() - 2 * HOUR
    )
    pull(northwind, what, ago=3 * HOUR)  # an hour was left
    assert proposals.expire_due(actor=TEST, now=timezone.now()) == 0
    release(northwind, what)
    assert about(left(proposal), HOUR)
    released = LedgerEntry.objects.get(kind="switch.released")
    assert released.data["clocks"] == 1


def test_time_that_two_switches_stopped_is_given_back_once(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot)
    Proposal.objects.filter(pk=proposal.pk).update(
        created_at=timezone.now() - 10 * HOUR, expires_at=timezone.now() + HOUR
    )
    pull(northwind, "tool", ago=4 * HOUR)
    pull(northwind, "workspace", ago=3 * HOUR)
    pull(northwind, "agent", ago=2 * HOUR)
    release(northwind, "tool")
    assert about(left(proposal), 2 * HOUR)
    release(northwind, "agent")
    assert about(left(proposal), 2 * HOUR)
    release(northwind, "workspace")
    assert about(left(proposal), 5 * HOUR)


def test_what_came_in_meanwhile_lost_only_the_time_since(northwind: Company) -> None:
    pull(northwind, "workspace", ago=5 * HOUR)
    proposal = builders.a_proposal(northwind.bot)
    Proposal.objects.filter(pk=proposal.pk).update(
        created_at=timezone.now() - HOUR, expires_at=timezone.now() + HOUR
    )
    release(northwind, "workspace")
    assert about(left(proposal), 2 * HOUR)


def test_what_the_switch_does_not_touch_goes_on(northwind: Company, harbour: Company) -> None:
    strange = builders.a_proposal(harbour.bot)
    before = left(strange)
    for what in ("workspace", "agent", "tool"):
        pull(northwind, what, ago=3 * HOUR)
        release(northwind, what)
    assert about(left(strange), before)
    Proposal.objects.filter(pk=strange.pk).update(
        created_at=timezone.now() - 2 * HOUR, expires_at=timezone.now() - HOUR
    )
    pull(northwind, "workspace")
    assert proposals.expire_due(actor=TEST, now=timezone.now()) == 1


def test_what_a_switch_gave_back_once_gains_nothing_from_the_next_one_elsewhere(
    northwind: Company, harbour: Company
) -> None:
    late = builders.a_proposal(northwind.bot)
    pull(northwind, "workspace", ago=HOUR)
    release(northwind, "workspace")
    Proposal.objects.filter(pk=late.pk).update(
        created_at=timezone.now() - 3 * HOUR,
        credited_until=timezone.now() - 2 * HOUR,
        expires_at=timezone.now(),
    )
    switches.pull(of=harbour.workspace, actor=TEST, now=timezone.now() - HOUR)
    assert switches.keep_alive(now=timezone.now()) == 0
    assert about(left(late), timedelta(0))


@WHAT
def test_what_was_nearly_late_is_still_offered_and_may_be_answered(northwind: Company, what: str) -> None:
    proposal = builders.a_proposal(northwind.bot)
    Proposal.objects.filter(pk=proposal.pk).update(
        created_at=timezone.now() - 2 * HOUR, expires_at=timezone.now() - 30 * timedelta(minutes=1)
    )
    pull(northwind, what, ago=HOUR)  # half an hour was left
    sweep.once(now=timezone.now())
    assert about(left(proposal), timedelta(minutes=30))
    builders.approve(proposal, northwind.maria)
    release(northwind, what)
    assert about(left(proposal), timedelta(minutes=30))


@WHAT
def test_an_undo_window_stands_still_too(northwind: Company, board: Board, what: str) -> None:
    now = timezone.now()
    proposal = builders.approve(
        builders.a_proposal(northwind.bot, at=now - HOUR), northwind.maria, at=now - HOUR
    )
    window = proposal.release_at - (now - HOUR)
    switches.pull(of=the_switch(northwind, what), actor=TEST, now=now - HOUR + window / 2)
    release(northwind, what)
    proposal.refresh_from_db()
    row = Execution.objects.get()
    assert about(proposal.release_at - timezone.now(), window / 2) and row.due_at == proposal.release_at
    drain.drain(linger=0, longest=0)
    assert board.calls == []


@WHAT
def test_an_approval_can_be_taken_back_as_long_as_its_window_stands_still(
    northwind: Company, what: str
) -> None:
    now = timezone.now()
    proposal = builders.approve(
        builders.a_proposal(northwind.bot, at=now - HOUR), northwind.maria, at=now - HOUR
    )
    switches.pull(of=the_switch(northwind, what), actor=TEST, now=now - HOUR + timedelta(seconds=1))
    actor = builders.actor_of(northwind.maria)
    decisions.undo(proposal_id=proposal.pk, member=northwind.maria, actor=actor, now=timezone.now())
    assert Execution.objects.get().state == "cancelled"
