"""What was sent again and is not proven yet. Its failures stay open, and nobody settles them in another way meanwhile:
accepted is not executed, and executed is not seen in the target.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from approvals.actors import Actor
from exceptions import resolutions
from exceptions.models import Occurrence
from exceptions.resolutions import OPEN, Answer

PROVEN, UNSEEN, FAILED, TO_REVIEW = "seen", "not_to_be_seen", "failed_again", "back_to_review"


def mark(*, execution: UUID, by: int, now: datetime) -> int:
    """Its open failures wait for proof, in the caller's transaction. Returns how many."""
    waiting = Occurrence.objects.filter(execution=execution, disposition=OPEN)
    return waiting.update(resent_at=now, resent_by=by)


def lie_in(executions: Collection[UUID]) -> set[UUID]:
    """The cases in which something waits for how these end: `settle` locks them."""
    return set(_waiting(executions).values_list("case_id", flat=True)) if executions else set()


def _waiting(executions: Collection[UUID]) -> QuerySet[Occurrence]:
    return Occurrence.objects.filter(execution__in=executions, disposition=OPEN, resent_at__isnull=False)


def settle(*, executions: Collection[UUID], why: str, actor: Actor, now: datetime) -> int:
    """How it ended is known: what waited for that is settled, in the name of whoever sent it. Returns how many.

    ``why`` is `PROVEN`, `UNSEEN` (its target cannot be asked), `FAILED` (it failed anew, and lies in a case as what
    that is) or `TO_REVIEW`.
    """
    if not executions:
        return 0
    # as whoever opens them locks them
    waiting = _waiting(executions).order_by("case__fingerprint", "case_id", "id")
    settled = 0
    with transaction.atomic():
        alike: dict[tuple[UUID, int | None], list[int]] = {}
        for pk, case, by in waiting.values_list("pk", "case_id", "resent_by_id"):
            alike.setdefault((case, by), []).append(pk)
        for (lies_in, sender), marks in alike.items():
            answer = Answer("retried", actor, now, sender, why)
            settled += resolutions.settle_marked(case=lies_in, marks=marks, answer=answer)
    return settled
