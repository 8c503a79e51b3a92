"""What a workspace chose about models: a second opinion, and how long answers are kept."""

from datetime import datetime

from django.db import IntegrityError, transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Workspace
from runs.models import ModelTerms

SHIPPED = {"version": 0, "second_model": "", "keep_days": 7}


class ChangedMeanwhile(LookupError):
    """Somebody else changed the terms since they were looked at."""


class SameTerms(ValueError):
    """Exactly this holds already."""


def of(workspace: Workspace) -> ModelTerms:
    """The newest version; those that are shipped where nothing was chosen."""
    found = ModelTerms.objects.filter(workspace=workspace).order_by("-version").first()
    return found or ModelTerms(workspace=workspace, **SHIPPED)


def change(
    *, workspace: Workspace, second_model: str, keep_days: int, seen: int, actor: Actor, now: datetime
) -> ModelTerms:
    """A new version, if ``seen`` is the newest. Raises `ChangedMeanwhile`, `SameTerms`."""
    newest = of(workspace)
    if newest.version != seen:
        raise ChangedMeanwhile(workspace.slug)
    if (newest.second_model, newest.keep_days) == (second_model, keep_days):
        raise SameTerms(workspace.slug)
    try:
        with transaction.atomic():
            row = ModelTerms.objects.create(
                workspace=workspace,
                version=seen + 1,
                second_model=second_model,
                keep_days=keep_days,
                set_at=now,
            )
            told = {"version": row.version, "keep_days": keep_days, "second": bool(second_model)}
            ledger.append(workspace_id=workspace.pk, kind="models.changed", actor=actor, at=now, data=told)
    except IntegrityError as error:
        raise ChangedMeanwhile(workspace.slug) from error
    return row
