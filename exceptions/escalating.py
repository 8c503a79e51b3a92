"""Escalating: far more fail in this quarter of an hour than usually do. Both numbers are kept for people to see.

Usual is the median of the same quarter over the last seven days; a day on which nothing failed counts as none.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from uuid import UUID

from django.db import connection, transaction

from approvals import ledger
from approvals.actors import Actor
from exceptions import calls, duty
from exceptions.models import Case, Tally
from exceptions.models.case import State

QUARTER = timedelta(minutes=15)
DAYS = 7
LEAST, TIMES = 5, 3  # it takes five, and three times what is usual
KEPT = timedelta(days=DAYS + 1)
BATCH = 1000


@dataclass(frozen=True)
class Pace:
    """What arrived in a quarter of an hour, beside what usually does."""

    now: int
    usual: float

    @property
    def limit(self) -> float:
        return max(LEAST, TIMES * self.usual)

    @property
    def is_high(self) -> bool:
        return self.now >= self.limit


def quarter_of(at: datetime) -> datetime:
    """When the quarter of an hour began."""
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


_ADD = """
INSERT INTO exceptions_tally (case_id, starts_at, failures)
SELECT told.id, %(quarter)s, told.failures FROM jsonb_to_recordset(%(told)s::jsonb) AS told (id uuid, failures int)
ON CONFLICT (case_id, starts_at) DO UPDATE SET failures = exceptions_tally.failures + excluded.failures
RETURNING case_id, failures
"""


def look(*, cases: Sequence[Case], arrived: Iterable[UUID], actor: Actor, now: datetime) -> list[ledger.Fact]:
    """Count what arrived in locked cases and mark those that escalate; the facts to record. In the caller's
    transaction. A case of this quarter is new, which is something else.
    """
    told = [{"id": str(pk), "failures": count} for pk, count in Counter(arrived).items()]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {"quarter": quarter_of(now), "told": json.dumps(told)})
        counts = dict(cursor.fetchall())
    suspects = [case for case in cases if counts.get(case.pk, 0) >= LEAST and _may_escalate(case, now)]
    usual = usually([case.pk for case in suspects], now)
    paces = {case.pk: Pace(counts[case.pk], usual[case.pk]) for case in suspects}
    found = [case for case in suspects if paces[case.pk].is_high]
    if found:
        Case.objects.filter(pk__in=[case.pk for case in found]).update(escalating_at=now)
    for case in found:
        case.escalating_at = now
    _tell(found, now)
    return [_fact(case, "case.escalating", paces[case.pk], actor, now) for case in found]


def _tell(found: Sequence[Case], now: datetime) -> None:
    """Whoever is on duty hears of it at once, also where the clock of the case has hours left."""
    calls.call_many(
        wanted=[
            calls.Wanted(
                case,
                case.step,
                "escalating",
                case.owner,
                duty.reached(case.owner, duty.DUTY, now),
                [calls.EMAIL],
            )
            for case in found
        ],
        now=now,
    )


def _may_escalate(case: Case, now: datetime) -> bool:
    is_older = case.first_seen_at < quarter_of(now)
    return case.escalating_at is None and case.state != State.RESOLVED and is_older


def calm_due(*, now: datetime, actor: Actor) -> int:
    """Cases that were quiet for a whole quarter are not escalating any more. Forgets old counts. Returns how many."""
    Tally.objects.filter(starts_at__lt=now - KEPT).delete()
    rows = Case.objects.filter(escalating_at__lt=quarter_of(now) - QUARTER)
    with transaction.atomic():
        held = list(rows.select_for_update(skip_locked=True).order_by("fingerprint")[:BATCH])
        before = paces(held, now - QUARTER)
        running = paces(held, now)
        calm = [case for case in held if not (before[case.pk].is_high or running[case.pk].is_high)]
        Case.objects.filter(pk__in=[case.pk for case in calm]).update(escalating_at=None)
        ledger.append_many(_fact(case, "case.calmed", running[case.pk], actor, now) for case in calm)
    return len(calm)


def pace(case: Case, now: datetime) -> Pace:
    """Of one case, for its page."""
    return paces([case], now)[case.pk]


def paces(cases: Sequence[Case], now: datetime) -> dict[UUID, Pace]:
    """What the quarter of ``now`` brought each of them, and what is usual."""
    marks = [case.pk for case in cases]
    counts: Mapping[UUID, int] = dict(
        Tally.objects.filter(case__in=marks, starts_at=quarter_of(now)).values_list("case_id", "failures")
    )
    usual = usually(marks, now)
    return {pk: Pace(counts.get(pk, 0), usual[pk]) for pk in marks}


def usually(cases: Sequence[UUID], now: datetime) -> dict[UUID, float]:
    """The median of the same quarter over the last seven days."""
    if not cases:
        return {}
    days = [quarter_of(now) - timedelta(days=number) for number in range(1, DAYS + 1)]
    found: dict[UUID, list[int]] = defaultdict(list)
    rows = Tally.objects.filter(case__in=cases, starts_at__in=days).values_list("case_id", "failures")
    for pk, failures in rows:
        found[pk].append(failures)
    return {pk: median(found[pk] + [0] * (DAYS - len(found[pk]))) for pk in cases}


def _fact(case: Case, kind: str, seen: Pace, actor: Actor, now: datetime) -> ledger.Fact:
    return ledger.entry(
        workspace_id=case.workspace_id, kind=kind, actor=actor, at=now, case=case.id,
        data={"count": seen.now, "usual": seen.usual},
    )  # fmt: skip
