"""An auditor reads everything and changes nothing: not by any address of a batch, a hold, an aside or a view."""

import pytest
from django.urls import reverse

from approvals.models import Aside, Assignment, Batch, BatchItem, Decision, Hold, LedgerEntry, Notice
from tests.approvals import batching
from tests.approvals.reviewing import signed_in, url
from tests.builders import a_proposal

BATCHES = ("batch-decide", "batch-leave", "batch-keep", "batch-undo")
ITEMS = (
    "decision",
    "edit",
    "undo",
    "batch-open",
    "set-aside",
    "bring-back",
    "give",
    "give-back",
    "hold-take",
)


def standing() -> list[int]:
    kinds = (Aside, Assignment, Batch, BatchItem, Decision, Hold, LedgerEntry, Notice)
    opened = BatchItem.objects.filter(opened_at__isnull=False).count()
    return [
        opened,
        Batch.objects.filter(decided_at__isnull=False).count(),
        *(kind.objects.count() for kind in kinds),
    ]


@pytest.mark.parametrize("answered", [False, True])
def test_no_address_of_a_batch_lets_an_auditor_in(northwind, answered):
    rows = batching.memos(northwind, 3)
    batch = batching.ready(northwind.maria, rows[0])
    if answered:
        batching.decided(batch, northwind.maria)
    tess, before = signed_in(northwind.tess), standing()
    told = {"verdict": "approve", "tick": [row.public_id for row in rows]}
    for name in BATCHES:
        assert batching.post(tess, name, batch, **told).status_code == 403, name
    assert batching.post(tess, "batch-item", batch, rows[0].public_id).status_code == 403
    assert standing() == before


def test_they_read_it_once_it_was_answered_and_not_before(northwind):
    rows = batching.memos(northwind, 3)
    batch = batching.ready(northwind.maria, rows[0])
    tess = signed_in(northwind.tess)
    assert tess.get(batching.page_of(batch)).status_code == 404
    batching.decided(batch, northwind.maria)
    page = tess.get(batching.page_of(batch))
    assert page.status_code == 200 and "batch-undo" not in page.text
    assert reverse("batch-undo", args=["northwind", batch.public_id]) not in page.text


def test_nor_do_the_addresses_of_an_item(northwind):
    proposal = a_proposal(northwind.bot)
    tess, before = signed_in(northwind.tess), standing()
    told = {
        "verdict": "approve",
        "seen_digest": proposal.digest,
        "choice": "hour",
        "to": northwind.ken.user_id,
    }
    for name in ITEMS:
        assert tess.post(url(name, proposal), told).status_code == 403, name
    assert standing() == before


def test_another_reviewer_answers_nobody_elses_batch(northwind):
    rows = batching.memos(northwind, 3)
    batch = batching.ready(northwind.maria, rows[0])
    ken, before = signed_in(northwind.ken), standing()
    for name in BATCHES:
        assert batching.post(ken, name, batch, verdict="approve", tick=[rows[0].public_id]).status_code == 404
    assert standing() == before
