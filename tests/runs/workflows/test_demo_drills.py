"""The sample workspaces have two drills among their work, made of real sample receipts."""

import pytest
from django.utils import timezone

from approvals.models import Drill, Proposal
from approvals.oversight import drill_mistakes
from runs.demo import company as sample
from runs.demo import drilling, history

pytestmark = pytest.mark.usefixtures("books")


@pytest.mark.parametrize("number", [0, 1])
def test_two_drills_wait_in_each_sample_workspace(transactional_db, number):
    made = sample.found(sample.SAMPLES[number], password="x", now=timezone.now())
    history.live_through(made)
    drills = drilling.put(made, now=timezone.now())
    assert len(drills) == 2
    for row in Drill.objects.select_related("proposal", "source"):
        evidence = list(row.source.evidence.order_by("position"))
        assert drill_mistakes.in_text(row.field, row.right, evidence)
    assert Proposal.objects.filter(drill=True, state="pending").count() == 2
