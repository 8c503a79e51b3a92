"""Putting a case aside: nobody is called, and it comes back by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from exceptions import cases, snoozing
from exceptions.cases import AlreadyResolved, AlreadyTaken, NotYourCase
from exceptions.models import Call, Case
from exceptions.snoozing import NotSnoozed, TooLong
from tests.builders import actor_of
from tests.exceptions.conftest import WORKER, kinds, open_case
from tests.exceptions.plans import sweep, told
from tests.people import Company


def snooze(case: Case, member: object, **changes: object) -> Case:
    now = timezone.now()
    values = {
        "case": case,
        "member": member,
        "actor": actor_of(member),
        "now": now,
        "until": now + timedelta(days=2),
    }
    return snoozing.snooze(**values | changes)


def test_nobody_is_called_until_its_time_is_up_and_then_its_owner_is(northwind: Company) -> None:
    case = snooze(open_case(northwind.workspace), northwind.olu)
    until = case.snoozed_until
    assert (case.state, case.next_escalation_at, case.snoozes) == ("open", until, 1)
    open_case(northwind.workspace)  # what happens meanwhile is counted, and calls nobody

    sweep(until - timedelta(minutes=1))
    assert told(case) == []
    sweep(until)

    assert told(case) == ["ada", "olu"]
    assert set(Call.objects.values_list("kind", flat=True)) == {"in_app"}
    case.refresh_from_db()
    assert (case.snoozed_until, case.step) == (None, 0)
    assert case.next_escalation_at == until + timedelta(hours=2)
    assert kinds(case) == ["case.opened", "case.snoozed", "case.repeated", "case.woken", "case.called"]


@pytest.mark.parametrize("days", [-1, 0, 31])
def test_nothing_is_put_aside_for_ever(northwind: Company, days: int) -> None:
    now = timezone.now()
    with pytest.raises(TooLong):
        snooze(open_case(northwind.workspace), northwind.olu, now=now, until=now + timedelta(days=days))


def test_only_who_works_on_cases_puts_one_aside_and_never_what_another_has(
    northwind: Company, harbour: Company
) -> None:
    case = open_case(northwind.workspace)
    for stranger in (northwind.maria, northwind.tess, harbour.dana):
        with pytest.raises(NotYourCase):
            snooze(case, stranger)
    cases.take(case=case, member=northwind.olu, actor=actor_of(northwind.olu), now=timezone.now())

    with pytest.raises(AlreadyTaken, match="olu"):
        snooze(case, northwind.ada)
    assert snooze(case, northwind.olu).assignee is None


def test_a_resolved_case_is_not_put_aside(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    case.occurrences.update(disposition="dismissed")
    Case.objects.update(state="resolved", resolved_at=timezone.now(), open_count=0, next_escalation_at=None)

    with pytest.raises(AlreadyResolved):
        snooze(case, northwind.olu)


def test_it_comes_back_early_when_taken_or_woken_once(northwind: Company) -> None:
    case = snooze(open_case(northwind.workspace), northwind.olu)
    now = timezone.now()

    woken = snoozing.wake(case=case, actor=WORKER, now=now)
    assert (woken.snoozed_until, woken.next_escalation_at) == (None, now + timedelta(hours=2))
    with pytest.raises(NotSnoozed):
        snoozing.wake(case=case, actor=WORKER, now=now)

    taken = cases.take(
        case=snooze(case, northwind.ada), member=northwind.olu, actor=actor_of(northwind.olu), now=now
    )
    assert (taken.state, taken.snoozed_until, taken.snoozes) == ("acknowledged", None, 2)
