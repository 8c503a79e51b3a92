"""An alarm is raised once, with one case, and calmed once, with the case it opened."""

from contextlib import suppress
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from exceptions import cases, resolutions
from exceptions.models import Occurrence
from runs.alerts.readings import Reading
from runs.models import Alarm, Threshold
from runs.models.threshold import Watch

SAYINGS = {
    Watch.ERROR_RATE: "Runs of {} fail more often than its threshold allows",
    Watch.ACCURACY: "People sign what {} proposes less often than its threshold asks",
    Watch.ESCALATION: "Far more of what {} proposes goes to exceptions than usual",
    Watch.LATENCY: "Runs of {} take longer than its threshold allows",
    Watch.SPEND: "Runs of {} cost more than its threshold allows",
    Watch.SILENCE: "No run of {} began when one was due",
}


def raise_alarm(*, threshold: Threshold, seen: Reading, actor: Actor, now: datetime) -> bool:
    """Open its case, unless an alarm stands already. Returns whether one was raised."""
    with transaction.atomic():
        held = locks.take(Threshold.objects).filter(pk=threshold.pk, retired_at__isnull=True)
        if not held or Alarm.objects.filter(threshold=threshold, calmed_at__isnull=True).exists():
            return False
        value, limit = _number(seen.value), _number(seen.limit)
        alarm = Alarm.objects.create(
            threshold=threshold, value=value, limit=limit, counted=seen.n, raised_at=now
        )
        _record("alarm.raised", alarm, actor, now)
        alarm.case = cases.open_case(
            workspace=threshold.workspace, code=f"alert.{threshold.watch}", actor=actor, now=now,
            message=SAYINGS[Watch(threshold.watch)].format(threshold.workflow), operation=threshold.workflow,
            facts={"alarm": alarm.pk, "measured": str(value), "threshold": str(limit), "counted": seen.n},
        )  # fmt: skip
        alarm.save(update_fields=["case"])
    return True


def calm(*, threshold: Threshold, actor: Actor, now: datetime) -> bool:
    """End the alarm that stands, and settle what it holds in its case. Returns whether there was one."""
    with transaction.atomic():
        alarm = Alarm.objects.select_related("case", "threshold").filter(
            threshold=threshold, calmed_at__isnull=True
        ).first()  # fmt: skip
        if alarm is None or not Alarm.objects.filter(pk=alarm.pk, calmed_at__isnull=True).update(
            calmed_at=now
        ):
            return False
        _record("alarm.calmed", alarm, actor, now)
        held = [alarm.case_id, alarm.case.merged_into_id] if alarm.case else []
        open_ones = Occurrence.objects.filter(case__in=held, disposition="open", facts__alarm=alarm.pk)
        for occurrence in open_ones:
            with suppress(resolutions.AlreadySettled):
                resolutions.settle_occurrence(
                    occurrence=occurrence, disposition="elsewhere", actor=actor, now=now, reason_code="passed"
                )
    return True


def _record(kind: str, alarm: Alarm, actor: Actor, now: datetime) -> None:
    told = {
        "threshold": alarm.threshold_id,
        "alarm": alarm.pk,
        "value": str(alarm.value),
        "limit": str(alarm.limit),
    }
    ledger.append(workspace_id=alarm.threshold.workspace_id, kind=kind, actor=actor, at=now, data=told)


def _number(value: float | None) -> Decimal:
    return Decimal(str(round(value or 0, 4)))
