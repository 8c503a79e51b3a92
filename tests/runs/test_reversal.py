"""Undo walks the corridor like everything else."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals import decisions
from approvals.models import Decision, Membership, Proposal
from runs import drain, reversal
from runs.models import Execution
from tests import builders
from tests.approvals.reviewing import signed_in, url
from tests.memo import Board
from tests.people import Company

pytestmark = pytest.mark.django_db


def work() -> int:
    return drain.drain(linger=0, longest=0)


def test_a_reversal_walks_the_same_corridor(northwind: Company, board: Board) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    work()
    done = Execution.objects.get()
    undo = reversal.propose(
        execution=done, member=northwind.maria, reason="posted twice", actor=builders.actor_of(northwind.maria),
        now=timezone.now(),
    )  # fmt: skip
    assert (undo.state, undo.tool, undo.reverses) == ("pending", "memo.erase", done.id)
    assert len(board.written) == 1
    builders.approve(undo, northwind.ken, at=timezone.now() - timedelta(minutes=5))
    work()
    assert board.written == {}
    assert Execution.objects.get(reverses=done).state == "succeeded"


def test_whoever_asks_for_a_reversal_cannot_sign_it(northwind: Company) -> None:
    from_maria = _a_reversal(northwind)
    with pytest.raises(PermissionError):
        builders.approve(from_maria, northwind.maria)


def test_whoever_signed_what_is_undone_does_not_sign_its_undoing(northwind: Company, board: Board) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    work()
    undo = _undoing(northwind.ken)
    assert undo.excluded_reviewers == [northwind.maria.user_id]
    page = signed_in(northwind.maria).get(url("proposal", undo)).text
    assert "took part in it, so somebody else must sign" in page
    with pytest.raises(decisions.NotYourDecision):
        builders.approve(undo, northwind.maria)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.create(
            proposal=undo, round=1, verdict="approve", seen_digest=undo.digest, digest=undo.digest,
            arguments=undo.arguments, decided_at=timezone.now(), reviewer=northwind.maria.user,
        )  # fmt: skip
    builders.approve(undo, northwind.ada, at=timezone.now() - timedelta(minutes=5))
    work()
    assert board.written == {}


def test_where_nobody_else_is_left_they_may_for_a_wrong_write_must_have_a_way_back(
    northwind: Company, board: Board
) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    work()
    Membership.objects.filter(pk=northwind.ada.pk).update(roles=["admin"])
    undo = _undoing(northwind.ken)
    assert undo.excluded_reviewers == []
    assert builders.approve(undo, northwind.maria).state == "approved"


def test_a_reversal_is_proposed_once(northwind: Company) -> None:
    first = _a_reversal(northwind)
    with pytest.raises(reversal.AlreadyReversed) as standing:
        reversal.propose(
            execution=Execution.objects.get(), member=northwind.ken, reason="again",
            actor=builders.actor_of(northwind.ken), now=timezone.now(),
        )  # fmt: skip
    assert standing.value.proposal == first


def test_a_reversal_that_did_nothing_cannot_report_success(northwind: Company, board: Board) -> None:
    undo = _a_reversal(northwind)
    board.written.clear()
    builders.approve(undo, northwind.ken, at=timezone.now() - timedelta(minutes=5))
    work()
    failed = Execution.objects.get(proposal=undo)
    assert (failed.state, failed.failure_class) == ("failed", "posting.already_voided")


def test_what_was_never_written_cannot_be_reversed(northwind: Company) -> None:
    builders.an_approved(northwind.bot, northwind.maria)
    with pytest.raises(reversal.NotReversible):
        reversal.propose(
            execution=Execution.objects.get(), member=northwind.maria, reason="",
            actor=builders.actor_of(northwind.maria), now=timezone.now(),
        )  # fmt: skip


def _undoing(member: Membership) -> Proposal:
    undo = reversal.propose(
        execution=Execution.objects.get(), member=member, reason="wrong", actor=builders.actor_of(member),
        now=timezone.now(),
    )  # fmt: skip
    return undo if undo.observed_at else builders.observe(undo)


def _a_reversal(company: Company) -> Proposal:
    builders.an_approved(company.bot, company.maria)
    work()
    return reversal.propose(
        execution=Execution.objects.get(), member=company.maria, reason="wrong",
        actor=builders.actor_of(company.maria), now=timezone.now(),
    )  # fmt: skip
