"""The end of a week's sample: nothing in it waits, its lot passed or not, and the switching rules move on."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import SampleItem, SampleWeek, Workspace
from approvals.models.sample import OPEN, State
from approvals.sampling.strata import UNIFORM
from approvals.statistics import inspection
from approvals.statistics.inspection import Plan, Switching

AT_ONCE = 50


def standing(workspace: Workspace) -> Switching:
    """Where the switching rules stand after the latest week that closed."""
    rows = SampleWeek.objects.filter(workspace=workspace, closed_at__isnull=False)
    latest = rows.order_by("-closed_at", "-monday").first()
    if latest is None or latest.switching is None:
        return Switching()
    return inspection.resumed(read(latest.switching)) if latest.resumed_at else read(latest.switching)


def read(stored: dict[str, object]) -> Switching:
    """What a closed week holds, as the rules know it."""
    return Switching(**{**stored, "recent": tuple(stored["recent"])})  # type: ignore[arg-type]


def close_if_done(*, week: SampleWeek, actor: Actor, now: datetime) -> bool:
    """Close the week if nothing in it waits for a judge. Returns whether it did.

    A lot whose uniform part was not judged whole says nothing: it neither passes nor fails, and moves no rule.
    """
    with transaction.atomic():
        locks.take(Workspace.objects).get(pk=week.workspace_id)  # weeks close one after another
        if week.items.filter(state__in=OPEN).exists():
            return False
        found = list(week.items.filter(through__contains=[UNIFORM]).values_list("state", "wrong"))
        judged, wrong = all(state == State.SETTLED for state, _ in found), sum(bool(bad) for _, bad in found)
        passed = wrong <= week.plan_accept if found and judged else None
        state = standing(week.workspace)
        if passed is not None:
            state = inspection.after(state, Plan(week.plan_n, week.plan_accept), wrong)
        told = {"closed_at": now, "passed": passed, "switching": asdict(state)}
        if not SampleWeek.objects.filter(pk=week.pk, closed_at__isnull=True).update(**told):
            return False
        ledger.append(
            workspace_id=week.workspace_id, kind="sample.closed", actor=actor, at=now,
            data={"week": week.monday.isoformat(), "passed": passed, "wrong": wrong, "then": state.severity},
        )  # fmt: skip
    return True


def close_due(*, actor: Actor, now: datetime) -> int:
    """Let lapse what nobody judged in time, and close those weeks. Returns how many weeks."""
    late = SampleWeek.objects.filter(closed_at__isnull=True, due_at__lte=now).select_related("workspace")
    closed = 0
    for week in late.order_by("due_at")[:AT_ONCE]:
        with transaction.atomic():
            SampleItem.objects.filter(week=week, state__in=OPEN).update(state=State.LAPSED)
            closed += close_if_done(week=week, actor=actor, now=now)
    return closed
