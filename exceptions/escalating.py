"""Escalating: far more fail in this quarter of an hour than usually do, or more money waits than its class lets wait.
Both numbers are kept for people to see. What is far more within an hour is found by the tick, in `surges`.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from approvals import ledger, locks, prepared
from approvals.actors import Actor
from exceptions import calls, duty, rates, targets
from exceptions.models import Case, Tally, Team
from exceptions.models.case import State
from exceptions.models.failure_class import Severity

KEPT = timedelta(days=rates.DAYS + 1)
BATCH = 1000

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
    with prepared.cursor() as cursor:
        cursor.execute(_ADD, {"quarter": rates.quarter_of(now), "told": json.dumps(told)})
        counts = dict(cursor.fetchall())
    open_ones = [case for case in cases if case.escalating_at is None and case.state != State.RESOLVED]
    before = rates.quarter_of(now)
    suspects = [
        case
        for case in open_ones
        if case.first_seen_at < before and counts.get(case.pk, 0) >= case.failure_class.surge_least
    ]
    usual = rates.usually([case.pk for case in suspects], now)
    paces = {case.pk: rates.of_class(case, counts[case.pk], usual[case.pk]) for case in suspects}
    rising = {
        pk: {"by": "quarter", "count": one.now, "usual": one.usual}
        for pk, one in paces.items()
        if one.is_high
    }
    dear = {
        case.pk: {"by": "money", "amount": f"{case.most_money:.2f}"} for case in open_ones if is_dear(case)
    }
    why: dict[UUID, dict[str, Any]] = dear | rising
    return mark([(case, why[case.pk]) for case in open_ones if case.pk in why], actor, now)


def is_dear(case: Case) -> bool:
    """Whether more money waits behind it than its class lets wait."""
    alarm = case.failure_class.alarm_money
    return alarm is not None and case.most_money >= alarm


def mark(found: Sequence[tuple[Case, dict[str, Any]]], actor: Actor, now: datetime) -> list[ledger.Fact]:
    """These locked cases escalate, for the reasons given: whoever is to hear of it is called. The facts to record."""
    if not found:
        return []
    Case.objects.filter(pk__in=[case.pk for case, _ in found]).update(escalating_at=now)
    for case, _ in found:
        case.escalating_at = now
    _tell([case for case, _ in found], now)
    return [
        _fact(case, "case.escalating", why | {"version": case.failure_class.version}, actor, now)
        for case, why in found
    ]


def _tell(found: Sequence[Case], now: datetime) -> None:
    """Whoever is on duty hears of it at once, also where the clock of the case has hours left; of what is severe, the
    backup hears too.
    """
    calls.call_many(
        wanted=[
            calls.Wanted(
                case, case.step, "escalating", team, duty.reached(team, duty.DUTY, now), [calls.EMAIL]
            )
            for case in found
            for team in _teams(case)
        ],
        now=now,
    )  # fmt: skip


def _teams(case: Case) -> list[Team]:
    severe = case.failure_class.severity == Severity.HIGH
    return [case.owner, targets.backup(case)] if severe else [case.owner]


def calm_due(*, now: datetime, actor: Actor) -> int:
    """Cases that were quiet for a whole quarter are not escalating any more. Forgets old counts. Returns how many."""
    Tally.objects.filter(starts_at__lt=now - KEPT).delete()
    rows = Case.objects.filter(escalating_at__lt=rates.quarter_of(now) - rates.QUARTER)
    with transaction.atomic():
        mine = locks.take(rows, skip=True).select_related("failure_class")
        held = list(mine.order_by("fingerprint")[:BATCH])
        before = rates.paces(held, now - rates.QUARTER)
        running = rates.paces(held, now)
        calm = [
            case
            for case in held
            if not (before[case.pk].is_high or running[case.pk].is_high or is_dear(case))
        ]
        Case.objects.filter(pk__in=[case.pk for case in calm]).update(escalating_at=None)
        ledger.append_many(
            _fact(
                case,
                "case.calmed",
                {"count": running[case.pk].now, "usual": running[case.pk].usual},
                actor,
                now,
            )
            for case in calm
        )
    return len(calm)


def _fact(case: Case, kind: str, data: dict[str, Any], actor: Actor, now: datetime) -> ledger.Fact:
    return ledger.entry(
        workspace_id=case.workspace_id, kind=kind, actor=actor, at=now, case=case.id, data=data
    )
