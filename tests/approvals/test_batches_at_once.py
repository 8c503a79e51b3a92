"""Batches against everything else in the same moment: one answer for each item, or none, and a whole ledger."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from approvals import decisions, locks, proposals
from approvals.batching import batch_answers, batches
from approvals.holds import HeldByAnother
from approvals.models import Batch, Decision, LedgerEntry, Proposal
from approvals.proposals import AlreadySettled
from approvals.sealing import seals
from exceptions import intake
from runs.models import Execution
from tests import builders
from tests.approvals import batching, ledgers
from tests.approvals.reviewing import again, signed_in
from tests.locks import meanwhile
from tests.patience import PATIENCE_SECONDS
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)
EXPECTED = (
    AlreadySettled, batches.AlreadyAnswered, decisions.AlreadyAnswered, decisions.StaleView, decisions.TooLate,
    HeldByAnother,
)  # fmt: skip


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """All begin together, each on a connection of its own. A refusal that has a name is an answer."""
    ready = Barrier(len(works))

    def one(work: Callable[[], Any]) -> Any:
        try:
            ready.wait(PATIENCE_SECONDS)
            return work()
        except EXPECTED as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


def whole(company: Company) -> None:
    """One answer a round, one effect each, and a ledger that verifies."""
    answers = Counter(Decision.objects.values_list("proposal", "round"))
    assert set(answers.values()) <= {1}
    approved = set(Proposal.objects.filter(state="approved").values_list("pk", flat=True))
    live = Execution.objects.exclude(state="cancelled")
    assert sorted(live.values_list("proposal", flat=True)) == sorted(approved)
    facts = Counter(LedgerEntry.objects.values_list("kind", flat=True))
    assert facts["decision.recorded"] == Decision.objects.count()
    while seals.seal_due(now=timezone.now() + timedelta(minutes=5)):
        pass
    report = ledgers.inspect(company.workspace)
    assert report.entries == LedgerEntry.objects.filter(workspace=company.workspace).count()


@pytest.fixture
def rows(northwind) -> list[Proposal]:
    return batching.memos(northwind, 6)


def test_the_same_batch_sent_twice_at_once_is_answered_once(northwind, rows):
    batch = batching.ready(northwind.maria, rows[0])
    clients = [signed_in(northwind.maria) for _ in range(3)]
    ticks = [row.public_id for row in rows]

    def send(client):
        return lambda: batching.post(client, "batch-decide", batch, verdict="approve", tick=ticks).status_code

    assert at_once(*map(send, clients)) == [303, 303, 303]
    assert Decision.objects.count() == 6
    assert LedgerEntry.objects.filter(kind="batch.decided").count() == 1
    assert set(batching.outcomes(batch).values()) == {"approved"}
    whole(northwind)


def test_two_batches_that_share_items_answer_each_item_once(northwind, rows):
    first = batching.ready(northwind.maria, rows[0])
    second = Batch.objects.create(
        workspace=first.workspace, reviewer=northwind.ken.user, cohort=first.cohort, created_at=timezone.now()
    )
    for position, row in enumerate(rows, 1):
        second.items.create(proposal=row, position=position, digest=row.digest, opened_at=timezone.now())
    batches.leave(batch=first, member=northwind.maria)
    told = at_once(
        lambda: batching.decided(first, northwind.maria),
        lambda: batching.decided(second, northwind.ken, verdict="reject", reason_code="wrong_value"),
    )
    assert Decision.objects.count() == 6
    assert sum(found.get("approved", 0) + found.get("rejected", 0) for found in told) == 6
    assert not any(item.outcome == "" for item in first.items.all())
    whole(northwind)


def test_a_batch_against_an_answer_a_withdrawal_and_the_clock(northwind, rows):
    batch = batching.ready(northwind.maria, rows[0])
    batches.leave(batch=batch, member=northwind.maria)
    late = timezone.now()
    Proposal.objects.filter(pk=rows[3].pk).update(created_at=late - timedelta(days=1), expires_at=late)
    at_once(
        lambda: batching.decided(batch, northwind.maria, now=late - timedelta(seconds=1)),
        lambda: builders.approve(rows[1], northwind.ken),
        lambda: intake.withdraw(
            proposal=rows[2], actor=builders.agent_actor(northwind.bot), now=timezone.now()
        ),
        lambda: proposals.expire_due(actor=builders.actor_of(northwind.ken), now=late),
    )
    assert again(rows[1]).state == "approved" and Decision.objects.filter(proposal=rows[1]).count() == 1
    assert again(rows[2]).state in ("approved", "withdrawn")
    assert again(rows[3]).state in ("approved", "expired")
    ends = batching.outcomes(batch)
    assert ends["Chair 3"] == ("approved" if again(rows[2]).state == "approved" else "settled")
    assert ends["Chair 4"] == ("approved" if again(rows[3]).state == "approved" else "settled")
    whole(northwind)


def test_undoing_a_batch_twice_at_once_takes_each_back_once(northwind, rows):
    batch = batching.ready(northwind.maria, rows[0])
    batching.decided(batch, northwind.maria)

    def undo():
        return batch_answers.undo(
            batch=batch, member=northwind.maria, actor=builders.actor_of(northwind.maria), now=timezone.now()
        )

    told = at_once(undo, undo)
    assert sum(found["taken_back"] for found in told) == 6
    assert {(again(row).state, again(row).round) for row in rows} == {("pending", 2)}
    assert LedgerEntry.objects.filter(kind="decision.undone").count() == 6
    assert set(batching.outcomes(batch).values()) == {"taken_back"}
    whole(northwind)


def test_opening_the_same_batch_twice_at_once_is_one_batch(northwind, rows):
    opened = at_once(*[lambda: batching.opened(northwind.maria, rows[0])] * 3)
    assert len({batch.pk for batch in opened}) == 1 == Batch.objects.count()


def test_what_ones_own_page_claims_in_that_very_moment_is_in_the_batch_all_the_same(northwind, rows):
    claimed = Proposal.objects.filter(pk__in=[rows[2].pk, rows[3].pk])
    batch = meanwhile(lambda: list(locks.take(claimed)), lambda: batching.opened(northwind.maria, rows[0]))
    assert batch.items.count() == 6


def test_two_people_who_open_alike_ones_at_once_share_none(northwind, rows):
    def open_one(member, row):
        try:
            return {item.proposal_id for item in batching.opened(member, row).items.all()}
        except (batches.NothingAlike, batches.OnlyAlone):
            return set()

    mine, theirs = at_once(
        lambda: open_one(northwind.maria, rows[0]), lambda: open_one(northwind.ken, rows[5])
    )
    assert mine.isdisjoint(theirs)
