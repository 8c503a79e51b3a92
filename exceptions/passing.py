"""Failures whose cause is gone: budgets and limits that hold nothing back any more. They settle themselves."""

import json
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from approvals.actors import Actor
from approvals.models import Workspace
from exceptions import resolutions
from exceptions.models import Case, Occurrence
from exceptions.models.case import State
from exceptions.resolutions import OPEN, Answer

AT_ONCE = 500  # settled by one sweep; those that must stay are never among them, and so keep nobody waiting


def settle_over(
    *, code: str, over: str, current: Callable[[Workspace], dict[str, Any]], actor: Actor, now: datetime
) -> int:
    """Settle failures of this class that hold nothing back any more. ``over`` is the query for their ids, given the
    ``current`` facts of each workspace that has some. Returns how many there were.
    """
    here = _places(code)
    if not here:
        return 0
    told = json.dumps([{"workspace": one.pk} | current(one) for one in here])
    with connection.cursor() as cursor:
        cursor.execute(over, {"current": told, "code": code, "most": AT_ONCE})
        found = [pk for (pk,) in cursor.fetchall()]
    return _settle(found, actor, now) if found else 0


def _places(code: str) -> list[Workspace]:
    """The workspaces in which failures of this class lie open."""
    waiting = Case.objects.filter(failure_class__code=code).exclude(state=State.RESOLVED)
    return list(Workspace.objects.filter(pk__in=waiting.values("workspace")).order_by("pk"))


def _settle(occurrences: Collection[int], actor: Actor, now: datetime) -> int:
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
