"""Opening what is alike: who is in it and who never is, what is drawn to be looked at, and that it is held."""

import pytest

from approvals import holds, ids
from approvals.batching import batch_page, batches
from approvals.models import Batch, Hold, Proposal
from approvals.waiting import offers
from tests.approvals.batching import memos, opened, outcomes
from tests.approvals.reviewing import again
from tests.builders import now


def titles(batch: Batch) -> list[str]:
    return list(outcomes(batch))


def test_everything_alike_is_gathered_most_urgent_first(northwind):
    rows = memos(northwind, 4)
    batch = opened(northwind.maria, rows[2])
    assert titles(batch) == ["Chair 1", "Chair 2", "Chair 3", "Chair 4"]
    assert all(item.digest == again(item.proposal).digest for item in batch.items.all())


def test_no_more_than_fifty_and_always_the_one_it_was_opened_from(northwind, monkeypatch):
    monkeypatch.setattr(batches, "MOST", 3)
    rows = memos(northwind, 5)
    assert titles(opened(northwind.maria, rows[4])) == ["Chair 1", "Chair 2", "Chair 5"]


@pytest.mark.parametrize(("many", "looks"), [(2, 2), (3, 3), (12, 3), (31, 4)])
def test_three_are_drawn_to_be_looked_at_or_one_in_ten(northwind, many, looks):
    batch = opened(northwind.maria, memos(northwind, many)[0])
    assert batch.items.filter(must_open=True).count() == looks


def test_nobody_else_is_offered_its_members(northwind):
    rows = memos(northwind, 3)
    batch = opened(northwind.maria, rows[0])
    assert not offers.offered(northwind.ken, now()).exists()
    batches.leave(batch=batch, member=northwind.maria)
    assert offers.offered(northwind.ken, now()).count() == 3


def test_what_a_colleague_looks_at_is_left_to_them(northwind):
    rows = memos(northwind, 3)
    holds.open_one(proposal_id=rows[1].pk, member=northwind.ken, now=now())
    assert titles(opened(northwind.maria, rows[0])) == ["Chair 1", "Chair 3"]


def test_opened_again_it_is_the_same_batch_and_the_same_sample(northwind):
    rows = memos(northwind, 20)
    batch = opened(northwind.maria, rows[0])
    drawn = set(batch.items.filter(must_open=True).values_list("proposal", flat=True))
    batches.leave(batch=batch, member=northwind.maria)
    assert opened(northwind.maria, rows[5]) == batch
    assert set(batch.items.filter(must_open=True).values_list("proposal", flat=True)) == drawn
    assert Hold.objects.filter(reviewer=northwind.maria.user).count() == 20


def test_one_by_itself_is_no_batch(northwind):
    (one,) = memos(northwind, 1)
    with pytest.raises(batches.NothingAlike):
        opened(northwind.maria, one)
    assert not Batch.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"), [("drill", True), ("shadow", True), ("round", 2), ("quorum", 2), ("risk", "high")]
)
def test_it_never_mixes_in_what_wants_its_own_answer(northwind, name, value):
    """Not even when somebody gave it the cohort of the others."""
    rows = memos(northwind, 3)
    odd = again(rows[0])
    odd.pk, odd.idempotency_key = ids.new(), "odd"
    setattr(odd, name, value)
    odd.save(force_insert=True)
    assert odd.cohort == again(rows[0]).cohort
    assert odd.pk not in opened(northwind.maria, rows[0]).items.values_list("proposal", flat=True)
    with pytest.raises(batches.NothingAlike if odd.drill else batches.OnlyAlone):
        opened(northwind.ken, again(odd))


def test_from_a_drill_its_like_are_opened_without_it(northwind):
    rows = memos(northwind, 3)
    drill = again(rows[0])
    drill.pk, drill.idempotency_key, drill.drill = ids.new(), "odd", True
    drill.save(force_insert=True)
    assert batch_page.offer(drill, northwind.maria, now())["batch_count"] == 4
    batch = opened(northwind.maria, again(drill))
    assert titles(batch) == ["Chair 1", "Chair 2", "Chair 3"]
    assert opened(northwind.maria, again(drill)) == batch  # and no other sample is drawn


def test_it_never_crosses_workspaces(northwind, harbour):
    rows = memos(northwind, 3)
    theirs = memos(harbour, 2)
    Proposal.objects.filter(pk__in=[row.pk for row in theirs]).update(cohort=again(rows[0]).cohort)
    assert len(titles(opened(northwind.maria, rows[0]))) == 3
    with pytest.raises(batches.OnlyAlone):
        opened(harbour.dana, again(rows[0]))


def test_an_auditor_opens_none(northwind):
    rows = memos(northwind, 3)
    with pytest.raises(batches.OnlyAlone):
        opened(northwind.tess, rows[0])
