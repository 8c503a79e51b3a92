"""Episodes: each time a case is open, from its first failure to its last settlement. Always in the caller's
transaction, with the case locked.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from exceptions.models import Case, Episode


def begin_many(*, cases: Sequence[Case], now: datetime) -> None:
    """The cases open, or open again."""
    if not cases:
        return
    last = dict(
        Episode.objects.filter(case__in=cases)
        .values("case")
        .annotate(last=Max("number"))
        .values_list("case", "last")
    )
    Episode.objects.bulk_create(
        Episode(
            case=case, workspace_id=case.workspace_id, failure_class_id=case.failure_class_id, owner_id=case.owner_id,
            number=last.get(case.pk, 0) + 1, opened_at=now,
        )
        for case in cases
    )  # fmt: skip


def taken(*, case: Case, by: int, now: datetime) -> None:
    """Somebody acknowledged it; the first to do so counts."""
    Episode.objects.filter(case=case, resolved_at__isnull=True, taken_at__isnull=True).update(
        taken_at=now, taken_by=by
    )


def end(*, case: Case, now: datetime) -> None:
    """Nothing in it is open any more. Whose it was at the end is whose it counts as."""
    Episode.objects.filter(case=case, resolved_at__isnull=True).update(resolved_at=now, owner=case.owner_id)


def verified(*, case: Case, now: datetime) -> None:
    """Every write that settled it was seen in its target."""
    latest = Episode.objects.filter(case=case, resolved_at__isnull=False, verified_at__isnull=True)
    Episode.objects.filter(pk__in=latest.order_by("-number").values("pk")[:1]).update(verified_at=now)
