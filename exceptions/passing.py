"""Failures whose cause is gone: budgets and limits that hold nothing back any more. They settle themselves."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from approvals.actors import Actor
from approvals.models import Workspace
from exceptions import resolutions
from exceptions.models import Case, Occurrence
from exceptions.models.case import State
from exceptions.resolutions import OPEN, Answer

AT_ONCE = 500  # settled by one sweep; those that must stay are never among them, and so keep nobody waiting


def places(code: str) -> list[Workspace]:
    """The workspaces in which failures of this class lie open."""
    waiting = Case.objects.filter(failure_class__code=code).exclude(state=State.RESOLVED)
    return list(Workspace.objects.filter(pk__in=waiting.values("workspace")).order_by("pk"))


def settle(*, occurrences: Collection[int], actor: Actor, now: datetime) -> int:
    """They passed, by themselves: case after case, whatever of them is still open. Returns how many."""
    rows = Occurrence.objects.filter(pk__in=occurrences, disposition=OPEN)
    by_case: dict[UUID, list[int]] = {}
    for pk, case in rows.order_by("case__fingerprint", "case_id", "id").values_list("pk", "case_id"):
        by_case.setdefault(case, []).append(pk)
    answer, settled = Answer("elsewhere", actor, now, reason_code="passed"), 0
    for case, marks in by_case.items():
        with transaction.atomic():
            settled += resolutions.settle_marked(case=case, marks=marks, answer=answer)
    return settled
