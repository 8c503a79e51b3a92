"""Pages of one person, and of several, want the same items in one moment: they wait in turn, never for each other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from approvals import decisions, holds, switches
from approvals.batching import batches
from approvals.flow import flow_desk
from approvals.models import Hold, LedgerEntry, Membership, Proposal
from approvals.proposals import AlreadySettled
from approvals.waiting import choosing
from approvals.waiting.places import Place
from tests import builders
from tests.approvals import batching
from tests.approvals.reviewing import again
from tests.locks import meanwhile
from tests.patience import PATIENCE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)
TURNS = 30
REFUSED = (
    AlreadySettled, batches.AlreadyAnswered, batches.NothingAlike, batches.OnlyAlone, decisions.AlreadyAnswered,
    decisions.RecordedAlready, holds.HeldByAnother, switches.AlreadyPulled, switches.AlreadyReleased,
)  # fmt: skip


def test_a_batch_opened_while_the_page_behind_it_holds_its_item_has_it_too(northwind):
    rows = batching.memos(northwind, 6)
    now = timezone.now()
    batch = meanwhile(
        lambda: holds.open_one(proposal_id=rows[2].pk, member=northwind.maria, now=now),
        lambda: batching.opened(northwind.maria, rows[0]),
    )
    assert batch.items.count() == 6 == Hold.objects.filter(reviewer=northwind.maria.user).count()


def test_who_answers_while_a_colleague_takes_over_has_answered(northwind):
    row = builders.a_proposal(northwind.bot)
    now, maria = timezone.now(), builders.actor_of(northwind.maria)
    holds.open_one(proposal_id=row.pk, member=northwind.ken, now=now)
    meanwhile(
        lambda: holds.take_over(proposal=row, member=northwind.maria, actor=maria, now=now),
        lambda: builders.approve(row, northwind.ken),
    )
    assert again(row).state == "approved"
    assert LedgerEntry.objects.filter(kind="hold.taken_over", proposal=row.pk).count() == 1


def test_an_answer_that_finds_nothing_ahead_passes_over_nothing_that_is_just_being_laid_there(northwind):
    answered, first, *_ = batching.memos(northwind, 5)
    now, place = timezone.now(), Place()
    following = meanwhile(
        lambda: flow_desk.claim(northwind.maria, place, now, last=answered, want=2, besides=[answered.pk]),
        lambda: flow_desk.next_one(northwind.maria, place, now, answered),
    )
    assert following == first.pk


def test_pages_that_beat_claim_open_and_answer_what_is_alike_go_on_to_the_end(northwind):
    rows = batching.memos(northwind, 12)
    hands = [northwind.maria, northwind.maria, northwind.ken, northwind.ken]
    ready = Barrier(len(hands))

    def work(number: int) -> int:
        try:
            ready.wait(PATIENCE_SECONDS)
            return sum(_turn(hands[number], rows, Random(number * TURNS + turn)) for turn in range(TURNS))
        finally:
            connection.close()

    with ThreadPoolExecutor(len(hands)) as threads:
        done = list(threads.map(work, range(len(hands))))
    assert all(done)


def _turn(member: Membership, rows: list[Proposal], dice: Random) -> bool:
    """What a page does of itself or by a key, all at random. False: it was refused, in words."""
    now, row = timezone.now(), dice.choice(rows)
    actor = builders.actor_of(member)
    several = dice.sample(rows, 4)
    deeds: list[Callable[[], object]] = [
        lambda: holds.open_one(proposal_id=row.pk, member=member, now=now, length=timedelta(seconds=1)),
        lambda: holds.claim(
            member=member, rows=choosing.onward(member, Place(), now, None)[0], want=2, now=now
        ),
        lambda: holds.renew(
            member=member, epochs=dict(Hold.objects.values_list("proposal", "epoch")), now=now
        ),
        lambda: holds.let_go(member=member, proposals=[one.pk for one in several]),
        lambda: holds.take_over(proposal=row, member=member, actor=actor, now=now),
        lambda: holds.forget(now=now + timedelta(hours=2)),
        lambda: batches.leave(batch=batching.opened(member, row), member=member),
        lambda: builders.approve(row, member),
        lambda: switches.pull(of=member.workspace, actor=actor, now=now - timedelta(seconds=dice.random())),
        lambda: switches.release(of=member.workspace, actor=actor, now=now),
        lambda: switches.keep_alive(now=now + timedelta(minutes=50)),
        lambda: decisions.undo(proposal_id=row.pk, member=member, actor=actor, now=now),
    ]
    try:
        dice.choice(deeds)()
    except (*REFUSED, decisions.NotYourDecision, decisions.TooLate, decisions.StaleView):
        return False
    return True
