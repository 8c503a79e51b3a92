"""What people are told of by what happens: signatures wanted, approvals sent back, time running out."""

from datetime import timedelta

import pytest

from approvals import actors, holds, policies, proposals
from approvals.models import Cover, Hold, Notice, Proposal
from approvals.telling import notice_clock, notice_occasions
from tests.builders import a_proposal, actor_of, approve, now

pytestmark = pytest.mark.django_db


def told(kind: str) -> dict[str, int]:
    return dict(Notice.objects.filter(kind=kind).values_list("user__username", "count"))


@pytest.mark.usefixtures("two_must_sign")
def test_after_the_first_of_two_signatures_those_who_may_give_the_second_are_told(northwind):
    approve(a_proposal(northwind.bot), northwind.maria)
    assert told("second_wanted") == {"ken": 1, "ada": 1}  # neither who signed, nor who may not
    approve(a_proposal(northwind.bot), northwind.maria)
    assert told("second_wanted") == {"ken": 2, "ada": 2}


@pytest.mark.usefixtures("two_must_sign")
def test_the_second_signature_calls_nobody(northwind):
    proposal = a_proposal(northwind.bot)
    approve(proposal, northwind.maria)
    Notice.objects.all().delete()
    approve(proposal, northwind.ken)
    assert not Notice.objects.exists()


def test_where_one_signature_is_enough_nobody_is_called(northwind):
    approve(a_proposal(northwind.bot), northwind.maria)
    assert not Notice.objects.exists()


@pytest.mark.usefixtures("two_must_sign")
def test_people_with_a_stake_in_it_are_not_called(northwind):
    approve(a_proposal(northwind.bot, proposed_by=northwind.ken.user_id), northwind.maria)
    assert told("second_wanted") == {"ada": 1}


def test_where_reviewers_are_named_they_and_who_stands_in_are_called(northwind):
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=actors.worker("test"), now=now(), quorum=2,
        reviewers=[northwind.maria.user_id, northwind.ken.user_id],
    )  # fmt: skip
    Cover.objects.create(
        workspace=northwind.workspace, away=northwind.ken.user, stand_in=northwind.ada.user,
        starts_at=now() - timedelta(days=1), ends_at=now() + timedelta(days=1), created_at=now(),
    )  # fmt: skip
    approve(a_proposal(northwind.bot), northwind.maria)
    assert told("second_wanted") == {"ken": 1, "ada": 1}


@pytest.mark.usefixtures("two_must_sign")
def test_colleagues_are_not_called_to_a_drill(northwind):
    proposal = a_proposal(northwind.bot)
    proposal.drill = True
    notice_occasions.second_wanted(proposal=proposal, now=now())
    assert not Notice.objects.exists()


def test_whoever_had_it_open_is_told_that_it_ran_out(northwind):
    opened, ahead = (a_proposal(northwind.bot, at=now() - timedelta(days=9)) for _ in range(2))
    for proposal, opened_at in ((opened, now()), (ahead, None)):
        Hold.objects.create(
            proposal=proposal, reviewer=northwind.maria.user, epoch=proposal.id.int % 10**9, taken_at=now(),
            until=now() + timedelta(minutes=1), opened_at=opened_at,
        )  # fmt: skip
    assert proposals.expire_due(actor=actors.worker("test"), now=now()) == 2
    assert told("expired") == {"maria": 1}
    assert Notice.objects.get().proposal == opened


def test_what_runs_out_within_the_hour_is_told_once_an_hour(northwind):
    for minutes in (20, 40, 90):
        proposal = a_proposal(northwind.bot)
        Proposal.objects.filter(pk=proposal.pk).update(expires_at=now() + timedelta(minutes=minutes))
    assert notice_clock.tell_due_soon(now=now()) == 3
    assert told("due_soon") == {"maria": 2, "ken": 2, "ada": 2}
    assert notice_clock.tell_due_soon(now=now()) == 0
    assert notice_clock.tell_due_soon(now=now() + timedelta(minutes=61)) == 3
    assert told("due_soon") == {"maria": 1, "ken": 1, "ada": 1}


def test_nobody_is_told_what_was_not_put_to_them(northwind):
    proposal = a_proposal(northwind.bot, proposed_by=northwind.ken.user_id)
    Proposal.objects.filter(pk=proposal.pk).update(expires_at=now() + timedelta(minutes=20))
    notice_clock.tell_due_soon(now=now())
    assert told("due_soon") == {"maria": 1, "ada": 1}


def test_a_quiet_hour_costs_one_query(northwind, django_assert_num_queries):
    a_proposal(northwind.bot)
    with django_assert_num_queries(1):
        assert notice_clock.tell_due_soon(now=now()) == 0


def test_whoever_had_it_open_is_told_that_a_colleague_took_it_over(northwind):
    proposal = a_proposal(northwind.bot)
    for member in (northwind.maria, northwind.maria, northwind.ken):
        holds.take_over(proposal=proposal, member=member, actor=actor_of(member), now=now())
    assert told("taken_over") == {"maria": 1}
    assert Notice.objects.get().by == northwind.ken.user
