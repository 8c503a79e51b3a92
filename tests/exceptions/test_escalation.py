"""The clock of an open case never stands still."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from approvals.models import LedgerEntry
from exceptions import cases, escalation, movements, targets
from exceptions.models import Call, Case
from tests.builders import actor_of
from tests.exceptions.conftest import WORKER, kinds, open_case
from tests.people import Company


def test_nothing_happens_before_its_time(northwind: Company) -> None:
    open_case(northwind.workspace)

    assert escalation.escalate_due(now=timezone.now(), actor=WORKER) == 0


def test_owner_and_backup_are_called_in_rounds_and_at_last_the_backup_once_a_day(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    called, waits = [], []
    for _ in range(8):
        case.refresh_from_db()
        at = case.next_escalation_at
        escalation.escalate_due(now=at, actor=WORKER)
        called.append(
            LedgerEntry.objects.filter(case=case.pk, kind="case.escalated").latest("id").data["team"]
        )
        case.refresh_from_db()
        waits.append(case.next_escalation_at - at)

    owner, backup = case.owner_id, case.failure_class.backup_id
    assert called == [owner, backup] * 3 + [backup] * 2
    assert waits == [timedelta(hours=2)] * 5 + [timedelta(days=1)] * 3
    assert (case.escalated_to_id, case.owner_id) == (backup, owner)
    assert kinds(case)[1:] == ["case.escalated", "case.called"] * 8


def test_after_a_sweep_nothing_is_overdue_however_late_it_comes(northwind: Company) -> None:
    for number in range(7):
        open_case(northwind.workspace, message="cause " + "abcdefg"[number])
    much_later = timezone.now() + timedelta(days=90)

    assert escalation.escalate_due(now=much_later, actor=WORKER) == 7
    assert not Case.objects.filter(state="open", next_escalation_at__lte=much_later).exists()


def test_more_than_a_batch_is_swept_in_one_go(northwind: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movements, "BATCH", 2)
    for letter in "abcde":
        open_case(northwind.workspace, message=f"cause {letter}")

    assert escalation.escalate_due(now=timezone.now() + timedelta(days=1), actor=WORKER) == 5


def test_the_plan_is_the_one_that_stood_when_the_case_opened(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    northwind.workspace.plans.update(steps=[{"after_minutes": 1, "to": "backup"}], version=2)

    case.refresh_from_db()
    assert case.steps[0] == {"after_minutes": 120, "to": "owner", "whom": "duty", "by": ["email"]}
    assert escalation.escalate_due(now=timezone.now() + timedelta(minutes=5), actor=WORKER) == 0


def test_a_plan_that_an_admin_emptied_still_has_a_clock(northwind: Company) -> None:
    northwind.workspace.plans.update(steps=[])
    case = open_case(northwind.workspace)

    assert case.next_escalation_at is not None
    assert escalation.escalate_due(now=case.next_escalation_at, actor=WORKER) == 1


def test_a_held_case_is_left_alone_and_a_handed_over_one_begins_anew(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    escalation.escalate_due(now=timezone.now() + timedelta(hours=3), actor=WORKER)
    team = northwind.workspace.teams.get(name="Controllers")
    member, actor = northwind.olu, actor_of(northwind.olu)

    moved = cases.hand_over(case=case, to=team, member=member, actor=actor, now=timezone.now())

    assert (moved.owner, moved.step, moved.state) == (team, 0, "open")
    assert targets.backup(moved).name == "Finance ops"
    cases.take(case=moved, member=member, actor=actor, now=timezone.now())
    assert escalation.escalate_due(now=timezone.now() + timedelta(days=1), actor=WORKER) == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_escalate_each_case_once(northwind: Company) -> None:
    for letter in "abcdefgh":
        open_case(northwind.workspace, message=f"cause {letter}")
    later = timezone.now() + timedelta(hours=3)

    def sweep(_: int) -> int:
        try:
            return escalation.escalate_due(now=later, actor=WORKER)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(sweep, range(4))) == 8
    assert LedgerEntry.objects.filter(kind="case.escalated").count() == 8
    assert Call.objects.filter(kind="in_app").count() == 16  # two people each
