"""Holds: who has what on the screen; in order, never two, and never for longer than somebody looks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from approvals import decisions, holds
from approvals.models import Hold, LedgerEntry, Membership, Proposal
from approvals.oversight.exposures import Look
from approvals.waiting import choosing
from approvals.waiting.places import Place
from tests import builders
from tests.patience import PATIENCE_SECONDS
from tests.people import Company, person


def some(company: Company, many: int, now: datetime) -> list[Proposal]:
    """So many, each running out later than the one before."""
    return [
        builders.a_proposal(company.bot, expires_at=now + timedelta(hours=number + 1))
        for number in range(many)
    ]


def offered(member: Membership, now: datetime) -> choosing.Choice:
    return choosing.onward(member, Place(), now, None)[0]


def claim(member: Membership, want: int, now: datetime, **more) -> list:
    return list(holds.claim(member=member, rows=offered(member, now), want=want, now=now, **more))


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_the_most_urgent_are_claimed_first(northwind, now):
    rows = some(northwind, 4, now)
    assert claim(northwind.maria, 2, now) == [rows[0].pk, rows[1].pk]
    assert claim(northwind.ken, 3, now) == [rows[2].pk, rows[3].pk]


def test_what_one_has_ahead_is_found_again_under_its_epoch(northwind, now):
    some(northwind, 3, now)
    rows = offered(northwind.maria, now)
    first = holds.claim(member=northwind.maria, rows=rows, want=2, now=now)
    assert holds.claim(member=northwind.maria, rows=rows, want=2, now=now) == first


def test_what_one_reads_in_another_tab_is_not_laid_ahead(northwind, now):
    first, second, _ = some(northwind, 3, now)
    holds.open_one(proposal_id=first.pk, member=northwind.maria, now=now)
    assert claim(northwind.maria, 1, now) == [second.pk]


def test_nothing_is_claimed_that_is_asked_for_besides(northwind, now):
    first, second = some(northwind, 2, now)
    assert claim(northwind.maria, 2, now, besides=[first.pk]) == [second.pk]


def test_who_does_not_review_claims_nothing(northwind, now):
    some(northwind, 2, now)
    assert claim(northwind.tess, 2, now) == [] and claim(northwind.olu, 2, now) == []
    assert not Hold.objects.exists()


def test_a_hold_runs_out_and_another_has_it_under_a_later_epoch(northwind, now):
    (row,) = some(northwind, 1, now)
    early = holds.open_one(proposal_id=row.pk, member=northwind.maria, now=now)
    assert holds.open_one(proposal_id=row.pk, member=northwind.ken, now=now) is None
    later = now + holds.OPEN + timedelta(seconds=1)
    late = holds.open_one(proposal_id=row.pk, member=northwind.ken, now=later)
    assert early is not None and late is not None and late > early
    assert holds.renew(member=northwind.maria, epochs={row.pk: early}, now=later) == set()


def test_ones_own_hold_that_ran_out_is_still_ones_own_while_nobody_had_it(northwind, now):
    (row,) = some(northwind, 1, now)
    early = holds.open_one(proposal_id=row.pk, member=northwind.maria, now=now)
    later = now + timedelta(hours=1)
    assert holds.open_one(proposal_id=row.pk, member=northwind.maria, now=later) == early


def test_a_heartbeat_keeps_what_is_ahead(northwind, now):
    (row,) = some(northwind, 1, now)
    epochs = holds.claim(member=northwind.maria, rows=offered(northwind.maria, now), want=1, now=now)
    later = now + timedelta(seconds=40)
    assert holds.renew(member=northwind.maria, epochs=epochs, now=later) == {row.pk}
    assert Hold.objects.get().until == later + holds.AHEAD


def test_an_epoch_of_another_reviewer_renews_nothing(northwind, now):
    some(northwind, 1, now)
    epochs = holds.claim(member=northwind.maria, rows=offered(northwind.maria, now), want=1, now=now)
    assert holds.renew(member=northwind.ken, epochs=epochs, now=now) == set()


def test_what_is_only_ahead_has_not_been_opened(northwind, now):
    some(northwind, 1, now)
    (pk,) = claim(northwind.maria, 1, now)
    assert Hold.objects.get().opened_at is None
    holds.open_one(proposal_id=pk, member=northwind.maria, now=now + timedelta(seconds=3))
    assert Hold.objects.get().opened_at == now + timedelta(seconds=3)


def test_nobody_answers_what_a_colleague_holds(northwind, now):
    (row,) = some(northwind, 1, now)
    holds.open_one(proposal_id=row.pk, member=northwind.ken, now=now)
    with pytest.raises(holds.HeldByAnother):
        builders.approve(row, northwind.maria)
    assert not row.decisions.exists()


def test_an_answer_lets_the_hold_go(northwind, now):
    (row,) = some(northwind, 1, now)
    holds.open_one(proposal_id=row.pk, member=northwind.maria, now=now)
    builders.approve(row, northwind.maria)
    assert not Hold.objects.exists()


def test_taking_over_moves_the_hold_and_is_on_record(northwind, now):
    (row,) = some(northwind, 1, now)
    before = holds.open_one(proposal_id=row.pk, member=northwind.ken, now=now)
    actor = builders.actor_of(northwind.maria)
    epoch = holds.take_over(proposal=row, member=northwind.maria, actor=actor, now=now)
    assert before is not None and epoch > before
    entry = LedgerEntry.objects.get(kind="hold.taken_over")
    assert entry.data["from"] == f"user:{northwind.ken.user_id}" and entry.proposal == row.pk
    with pytest.raises(holds.HeldByAnother):
        builders.approve(row, northwind.ken)
    builders.approve(row, northwind.maria)


def test_taking_what_nobody_holds_is_nothing_to_record(northwind, now):
    (row,) = some(northwind, 1, now)
    holds.take_over(proposal=row, member=northwind.maria, actor=builders.actor_of(northwind.maria), now=now)
    assert Hold.objects.get().reviewer_id == northwind.maria.user_id
    assert not LedgerEntry.objects.filter(kind="hold.taken_over").exists()


def test_letting_go_gives_it_back_and_touches_nobody_elses(northwind, now):
    first, second = some(northwind, 2, now)
    holds.open_one(proposal_id=first.pk, member=northwind.maria, now=now)
    holds.open_one(proposal_id=second.pk, member=northwind.ken, now=now)
    holds.let_go(member=northwind.maria, proposals=[first.pk, second.pk])
    assert [row.proposal_id for row in Hold.objects.all()] == [second.pk]


def test_the_length_follows_how_long_one_usually_reads(northwind, now):
    assert holds.length_for(northwind.maria) == holds.OPEN
    for who, seconds, length in (
        (northwind.maria, 5, 60),
        (northwind.ken, 100, 300),
        (northwind.ada, 3600, 900),
    ):
        for _ in range(4):
            row = builders.a_proposal(
                northwind.bot, at=now - timedelta(hours=2), expires_at=now + timedelta(hours=1)
            )
            builders.approve(row, who, look=Look(seen_ms=seconds * 1000))
        assert holds.length_for(who) == timedelta(seconds=length)


def test_what_ran_out_long_ago_is_forgotten(northwind, now):
    first, second = some(northwind, 2, now)
    holds.open_one(proposal_id=first.pk, member=northwind.maria, now=now - timedelta(hours=3))
    holds.open_one(proposal_id=second.pk, member=northwind.maria, now=now)
    assert holds.forget(now=now) == 1
    assert Hold.objects.get().proposal_id == second.pk


def test_the_same_answer_again_is_said_to_be_recorded(northwind, now):
    (row,) = some(northwind, 1, now)
    builders.approve(row, northwind.maria)
    with pytest.raises(decisions.RecordedAlready):
        builders.approve(row, northwind.maria)
    assert row.decisions.count() == 1


@pytest.mark.django_db(transaction=True)
def test_eight_reviewers_at_once_never_get_the_same(northwind):
    now = timezone.now()
    many, hands = 200, 8
    for _ in range(many):
        builders.a_proposal(northwind.bot, observed=False, at=now)
    Proposal.objects.update(observed_at=now)
    members = [person(northwind.workspace, f"reader{number}", ["reviewer"], now) for number in range(hands)]
    ready = Barrier(hands)

    def work(member: Membership) -> list:
        got: list = []
        try:
            ready.wait(PATIENCE_SECONDS)
            while more := claim(member, 2, now, besides=got):
                got += more
        finally:
            connection.close()
        return got

    with ThreadPoolExecutor(hands) as threads:
        claimed = [pk for got in threads.map(work, members) for pk in got]
    assert len(claimed) == len(set(claimed)) == many
