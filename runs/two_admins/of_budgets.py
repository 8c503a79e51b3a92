"""Budgets for models that are raised or go."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from approvals.actors import Actor
from approvals.four_eyes.drafts import Draft, line
from approvals.models import Workspace
from runs.asking import budgets
from runs.models import ModelBudget

BUDGET, RETIRED = "budget", "budget.retired"


def widening(*, workspace: Workspace, per: str, measure: str, amount: Decimal) -> Draft | None:
    """More than the budget in its place. Where there was none, any budget narrows."""
    before = _in_place(workspace, per, measure)
    if before is None or amount <= before.amount:
        return None
    after = ModelBudget(workspace=workspace, per=per, measure=measure, amount=amount)
    payload = {"per": per, "measure": measure, "amount": str(amount)}
    lines = [line("At most", budgets.words(after), budgets.words(before))]
    return Draft(BUDGET, f"{measure}:{per}", f"Budget for models, a {per}", payload, before.pk, lines)


def retiring(budget: ModelBudget) -> Draft | None:
    """A budget that shall hold nothing any more."""
    if budget.retired_at is not None:
        return None
    lines = [line("At most", "no budget", budgets.words(budget))]
    title = f"Budget for models, a {budget.per}"
    return Draft(RETIRED, str(budget.pk), title, {"budget": budget.pk}, budget.pk, lines)


def standing(workspace: Workspace, payload: dict[str, Any]) -> int | None:
    found = _in_place(workspace, payload["per"], payload["measure"])
    return found.pk if found else None


def set_budget(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    told = payload | {"amount": Decimal(payload["amount"])}
    budgets.set_budget(workspace=workspace, by=by, actor=actor, now=now, **told)


def standing_of(workspace: Workspace, payload: dict[str, Any]) -> int | None:
    rows = ModelBudget.objects.filter(workspace=workspace, pk=payload["budget"], retired_at__isnull=True)
    return rows.values_list("pk", flat=True).first()


def retire(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    budget = ModelBudget.objects.get(workspace=workspace, pk=payload["budget"])
    budgets.retire(budget=budget, actor=actor, now=now)


def _in_place(workspace: Workspace, per: str, measure: str) -> ModelBudget | None:
    rows = ModelBudget.objects.filter(workspace=workspace, per=per, measure=measure, retired_at__isnull=True)
    return rows.first()
