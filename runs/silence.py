"""Runs that never end: one that says nothing for longer than it promised is closed, and what it told is a part only."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Coalesce

from approvals import locks
from approvals.actors import Actor
from approvals.models import Proposal
from exceptions import cases
from runs import recorder
from runs.models import Run
from runs.models.run import State

AT_A_TICK = 50
CODE = "run.silent"
COUNTED = 10_000

_PATIENCE = ExpressionWrapper(F("patience_seconds") * Value(timedelta(seconds=1)), DurationField())
_UNTIL = ExpressionWrapper(Coalesce("heard_at", "started_at") + _PATIENCE, DateTimeField())


def close_due(*, actor: Actor, now: datetime) -> int:
    """Close runs that have been silent for too long, each with a case. Returns how many."""
    due = Run.objects.annotate(silent_at=_UNTIL).filter(state=State.RUNNING, silent_at__lt=now)
    return sum(_close(key, actor, now) for key in due.order_by("id").values_list("pk", flat=True)[:AT_A_TICK])


def _close(key: object, actor: Actor, now: datetime) -> bool:
    """A word that comes first keeps the run open; one that comes after is told to go on in another run."""
    with transaction.atomic():
        still = Q(pk=key, state=State.RUNNING, silent_at__lt=now)
        rows = locks.take(Run.objects.annotate(silent_at=_UNTIL), skip=True)
        run = rows.filter(still).first()
        if run is None:
            return False
        proposed = Proposal.objects.filter(run=run.pk, drill=False)[:COUNTED].count()
        state = State.PARTIAL if proposed or run.steps_told > run.steps_failed else State.FAILED
        counts = {"steps": run.steps_told, "proposed": proposed}
        since = (run.heard_at or run.started_at).strftime("%Y-%m-%d %H:%M UTC")
        recorder.finish(
            run=run,
            state=state,
            actor=actor,
            now=now,
            counts=counts,
            silent=True,
            error=f"No word since {since}",
        )
        cases.open_case(
            workspace=run.workspace, code=CODE, message="No word for longer than it promised", run=run.pk,
            operation=run.workflow, facts={"agent": run.agent.name, "run": run.public_id, **counts},
            actor=actor, now=now,
        )  # fmt: skip
    return True
