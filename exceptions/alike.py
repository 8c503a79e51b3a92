"""Cases that are alike to a sweep: at the same step of the same plan, of the same team and class. What is due for one
is due for all, so it is found out once; thousands that wait for one team are a few kinds.
"""

import json
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from approvals import locks
from exceptions.models import Case

# What decides about a case. Its own clocks, by which it is due, are not among them: a move may set, never read them.
SHARED = (
    "workspace_id", "owner_id", "assignee_id", "failure_class_id", "state", "step", "repeats", "in_hours", "skip_empty",
    "snoozed_until", "escalated_to_id",
)  # fmt: skip
STEPS = "steps_as_kept"  # compared as text, and read once for all of a kind


@dataclass(frozen=True)
class Alike:
    """One case that stands for all of ``pks``, its own id first."""

    case: Case
    pks: tuple[UUID, ...]


def lock(rows: QuerySet[Case], most: int) -> list[Alike]:
    """The first of these that nobody else holds, locked, by what they share. Within a transaction."""
    free = locks.take(rows, skip=True)
    found = free.annotate(**{STEPS: Cast("steps", TextField())}).values_list("id", STEPS, *SHARED)[:most]
    kinds: dict[tuple[object, ...], list[UUID]] = {}
    for pk, *shared in found:
        kinds.setdefault(tuple(shared), []).append(pk)
    return [Alike(_case(shared, pks[0]), tuple(pks)) for shared, pks in kinds.items()]


def _case(shared: tuple[object, ...], pk: UUID) -> Case:
    """As the database would give it, and nothing else of it loaded."""
    steps, *rest = shared
    known = {"id": pk, "steps": json.loads(str(steps)), **dict(zip(SHARED, rest, strict=True))}
    names = [field.attname for field in Case._meta.concrete_fields if field.attname in known]
    return Case.from_db(None, names, [known[name] for name in names])
