"""Wishing for a trial of the golden sets. A worker carries it out (see `runs.golden.trying`)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from approvals import ledger
from approvals.actors import Actor
from approvals.models import Workspace
from runs.models import GoldenCase, GoldenRun
from runs.models.golden import GoldenState

LARGEST_SET = 500


def wish(
    *, workspace: Workspace, why: str, by: int | None, actor: Actor, now: datetime, workflow: str = ""
) -> list[GoldenRun]:
    """One trial for each workflow with a golden set, or of the one named, unless one waits or runs already."""
    used = GoldenCase.objects.filter(workspace=workspace, retired_at__isnull=True)
    names = used.filter(workflow=workflow) if workflow else used
    wished = []
    for name in names.order_by("workflow").values_list("workflow", flat=True).distinct():
        size = min(used.filter(workflow=name).count(), LARGEST_SET)
        try:
            with transaction.atomic():
                trial = GoldenRun.objects.create(
                    workspace=workspace, workflow=name, why=why, reader={}, reader_digest="", size=size,
                    state=GoldenState.WAITING, asked_at=now, asked_by_id=by,
                )  # fmt: skip
                ledger.append(
                    workspace_id=workspace.pk, kind="golden.asked", actor=actor, at=now,
                    data={"trial": trial.id.hex, "workflow": ledger.code_of(name), "size": size, "why": why},
                )  # fmt: skip
        except IntegrityError:
            continue  # one is under way: it reads with whatever holds when it begins
        wished.append(trial)
    return wished
