"""Laws of reviewing that the database keeps, attacked with statements no code of ours would send."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from approvals.models import Drill, Exposure, Proposal
from tests.builders import a_proposal, approve


def refused(words: str) -> Any:
    return pytest.raises(IntegrityError, match=words)


def test_what_was_measured_of_a_look_stands(northwind):
    approve(a_proposal(northwind.bot), northwind.maria)
    assert Exposure.objects.count() == 1
    with refused("append-only"), transaction.atomic():
        Exposure.objects.update(seen_ms=60_000, under_floor=False)


def test_nothing_becomes_a_drill_afterwards(northwind):
    real = a_proposal(northwind.bot)
    with refused("what was proposed never changes"), transaction.atomic():
        Proposal.objects.filter(pk=real.pk).update(drill=True)
    with refused("only a proposal made as a drill"), transaction.atomic():
        Drill.objects.create(
            proposal=real, workspace=northwind.workspace, source=real, field="amount", mistake="digits",
            right="1", wrong="2", nonce="n", commitment="c", seeded_at=timezone.now(),
        )  # fmt: skip
