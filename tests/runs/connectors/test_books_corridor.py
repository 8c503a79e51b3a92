"""An expense through the whole corridor: observed, signed, posted, taken back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import decisions
from approvals.models import Proposal
from runs import drain, reversal
from runs.models import Execution
from tests import builders, expenses
from tests.books import Books
from tests.people import Company

pytestmark = pytest.mark.django_db


def work() -> None:
    drain.drain(linger=0, longest=0)


def sign(proposal: Proposal, company: Company) -> None:
    """Long enough ago for the undo window to have closed."""
    proposal.refresh_from_db()
    for member in builders.able(proposal, company.ken, company.ada)[: proposal.quorum]:
        decisions.decide(
            proposal_id=proposal.pk, member=member, verdict="approve", seen_digest=proposal.digest,
            actor=builders.actor_of(member), now=timezone.now() - timedelta(minutes=2),
        )  # fmt: skip


def test_an_expense_is_observed_signed_posted_and_taken_back(northwind: Company, books: Books) -> None:
    expenses.open_books("northwind")
    (proposal,) = expenses.propose(northwind.bot, [1])
    work()
    proposal.refresh_from_db()
    assert proposal.observation is not None
    assert proposal.observation["before"]["account_total"]["after"] == "10.01"
    sign(proposal, northwind)
    work()
    done = Execution.objects.get()
    (row,) = books.rows()
    assert (done.state, done.receipt) == (
        "succeeded", {"reference": f"expense:{row['id']}", "data": {"expense": row["id"]}},
    )  # fmt: skip
    undo = reversal.propose(
        execution=done, member=northwind.maria, reason="posted twice", actor=builders.actor_of(northwind.maria),
        now=timezone.now() - timedelta(minutes=3),
    )  # fmt: skip
    assert (undo.tool, undo.subject) == ("books.void_expense", done.proposal.subject)
    work()
    undo.refresh_from_db()
    assert undo.observation is not None and undo.observation["before"]["entry"]["expense"] == row["id"]
    sign(undo, northwind)
    work()
    first, second = books.rows()
    assert second["voids"] == first["id"] and first["total"] + second["total"] == 0
