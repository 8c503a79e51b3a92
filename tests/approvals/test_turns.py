"""Drafts about one event that come in the same moment are judged one after the other."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connections, transaction

from approvals.models import Proposal
from tests import builders
from tests.patience import PATIENCE_SECONDS
from tests.people import Company

pytestmark = pytest.mark.django_db(transaction=True)


def in_another_transaction(northwind: Company, begun: Event, **draft: object) -> Proposal:
    try:
        begun.set()
        return builders.a_proposal(northwind.bot, observed=False, **draft)
    finally:
        connections.close_all()


def test_the_same_event_under_two_keys_at_once_is_seen_as_one(northwind: Company) -> None:
    draft = {"subject": "memo:one", "title": "Chairs"}
    begun = Event()
    with ThreadPoolExecutor(1) as other:
        with transaction.atomic():
            first = builders.a_proposal(northwind.bot, observed=False, **draft)
            waiting = other.submit(in_another_transaction, northwind, begun, **draft)
            assert begun.wait(PATIENCE_SECONDS)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)  # its turn comes when the first is kept
        second = waiting.result(timeout=PATIENCE_SECONDS)
    assert (first.state, second.state, second.failure_class) == ("pending", "blocked", "proposal.duplicate")


def test_other_events_do_not_wait(northwind: Company) -> None:
    builders.a_proposal(northwind.bot, observed=False)  # the first of an agent makes its policy and lane
    with ThreadPoolExecutor(1) as other, transaction.atomic():
        builders.a_proposal(northwind.bot, observed=False, subject="memo:one")
        free = other.submit(in_another_transaction, northwind, Event(), subject="memo:two")
        assert free.result(timeout=PATIENCE_SECONDS).state == "pending"
