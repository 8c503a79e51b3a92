"""What a kept query makes of its rows is what Django makes of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import F, Model, QuerySet

from approvals import holds
from approvals.models import Decision, Membership, Proposal
from approvals.waiting import queue, statements
from tests.builders import a_proposal, an_approved, now
from tests.people import Company

pytestmark = pytest.mark.django_db

QUERIES: dict[str, Callable[[Company], QuerySet[Any, Any]]] = {
    "whole rows": lambda here: Proposal.objects.order_by("id"),
    "some of their columns": lambda here: Proposal.objects.only("headline", "amount").order_by("id"),
    "all but one": lambda here: Proposal.objects.defer("arguments").order_by("id"),
    "the line of a list": lambda here: queue.shown(Proposal.objects.order_by("id")),
    "something worked out": lambda here: Proposal.objects.annotate(twice=F("amount") * 2).order_by("id"),
    "with those they belong to": lambda here: Proposal.objects.select_related(
        "agent", "policy", "lane"
    ).order_by("id"),
    "with somebody who may be nobody": lambda here: Decision.objects.select_related(
        "reviewer", "covering", "proposal__agent"
    ).order_by("id"),
    "with something that may not be there": lambda here: Proposal.objects.select_related(
        "assignment__assigned_by", "hold"
    ).order_by("id"),
    "a model of Django's": lambda here: User.objects.order_by("id"),
    "dicts": lambda here: Membership.objects.values("user__username", "roles").order_by("id"),
    "tuples": lambda here: Decision.objects.values_list("verdict", "decided_at").order_by("id"),
    "named tuples": lambda here: Decision.objects.values_list("verdict", named=True).order_by("id"),
    "single values": lambda here: Proposal.objects.values_list("expires_at", flat=True).order_by("id"),
    "sorted by what is not told": lambda here: (
        Proposal.objects.values_list("headline", "expires_at").distinct().order_by("created_at")
    ),
}


@pytest.fixture
def answered(northwind: Company) -> Company:
    """One that she has signed, and one that is on her screen."""
    an_approved(northwind.bot, northwind.maria)
    waiting = a_proposal(northwind.bot, confidence=None)
    holds.open_one(proposal_id=waiting.pk, member=northwind.maria, now=now())
    return northwind


def told(one: Any) -> Any:
    """Everything an object holds, and what it is joined to."""
    if not isinstance(one, Model):
        return type(one).__name__, one
    held = {name: value for name, value in vars(one).items() if name != "_state"}
    joined = {name: told(other) for name, other in one._state.fields_cache.items() if not _back(one, other)}
    return type(one), held, joined, one._state.adding, one._state.db


def _back(one: Model, other: Any) -> bool:
    """Joined from the other side too: told there."""
    return isinstance(other, Model) and one in other._state.fields_cache.values()


@pytest.mark.parametrize("name", QUERIES)
def test_as_django_makes_it(answered: Company, name: str) -> None:
    rows = QUERIES[name](answered)
    made = statements.ask(statements.keep(rows), {})
    assert made and [told(one) for one in made] == [told(one) for one in rows]
