"""Answering together what is alike: members fixed, a few looked at, each answered by itself, all taken back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from approvals import decisions, holds
from approvals.batching import batch_answers, batches
from approvals.models import Batch, BatchItem, Decision, Hold, LedgerEntry, Proposal
from approvals.waiting import offers
from tests.approvals.batching import decided, look_at_all, memos, opened, outcomes, ready
from tests.approvals.reviewing import again, kinds
from tests.builders import a_proposal, actor_of, approve, now


def states(rows: list[Proposal]) -> list[str]:
    return [again(row).state for row in rows]


def test_each_gets_a_decision_of_its_own(northwind):
    rows = memos(northwind, 4)
    batch = ready(northwind.maria, rows[0])
    assert decided(batch, northwind.maria) == {"approved": 4}
    assert states(rows) == ["approved"] * 4
    for row in rows:
        decision = Decision.objects.get(proposal=row)
        assert (decision.batch, decision.reviewer, decision.seen_digest) == (
            batch,
            northwind.maria.user,
            row.digest,
        )
        entry = LedgerEntry.objects.get(proposal=row.pk, kind="decision.recorded")
        assert entry.data["batch"] == batch.public_id
    assert not Hold.objects.exists()


def test_the_ledger_says_what_was_opened_and_what_came_of_it(northwind):
    batch = ready(northwind.maria, memos(northwind, 3)[0])
    decided(batch, northwind.maria)
    told = dict(LedgerEntry.objects.filter(kind__startswith="batch.").values_list("kind", "data"))
    assert told == {
        "batch.opened": {"batch": batch.public_id, "members": 3, "looks": 3},
        "batch.decided": {"batch": batch.public_id, "verdict": "approve", "approved": 3},
    }


def test_what_is_not_ticked_is_left_out_and_free_again(northwind):
    rows = memos(northwind, 5)
    batch = ready(northwind.maria, rows[0])
    assert decided(batch, northwind.maria, rows[:4]) == {"approved": 4, "left_out": 1}
    assert outcomes(batch)["Chair 5"] == "left_out" and again(rows[4]).state == "pending"
    assert offers.offered(northwind.ken, now()).get() == rows[4]


def test_rejected_with_a_reason_each(northwind):
    rows = memos(northwind, 3)
    batch = ready(northwind.maria, rows[0])
    with pytest.raises(decisions.MissingReason):
        decided(batch, northwind.maria, verdict="reject")
    assert decided(batch, northwind.maria, verdict="reject", reason_code="not_ours", note="Theirs") == {
        "rejected": 3
    }
    assert {(d.reason_code, d.note) for d in Decision.objects.all()} == {("not_ours", "Theirs")}


def test_nothing_before_those_drawn_were_looked_at(northwind):
    rows = memos(northwind, 12)
    batch = opened(northwind.maria, rows[0])
    with pytest.raises(batch_answers.NotYetOpened) as refused:
        decided(batch, northwind.maria)
    assert {item.pk for item in refused.value.items} == set(
        batch.items.filter(must_open=True).values_list("pk", flat=True)
    )
    drawn = [item.proposal for item in batch.items.filter(must_open=True)]
    with pytest.raises(batch_answers.NotYetOpened):
        decided(batch, northwind.maria, [row for row in rows if row not in drawn])
    assert not Decision.objects.exists()
    look_at_all(batch, northwind.maria)
    assert decided(batch, northwind.maria) == {"approved": 12}


def test_what_is_unlike_the_rest_is_looked_at_or_left_out(northwind, monkeypatch):
    monkeypatch.setattr(batches, "LOOKS", 1)
    rows = memos(northwind, 8, amounts={8: "9120.00"})
    batch = opened(northwind.maria, rows[0])
    odd = batch.items.get(outlier=True)
    assert odd.proposal == rows[7]
    BatchItem.objects.filter(batch=batch).update(must_open=False)
    batches.mark_opened(batch=batch, proposal_id=rows[0].pk, member=northwind.maria, now=now())
    with pytest.raises(batch_answers.NotYetOpened):
        decided(batch, northwind.maria)
    assert decided(batch, northwind.maria, rows[:7]) == {"approved": 7, "left_out": 1}


def test_where_those_drawn_are_gone_others_are_looked_at(northwind):
    rows = memos(northwind, 12)
    batch = opened(northwind.maria, rows[0])
    drawn = batch.items.filter(must_open=True)
    Proposal.objects.filter(pk__in=drawn.values("proposal")).update(digest="f" * 64)
    with pytest.raises(batch_answers.NotYetOpened) as refused:
        decided(batch, northwind.maria)
    assert len(refused.value.items) == 3 and not any(item.must_open for item in refused.value.items)
    for item in refused.value.items:
        batches.mark_opened(batch=batch, proposal_id=item.proposal_id, member=northwind.maria, now=now())
    assert decided(batch, northwind.maria) == {"approved": 9, "changed": 3}


def test_what_drifted_meanwhile_stays_behind(northwind):
    rows = memos(northwind, 4)
    batch = ready(northwind.maria, rows[0])
    Proposal.objects.filter(pk=rows[1].pk).update(digest="f" * 64)
    assert decided(batch, northwind.maria) == {"approved": 3, "changed": 1}
    assert again(rows[1]).state == "pending" and not rows[1].decisions.exists()


def test_what_was_taken_back_and_asked_again_stays_behind(northwind):
    """Its digest is the same as before; its round is not."""
    rows = memos(northwind, 4)
    batch = ready(northwind.maria, rows[0])
    approve(rows[1], northwind.maria)
    decisions.undo(proposal_id=rows[1].pk, member=northwind.maria, actor=actor_of(northwind.maria), now=now())
    assert again(rows[1]).digest == rows[1].digest
    assert decided(batch, northwind.maria) == {"approved": 3, "changed": 1}


def test_what_others_settled_or_hold_stays_out(northwind):
    rows = memos(northwind, 5)
    batch = ready(northwind.maria, rows[0])
    holds.take_over(proposal=rows[1], member=northwind.ken, actor=actor_of(northwind.ken), now=now())
    holds.take_over(proposal=rows[2], member=northwind.ken, actor=actor_of(northwind.ken), now=now())
    approve(rows[2], northwind.ken)
    Proposal.objects.filter(pk=rows[3].pk).update(
        expires_at=now() - timedelta(seconds=1), created_at=now() - timedelta(1)
    )
    assert decided(batch, northwind.maria) == {"approved": 2, "held": 1, "settled": 1, "expired": 1}
    assert outcomes(batch) == {
        "Chair 1": "approved", "Chair 2": "held", "Chair 3": "settled", "Chair 4": "expired", "Chair 5": "approved",
    }  # fmt: skip


def test_a_second_submit_decides_nothing_more(northwind):
    rows = memos(northwind, 3)
    batch = ready(northwind.maria, rows[0])
    late = Batch.objects.get(pk=batch.pk)
    decided(batch, northwind.maria)
    for again_ in (batch, late):
        with pytest.raises(batches.AlreadyAnswered):
            decided(again_, northwind.maria)
    assert Decision.objects.count() == 3
    with pytest.raises(batches.AlreadyAnswered):
        batches.mark_opened(batch=batch, proposal_id=rows[0].pk, member=northwind.maria, now=now())


def test_forged_members_are_refused_and_nothing_is_decided(northwind):
    rows = memos(northwind, 3)
    other = a_proposal(northwind.bot, arguments={"title": "Without money"})
    batch = ready(northwind.maria, rows[0])
    for forged in (other.pk, uuid4()):
        with pytest.raises(batches.NotInBatch):
            batch_answers.decide(
                batch=batch, member=northwind.maria, ticked={rows[0].pk, forged}, verdict="approve",
                actor=actor_of(northwind.maria), now=now(),
            )  # fmt: skip
    with pytest.raises(batches.NotInBatch):
        batches.mark_opened(batch=batch, proposal_id=other.pk, member=northwind.maria, now=now())
    with pytest.raises(batch_answers.NothingTicked):
        decided(batch, northwind.maria, [])
    assert not Decision.objects.exists()


def test_a_forged_item_in_the_batch_itself_is_not_decided(northwind):
    """Even a row somebody slipped into the table: it is not of the cohort."""
    rows = memos(northwind, 3)
    batch = ready(northwind.maria, rows[0])
    risky = a_proposal(northwind.bot)
    Proposal.objects.filter(pk=risky.pk).update(risk="high", cohort=batch.cohort)
    BatchItem.objects.create(batch=batch, proposal=risky, position=9, digest=risky.digest, opened_at=now())
    assert decided(batch, northwind.maria) == {"approved": 3, "changed": 1}
    assert again(risky).state == "pending"


def test_nobody_answers_or_undoes_the_batch_of_another(northwind):
    batch = ready(northwind.maria, memos(northwind, 3)[0])
    with pytest.raises(batch_answers.NotYourBatch):
        decided(batch, northwind.ken)
    decided(batch, northwind.maria)
    with pytest.raises(batch_answers.NotYourBatch):
        batch_answers.undo(batch=batch, member=northwind.ken, actor=actor_of(northwind.ken), now=now())


def test_undo_takes_all_of_them_back(northwind):
    rows = memos(northwind, 4)
    batch = ready(northwind.maria, rows[0])
    decided(batch, northwind.maria, rows[:3])
    taken = batch_answers.undo(
        batch=batch, member=northwind.maria, actor=actor_of(northwind.maria), now=now()
    )
    assert taken == {"taken_back": 3, "too_late": 0}
    assert states(rows) == ["pending"] * 4
    assert kinds(rows[0])[-1] == "decision.undone"
    assert LedgerEntry.objects.get(kind="batch.undone").data["taken_back"] == 3
    assert set(outcomes(batch).values()) == {"taken_back", "left_out"}
    with pytest.raises(batches.OnlyAlone):
        opened(northwind.maria, again(rows[0]))


def test_what_is_on_its_way_is_not_taken_back(northwind):
    rows = memos(northwind, 3)
    batch = ready(northwind.maria, rows[0])
    decided(batch, northwind.maria)
    Proposal.objects.filter(pk=rows[0].pk).update(release_at=now() - timedelta(seconds=1))
    taken = batch_answers.undo(
        batch=batch, member=northwind.maria, actor=actor_of(northwind.maria), now=now()
    )
    assert taken == {"taken_back": 2, "too_late": 1}
    assert states(rows) == ["approved", "pending", "pending"]


def test_undo_leaves_a_later_answer_alone(northwind):
    rows = memos(northwind, 3)
    batch = ready(northwind.maria, rows[0])
    decided(batch, northwind.maria)
    decisions.undo(proposal_id=rows[0].pk, member=northwind.maria, actor=actor_of(northwind.maria), now=now())
    approve(again(rows[0]), northwind.maria)
    batch_answers.undo(batch=batch, member=northwind.maria, actor=actor_of(northwind.maria), now=now())
    assert states(rows) == ["approved", "pending", "pending"]
