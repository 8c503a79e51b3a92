"""Two people press at the same moment: one answer stands, and the other hears so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from approvals import decisions, proposals
from approvals.models import Decision, Membership
from runs.models import Execution
from tests import builders
from tests.patience import PATIENCE_SECONDS
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_who_answer_at_once_one_is_told_that_it_is_settled(northwind: Company) -> None:
    proposal = builders.a_proposal(northwind.bot)
    ready = Barrier(2)

    def answer(member: Membership) -> str:
        try:
            ready.wait(PATIENCE_SECONDS)
            builders.approve(proposal, member)
        except proposals.AlreadySettled:
            return "settled"
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(answer, [northwind.maria, northwind.ken]))
    assert answers == ["approved", "settled"]
    assert (Decision.objects.count(), Execution.objects.count()) == (1, 1)
    assert decisions.signatures(proposal) == 1
