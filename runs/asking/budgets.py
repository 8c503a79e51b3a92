"""Budgets of a workspace for models: set, retired, and how they are called."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from approvals import ledger, locks, wording
from approvals.actors import Actor
from approvals.models import Workspace
from runs.models import ModelBudget, Run, Spending
from runs.models.model_budget import Measure, Per


class SameBudget(ValueError):
    """Exactly this budget is in force already."""


class AlreadyRetired(LookupError):
    """The budget holds nothing any more."""


def in_force(workspace_id: int) -> list[ModelBudget]:
    """At most one for each period and measure."""
    return list(ModelBudget.objects.filter(workspace=workspace_id, retired_at__isnull=True).order_by("id"))


def names(workspace: Workspace, run: Run | None, now: datetime) -> dict[Per, str]:
    """What a call made now counts to, by period: its run, and the workspace's own day and month."""
    here = now.astimezone(ZoneInfo(workspace.timezone))
    found = {Per.DAY: f"day:{here:%Y-%m-%d}", Per.MONTH: f"month:{here:%Y-%m}"}
    return ({Per.RUN: f"run:{run.id.hex}"} if run is not None else {}) | found


def set_budget(
    *,
    workspace: Workspace,
    per: str,
    measure: str,
    amount: Decimal,
    by: int | None,
    actor: Actor,
    now: datetime,
) -> ModelBudget:
    """From now on at most so much; what is used stays used. Raises `SameBudget`."""
    with transaction.atomic():
        locks.take(Workspace.objects).get(pk=workspace.pk)  # two admins: one after the other
        before = ModelBudget.objects.filter(
            workspace=workspace, per=per, measure=measure, retired_at__isnull=True
        ).first()
        if before is not None and before.amount == amount:
            raise SameBudget(str(before))
        if before is not None:
            ModelBudget.objects.filter(pk=before.pk).update(retired_at=now)
        budget = ModelBudget.objects.create(
            workspace=workspace, per=per, measure=measure, amount=amount, created_at=now, created_by_id=by
        )
        _open_again(budget)
        _record("budget.set", budget, actor, now)
    return budget


def retire(*, budget: ModelBudget, actor: Actor, now: datetime) -> None:
    """Calls are not held to it from now on. Raises `AlreadyRetired`."""
    with transaction.atomic():
        if not ModelBudget.objects.filter(pk=budget.pk, retired_at__isnull=True).update(retired_at=now):
            raise AlreadyRetired(str(budget))
        _open_again(budget)
        _record("budget.retired", budget, actor, now)


def _open_again(budget: ModelBudget) -> None:
    """What was refused until now is asked again; if it is refused again, that is a case of its own."""
    held = Spending.objects.filter(workspace=budget.workspace_id, reached_at__isnull=False)
    held.filter(name__startswith=f"{budget.per}:").update(reached_at=None)


def words(budget: ModelBudget) -> str:
    """ "USD 20.00 a month", "100,000 tokens a run"."""
    if budget.measure == Measure.MONEY:
        return f"{wording.money(budget.amount, 'USD')} a {budget.per}"
    return f"{int(budget.amount):,} tokens a {budget.per}"


def _record(kind: str, budget: ModelBudget, actor: Actor, now: datetime) -> None:
    told = {"budget": budget.pk, "per": budget.per, "measure": budget.measure, "amount": str(budget.amount)}
    ledger.append(workspace_id=budget.workspace_id, kind=kind, actor=actor, at=now, data=told)
