"""The page of alerts: every threshold in force with what is measured now beside it, and one with its history."""

from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse

from approvals import moments, rail
from approvals.models import Membership
from runs.alerts import history, readings, words
from runs.models import Alarm, Threshold
from runs.models.threshold import Watch

SHOWN = 100


def read(member: Membership, now: datetime) -> dict[str, Any]:
    """All that are in force, those that are crossed first; then alarms that are over."""
    rows = Threshold.objects.filter(workspace=member.workspace_id, retired_at__isnull=True)
    found = list(rows.select_related("workspace", "set_by").order_by("workflow", "watch")[:SHOWN])
    open_ones = {
        alarm.threshold_id: alarm
        for alarm in Alarm.objects.filter(threshold__in=found, calmed_at__isnull=True).select_related("case")
    }
    lines = [_line(one, open_ones.get(one.pk), member.workspace.slug, now) for one in found]
    over = Alarm.objects.filter(threshold__workspace=member.workspace_id, calmed_at__isnull=False)
    latest = over.select_related("threshold", "case").order_by("-raised_at")[:20]
    return rail.around(member, now) | {
        "lines": sorted(lines, key=lambda line: line["alarm"] is None),
        "over": [alarm_line(alarm, member.workspace.slug, now) for alarm in latest],
    }


def one(member: Membership, number: int, now: datetime) -> dict[str, Any]:
    """One threshold, in force or not: its versions, its alarms, and thirty days of what it watches."""
    chosen = threshold(member, number)
    versions = Threshold.objects.filter(
        workspace=member.workspace_id, workflow=chosen.workflow, watch=chosen.watch
    ).select_related("set_by", "retired_by").order_by("-version")[:SHOWN]  # fmt: skip
    alarms = Alarm.objects.filter(threshold__in=[row.pk for row in versions])
    slug = member.workspace.slug
    open_one = alarms.filter(threshold=chosen, calmed_at__isnull=True).select_related("case").first()
    return rail.around(member, now) | {
        "threshold": chosen,
        "line": _line(chosen, open_one, slug, now),
        "title": words.title(chosen),
        "versions": [{"row": row, "rule": words.rule(row)} for row in versions],
        "alarms": [
            alarm_line(alarm, slug, now)
            for alarm in alarms.select_related("threshold", "case").order_by("-raised_at")[:SHOWN]
        ],
        "plot": history.drawn(chosen, now) if chosen.watch != Watch.SILENCE else None,
    }


def threshold(member: Membership, number: int) -> Threshold:
    """A threshold of the member's workspace. Raises `Http404`."""
    rows = Threshold.objects.select_related("workspace", "set_by")
    found = rows.filter(pk=number, workspace_id=member.workspace_id).first() if number < 2**63 else None
    if found is None:
        raise Http404("no such threshold")
    return found


def alarm_line(alarm: Alarm, slug: str, now: datetime) -> dict[str, Any]:
    """One alarm: what was measured, against what, and how long it stood."""
    of = alarm.threshold
    return {
        "what": f"{words.title(of)} of {of.workflow}",
        "value": words.figure(of, float(alarm.value)),
        "limit": words.figure(of, float(alarm.limit)),
        "raised_at": alarm.raised_at,
        "calmed_at": alarm.calmed_at,
        "lasted": (alarm.calmed_at or now) - alarm.raised_at,
        "case_url": reverse("case", args=[slug, alarm.case.public_id]) if alarm.case else "",
    }


def _line(row: Threshold, alarm: Alarm | None, slug: str, now: datetime) -> dict[str, Any]:
    seen = readings.take(row, now)
    filled = 0.0 if not seen.value or not seen.limit else min(seen.value / seen.limit, 2) * 50
    return {
        "row": row,
        "title": words.title(row),
        "rule": words.rule(row),
        "value": words.figure(row, seen.value),
        "limit": words.figure(row, seen.limit),
        "basis": words.basis(row, seen),
        "width": f"{filled:.1f}%",
        "alarm": alarm_line(alarm, slug, now) if alarm else None,
        "checked": moments.near(row.checked_at, now) if row.checked_at else "",
        "fresh": now - row.set_at < timedelta(minutes=2),
        "url": reverse("alert", args=[slug, row.pk]),
    }
