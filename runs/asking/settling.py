"""Cases of budgets settle themselves: when the run, day or month is over, or the budget was raised or retired."""

from contextlib import suppress
from datetime import datetime

from approvals.actors import Actor
from exceptions import resolutions
from exceptions.models import Occurrence
from runs.asking import budgets
from runs.asking.purse import CODE
from runs.models import Run, Spending
from runs.models.model_budget import Per
from runs.models.run import State

AT_ONCE = 200


def settle_over(*, actor: Actor, now: datetime) -> int:
    """Settle what holds nothing back any more. Returns how many occurrences there were."""
    rows = Occurrence.objects.filter(disposition="open", case__failure_class__code=CODE)
    settled = 0
    for row in rows.select_related("case__workspace").order_by("id")[:AT_ONCE]:
        if _holds(row, now):
            continue
        with suppress(resolutions.AlreadySettled):
            resolutions.settle_occurrence(
                occurrence=row, disposition="elsewhere", actor=actor, now=now, reason_code="passed"
            )
            settled += 1
    return settled


def _holds(row: Occurrence, now: datetime) -> bool:
    """Whether calls are still refused for the time that the case speaks of."""
    workspace, name = row.case.workspace, str(row.facts.get("name", ""))
    reached = Spending.objects.filter(workspace=workspace, name=name, reached_at__isnull=False)
    if not reached.exists():
        return False
    if name.startswith(f"{Per.RUN}:"):
        return row.run is not None and Run.objects.filter(pk=row.run, state=State.RUNNING).exists()
    return name in budgets.names(workspace, None, now).values()
