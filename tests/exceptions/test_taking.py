"""Taking a case: a lease, not a possession."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exceptions import cases, escalation
from exceptions.cases import AlreadyResolved, AlreadyTaken, NotYourCase
from exceptions.models import Case
from tests.builders import actor_of
from tests.exceptions.conftest import WORKER, kinds, open_case
from tests.people import Company


def take(case: Case, member: object, **changes: object) -> Case:
    values = {"case": case, "member": member, "actor": actor_of(member), "now": timezone.now()} | changes
    return cases.take(**values)


def test_an_ops_owner_takes_a_case_for_a_while(northwind: Company) -> None:
    case = take(open_case(northwind.workspace), northwind.olu)

    assert (case.state, case.assignee, case.owner.name) == ("acknowledged", northwind.olu.user, "Finance ops")
    assert case.acknowledged_until - timezone.now() > timedelta(hours=3)
    assert case.next_escalation_at == case.acknowledged_until
    assert kinds(case) == ["case.opened", "case.taken"]


@pytest.mark.parametrize("name", ["maria", "tess"])
def test_a_reviewer_or_an_auditor_may_not_take_one(northwind: Company, name: str) -> None:
    with pytest.raises(NotYourCase):
        take(open_case(northwind.workspace), getattr(northwind, name))


def test_a_stranger_may_not_take_one(northwind: Company, harbour: Company) -> None:
    with pytest.raises(NotYourCase):
        take(open_case(northwind.workspace), harbour.dana)


def test_nobody_takes_what_another_holds(northwind: Company) -> None:
    case = take(open_case(northwind.workspace), northwind.olu)

    with pytest.raises(AlreadyTaken, match="olu"):
        take(case, northwind.ada)


def test_taking_it_again_prolongs_the_hold(northwind: Company) -> None:
    case = take(open_case(northwind.workspace), northwind.olu)
    before = case.acknowledged_until

    assert take(case, northwind.olu, now=timezone.now() + timedelta(hours=1)).acknowledged_until > before


def test_a_hold_that_ran_out_gives_the_case_back_to_the_clock(northwind: Company) -> None:
    case = take(open_case(northwind.workspace), northwind.olu)
    later = case.acknowledged_until + timedelta(seconds=1)

    assert escalation.release_due(now=later, actor=WORKER) == 1
    assert escalation.release_due(now=later, actor=WORKER) == 0

    case.refresh_from_db()
    assert (case.state, case.assignee) == ("open", None)
    assert case.next_escalation_at > later
    assert kinds(case)[-1] == "case.released"


def test_a_resolved_case_is_not_taken(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    case.occurrences.update(disposition="dismissed")
    Case.objects.update(state="resolved", resolved_at=timezone.now(), open_count=0)

    with pytest.raises(AlreadyResolved):
        take(case, northwind.olu)
