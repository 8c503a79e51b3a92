"""What a plan says is what happens: hours, empty teams, alerts, notes, and plans that are edited meanwhile."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from approvals.models import Membership
from exceptions import escalation, movements
from exceptions.models import Call, Case, FailureClass, Occurrence
from exceptions.models.failure_class import Handling
from tests.exceptions.conftest import WORKER, kinds, open_case
from tests.exceptions.plans import FRIDAY, MONDAY, SATURDAY, plan, step, sweep, team, told
from tests.people import Company


def again(case: Case) -> Case:
    case.refresh_from_db()
    return case


def test_a_weekend_is_slept_through_and_the_time_to_go_on_is_kept_with_the_case(northwind: Company) -> None:
    plan(northwind, step("owner", 60), step("backup", 120), in_hours=True)
    with time_machine.travel(FRIDAY, tick=False) as clock:
        case = open_case(northwind.workspace, now=timezone.now())
        assert case.next_escalation_at == FRIDAY + timedelta(hours=1)
        clock.move_to(FRIDAY + timedelta(hours=1))
        sweep(timezone.now())
        # half an hour is left of Friday, and the rest of the two is Monday's
        assert again(case).next_escalation_at == MONDAY + timedelta(minutes=90)
        clock.move_to(SATURDAY)
        sweep(timezone.now())
        assert told(case) == ["ada", "olu"]
        clock.move_to(MONDAY + timedelta(minutes=90))
        sweep(timezone.now())

    assert told(case) == ["ada", "olu"] * 2
    assert kinds(case) == ["case.opened"] + ["case.escalated", "case.called"] * 2


def test_a_sweep_that_comes_too_late_wakes_nobody_at_night(northwind: Company) -> None:
    plan(northwind, step("owner", 30), in_hours=True)
    case = open_case(northwind.workspace, now=FRIDAY)

    sweep(SATURDAY)
    assert (told(case), again(case).next_escalation_at) == ([], MONDAY)
    sweep(SATURDAY)
    assert kinds(case) == ["case.opened", "case.deferred"]

    sweep(MONDAY)
    assert told(case) == ["ada", "olu"]


def test_the_hours_are_those_of_the_team_that_is_called(northwind: Company) -> None:
    night = team(northwind, "Night", "ken")
    night.timezone, night.works_on = "Pacific/Auckland", [1, 2, 3, 4, 5, 6, 7]
    night.save()
    plan(northwind, step(f"team:{night.pk}", 60), in_hours=True)

    case = open_case(northwind.workspace, now=FRIDAY)  # five in the morning there
    assert case.next_escalation_at == FRIDAY + timedelta(hours=5)
    sweep(case.next_escalation_at)
    assert (told(case), again(case).escalated_to) == (["ken"], night)


def test_a_step_that_would_reach_nobody_is_passed_over_at_once(northwind: Company) -> None:
    empty, late = team(northwind, "Empty"), team(northwind, "Late shift", "maria")
    plan(
        northwind,
        step(f"team:{empty.pk}"),
        step("person:999999"),
        step("team:999999"),
        step(f"team:{late.pk}"),
    )
    case = open_case(northwind.workspace)

    sweep(case.next_escalation_at)

    assert told(case) == ["maria"]
    assert kinds(case)[1:] == ["case.skipped"] * 3 + ["case.escalated", "case.called"]
    assert again(case).step == 4


def test_it_waits_for_an_empty_team_where_the_plan_wants_that_and_admins_hear_of_a_plan_that_reaches_nobody(
    northwind: Company,
) -> None:
    for name in ("Finance ops", "Controllers"):
        team(northwind, name)
    plan(northwind, step("owner"), step("backup"), skip_empty=False)
    patient = open_case(northwind.workspace)
    plan(northwind, step("owner"), step("backup"), skip_empty=True)
    hasty = open_case(northwind.workspace, message="another")

    sweep(timezone.now() + timedelta(hours=1))

    assert (told(patient), kinds(patient)[1:]) == ([], ["case.escalated"])
    assert told(hasty) == ["ada"]
    assert again(hasty).next_escalation_at > timezone.now() + timedelta(hours=1)


def test_a_person_who_left_is_not_called(northwind: Company) -> None:
    plan(northwind, step(f"person:{northwind.ken.user_id}"), step("owner"))
    case, later = open_case(northwind.workspace), open_case(northwind.workspace, message="another")
    sweep(case.next_escalation_at)
    assert told(case) == ["ken"]

    Membership.objects.filter(pk=northwind.ken.pk).delete()
    sweep(later.next_escalation_at)
    assert told(later) == ["ada", "olu"]


def test_an_alert_calls_at_once_also_at_night_and_a_note_calls_nobody_ever(northwind: Company) -> None:
    plan(northwind, step("owner", 60), step("backup", 60), in_hours=True)
    classes = FailureClass.objects.filter(workspace=northwind.workspace)
    classes.filter(code="posting.refused").update(handling=Handling.ALERT)
    classes.filter(code="proposal.invalid").update(handling=Handling.NOTE)
    alert = open_case(northwind.workspace, now=SATURDAY)
    note = open_case(northwind.workspace, code="proposal.invalid", now=SATURDAY)
    open_case(northwind.workspace, code="proposal.invalid", now=SATURDAY)

    sweep(SATURDAY)
    assert told(alert) == ["ada", "olu"]
    assert Call.objects.get(user=northwind.olu.user).why == "opened"
    assert again(alert).next_escalation_at == MONDAY + timedelta(hours=1)

    again(note)
    assert (note.state, note.open_count, note.total_count, note.next_escalation_at) == (
        "resolved",
        0,
        2,
        None,
    )
    assert set(Occurrence.objects.filter(case=note).values_list("disposition", flat=True)) == {"noted"}


def test_a_plan_edited_while_it_runs_changes_nothing_for_what_runs(northwind: Company) -> None:
    case = open_case(northwind.workspace)
    before = case.next_escalation_at
    plan(northwind, step("person:1", 1), repeats=0, in_hours=True, skip_empty=False, version=7)

    sweep(before)

    assert told(case) == ["ada", "olu"]
    assert (again(case).plan_version, case.repeats, case.in_hours, case.skip_empty) == (1, 2, False, True)
    assert case.next_escalation_at == before + timedelta(hours=2)


def test_who_has_a_case_is_reminded_once_before_the_hold_runs_out(northwind: Company) -> None:
    from_now = timezone.now()
    case = open_case(northwind.workspace)
    until = from_now + timedelta(hours=4)
    Case.objects.update(
        state="acknowledged", assignee=northwind.olu.user, acknowledged_until=until, next_escalation_at=until
    )

    sweep(from_now + timedelta(hours=2, minutes=59))
    assert told(case) == []
    for _ in range(2):
        sweep(from_now + timedelta(hours=3, minutes=1))
    assert told(case) == ["olu"]
    assert Call.objects.filter(why="reminder", kind="email").exists()

    sweep(until)
    assert (again(case).state, case.reminded_at, case.next_escalation_at) == (
        "open",
        None,
        until + timedelta(hours=2),
    )


def test_a_case_that_cannot_be_moved_holds_up_no_other(northwind: Company) -> None:
    for letter in "abc":
        open_case(northwind.workspace, message=f"cause {letter}")
    bad, move = Case.objects.first(), escalation._next

    def trip(moving: movements.Move) -> None:
        assert bad.pk not in moving.pks
        move(moving)

    later = timezone.now() + timedelta(hours=3)
    due = Case.objects.filter(state="open", next_escalation_at__lte=later)
    assert movements.sweep(due, trip, actor=WORKER, now=later) == 2
    assert list(due) == [bad]
