"""What may never be in a batch, attacked past the code: the database refuses the decision."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from approvals.models import Batch, BatchItem, Decision, Proposal
from tests.approvals.batching import memos, opened
from tests.approvals.reviewing import again
from tests.builders import now


def sign(proposal: Proposal, batch: Batch, **changes: Any) -> Decision:
    """A row as the code would write it."""
    told = {
        "proposal": proposal, "round": proposal.round, "reviewer": batch.reviewer, "verdict": "approve",
        "seen_digest": proposal.digest, "digest": proposal.digest, "arguments": proposal.arguments, "batch": batch,
        "decided_at": now(),
    } | changes  # fmt: skip
    with transaction.atomic():
        return Decision.objects.create(**told)


@pytest.fixture
def rows(northwind) -> list[Proposal]:
    return memos(northwind, 3)


@pytest.fixture
def batch(northwind, rows) -> Batch:
    return opened(northwind.maria, rows[0])


def test_a_member_as_it_was_shown_is_let_in(rows, batch):
    assert sign(again(rows[0]), batch).batch == batch


@pytest.mark.parametrize(
    ("name", "value"), [("risk", "high"), ("quorum", 2), ("cohort", ""), ("cohort", "c" * 64), ("round", 2)]
)
def test_what_wants_its_own_answer_is_refused(rows, batch, name, value):
    Proposal.objects.filter(pk=rows[0].pk).update(**{name: value})
    with pytest.raises(IntegrityError, match="not answered together"):
        sign(again(rows[0]), batch)


def test_what_was_not_shown_is_refused(northwind, rows, batch):
    BatchItem.objects.filter(batch=batch, proposal=rows[0]).update(digest="f" * 64)
    BatchItem.objects.filter(batch=batch, proposal=rows[1]).delete()
    for row in rows[:2]:
        with pytest.raises(IntegrityError, match="not answered together"):
            sign(again(row), batch)


def test_nobody_signs_in_the_batch_of_another(northwind, rows, batch):
    with pytest.raises(IntegrityError, match="not answered together"):
        sign(again(rows[0]), batch, reviewer=northwind.ken.user)


@pytest.mark.parametrize("verdict", ["edit", "hand_over"])
def test_a_batch_is_approved_or_rejected(rows, batch, verdict):
    with pytest.raises(IntegrityError, match="not answered together"):
        sign(again(rows[0]), batch, verdict=verdict)
