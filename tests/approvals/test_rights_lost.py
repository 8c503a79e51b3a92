"""Somebody stops being a reviewer while they review: what they had signed stands, and nothing else of theirs counts."""

import pytest
from django.db import connection

from approvals import decisions
from approvals.models import Decision, LedgerEntry, Membership, Proposal
from runs.models import Execution
from tests import builders
from tests.approvals import batching
from tests.approvals.reviewing import again, answer, signed_in, url

LOSES_IT = """
CREATE FUNCTION loses_it() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT count(*) FROM approvals_decision) >= {many} THEN
    UPDATE approvals_membership SET roles = '{{auditor}}' WHERE user_id = NEW.reviewer_id;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER at_last AFTER INSERT ON approvals_decision FOR EACH ROW EXECUTE FUNCTION loses_it();
"""


def demote(member: Membership) -> None:
    """An admin changes the roles in another request: the member at hand knows nothing of it."""
    Membership.objects.filter(pk=member.pk).update(roles=["auditor"])


def demote_after(many: int) -> None:
    """With so many decisions on record the right is gone; who is just answering knows nothing of it."""
    with connection.cursor() as cursor:
        cursor.execute(LOSES_IT.format(many=many))


def told(northwind) -> list[str]:
    return list(LedgerEntry.objects.order_by("id").values_list("kind", flat=True))


def test_a_right_lost_in_the_middle_of_an_answer_is_a_refusal_and_no_failure(northwind):
    proposal = builders.a_proposal(northwind.bot)
    demote(northwind.maria)
    with pytest.raises(decisions.NotYourDecision):
        builders.approve(proposal, northwind.maria)
    assert again(proposal).state == "pending" and not Decision.objects.exists()


def test_the_item_says_so_to_whoever_pressed(northwind):
    proposal, maria = builders.a_proposal(northwind.bot), signed_in(northwind.maria)
    maria.get(url("proposal", proposal))
    demote(northwind.maria)
    refused = answer(maria, proposal)
    assert refused.status_code == 403 and "This is not yours to decide" in refused.text
    assert "Reviewers decide; you may read everything." in refused.text


def test_a_batch_whose_reviewer_lost_the_role_before_submitting_answers_nothing(northwind):
    rows = batching.memos(northwind, 4)
    batch = batching.ready(northwind.maria, rows[0])
    maria = signed_in(northwind.maria)
    demote(northwind.maria)
    ticks = [row.public_id for row in rows]
    assert batching.post(maria, "batch-decide", batch, verdict="approve", tick=ticks).status_code == 403
    batch.refresh_from_db()
    assert batch.decided_at is None and not Decision.objects.exists()


def test_somebody_who_left_the_workspace_finds_no_batch(northwind):
    rows = batching.memos(northwind, 4)
    batch = batching.ready(northwind.maria, rows[0])
    maria = signed_in(northwind.maria)
    Membership.objects.filter(pk=northwind.maria.pk).delete()
    for name in ("batch-decide", "batch-keep", "batch-leave", "batch-undo"):
        assert batching.post(maria, name, batch, verdict="approve").status_code == 404
    assert maria.get(batching.page_of(batch)).status_code == 404
    assert not Decision.objects.exists()


def test_in_the_middle_of_a_batch_what_was_signed_stands_and_the_rest_is_said_to_be_not_theirs(northwind):
    rows = batching.memos(northwind, 5)
    batch = batching.ready(northwind.maria, rows[0])
    demote_after(2)
    counts = batching.decided(batch, northwind.maria)
    assert counts == {"approved": 2, "not_yours": 3}
    assert sorted(batching.outcomes(batch).values()) == ["approved"] * 2 + ["not_yours"] * 3
    assert (Decision.objects.count(), Execution.objects.count()) == (2, 2)
    assert Proposal.objects.filter(state="pending").count() == 3
    assert told(northwind)[-1] == "batch.decided"


def test_what_the_others_hold_is_free_after_such_a_batch(northwind):
    rows = batching.memos(northwind, 5)
    batch = batching.ready(northwind.maria, rows[0])
    demote_after(1)
    batching.decided(batch, northwind.maria)
    waiting = Proposal.objects.filter(state="pending").first()
    assert builders.approve(waiting, northwind.ken).state == "approved"
