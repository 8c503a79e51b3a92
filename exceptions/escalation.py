"""The clocks of cases: steps that come due, holds that run out, what was put aside. Swept by the tick, in batches.

What a case does next stands in its row. A batch moves its cases, makes their calls and records them in one transaction:
a worker that dies in the middle has done nothing, and whoever comes next finds the same rows due.
"""

from datetime import datetime

from django.db.models import Q

from approvals.actors import Actor
from exceptions import cases, movements, schedule, steps, targets
from exceptions.models import Case
from exceptions.models.case import State
from exceptions.models.failure_class import Handling
from exceptions.movements import Move

OPENED, ESCALATED, REMINDER, WOKEN = "opened", "escalated", "reminder", "woken"
REMIND_AT = 0.75  # of a hold


def escalate_due(*, now: datetime, actor: Actor) -> int:
    """Open cases whose next step is due: call whom it names. Returns how many; none is overdue afterwards."""
    due = Case.objects.filter(state=State.OPEN, next_escalation_at__lte=now).order_by("next_escalation_at")
    return movements.sweep(due, _next, actor=actor, now=now)


def release_due(*, now: datetime, actor: Actor) -> int:
    """Holds that ran out: open again, and the clock runs on from the step it stood at. Returns how many."""
    held = Case.objects.filter(state=State.ACKNOWLEDGED, acknowledged_until__lte=now)
    return movements.sweep(held.order_by("acknowledged_until"), _release, actor=actor, now=now)


def remind_due(*, now: datetime, actor: Actor) -> int:
    """Holds of which three quarters are over: whoever has the case is told, once. Returns how many."""
    left = {severity: hold * (1 - REMIND_AT) for severity, hold in cases.HOLD.items()}
    ending = Q()
    for severity, rest in left.items():
        ending |= Q(failure_class__severity=severity, acknowledged_until__lte=now + rest)
    held = Case.objects.filter(
        ending, state=State.ACKNOWLEDGED, reminded_at__isnull=True, acknowledged_until__gt=now,
        acknowledged_until__lte=now + max(left.values()),
    )  # fmt: skip
    return movements.sweep(held.order_by("acknowledged_until"), _remind, actor=actor, now=now)


def _next(move: Move) -> None:
    case = move.case
    if case.snoozed_until is not None:
        wake(move)
        return
    for _ in steps.read(case.steps):
        step = schedule.step_of(case)
        alert = case.step == 0 and case.failure_class.handling == Handling.ALERT
        hours = move.reach.hours(case, step) if case.in_hours and not alert else None
        if hours is not None and not hours.is_open(move.now):
            until = hours.next_opening(move.now)
            move.change(next_escalation_at=until)
            move.tell("case.deferred", step=case.step, until=until.isoformat())
            return
        if move.reach.users(case, step) or not case.skip_empty:
            _call(move, step, OPENED if alert else ESCALATED)
            return
        team = move.reach.team(case, step)
        move.change(step=min(case.step + 1, steps.MOST))
        move.tell("case.skipped", step=case.step, team=team.pk if team else None)
    _call_admins(move)


def _call(move: Move, step: steps.Step, why: str) -> None:
    case, team, users = move.case, move.reach.team(move.case, step), move.reach.users(move.case, step)
    if team is not None and team.pk != case.owner_id:
        move.change(escalated_to_id=team.pk)
    move.change(step=min(case.step + 1, steps.MOST))
    move.change(next_escalation_at=schedule.due(case, move.now, move.reach))
    move.tell("case.escalated", step=case.step, team=team.pk if team else None, reached=len(users))
    move.call(why, team, users, step.by)


def _call_admins(move: Move) -> None:
    """The whole plan reaches nobody. Somebody must know."""
    case, admins = move.case, move.reach.admins(move.case)
    move.change(next_escalation_at=schedule.due(case, move.now, move.reach))
    move.tell("case.escalated", step=case.step, team=None, admins=len(admins))
    move.call(ESCALATED, None, admins, (steps.EMAIL,))


def wake(move: Move) -> None:
    """What was put aside is back: whose it is hears of it, and the clock runs on from the step it stood at."""
    case, owner = move.case, steps.Step(steps.SHORTEST, steps.OWNER, steps.DUTY)
    move.change(snoozed_until=None, next_escalation_at=schedule.due(case, move.now, move.reach))
    move.tell("case.woken", step=case.step)
    move.call(WOKEN, case.owner, move.reach.users(case, owner), ())


def _release(move: Move) -> None:
    move.change(state=State.OPEN, assignee_id=None, acknowledged_until=None, reminded_at=None)
    move.change(next_escalation_at=schedule.due(move.case, move.now, move.reach))
    move.tell("case.released", step=move.case.step)


def _remind(move: Move) -> None:
    """Told to the person alone: to call the team would wake those who rely on them."""
    case, holder = move.case, move.case.assignee
    move.change(reminded_at=move.now)
    if holder is not None and targets.seats(case.workspace_id, holder.pk):
        move.call(REMINDER, None, [holder], (steps.EMAIL,))
