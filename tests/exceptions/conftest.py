"""Cases to try things on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from approvals import actors
from approvals.models import LedgerEntry, Proposal, Workspace
from exceptions import cases
from exceptions.models import Case
from tests.builders import a_draft, a_proposal
from tests.people import Company

WORKER = actors.worker("test")


def open_case(workspace: Workspace, **changes: Any) -> Case:
    """One failure, as a worker reports it."""
    values = {"code": "posting.refused", "message": "no", "actor": WORKER, "now": timezone.now()} | changes
    with transaction.atomic():
        return cases.open_case(workspace=workspace, **values)


def kinds(case: Case) -> list[str]:
    """What the ledger tells of a case, in order."""
    return list(LedgerEntry.objects.filter(case=case.pk).order_by("id").values_list("kind", flat=True))


@pytest.fixture
def a_blocked(northwind: Company) -> Callable[..., Proposal]:
    """A proposal that the gates blocked: its title is not in its evidence."""

    def make(**changes: Any) -> Proposal:
        evidence = a_draft(title="Something else").evidence
        proposal = a_proposal(northwind.bot, **{"title": "Made up", "evidence": evidence} | changes)
        assert proposal.state == "blocked"
        return proposal

    return make
