"""Whose a case is and what its clock does next, in words."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from exceptions import schedule, targets
from exceptions.models import Case
from exceptions.models.case import State

Moment = dict[str, Any]


def people(case: Case) -> list[dict[str, str]]:
    """Owner and backup are teams; who works on it is a person."""
    working = case.assignee.get_username() if case.assignee else ""
    backup = targets.backup(case)
    return [
        {"label": "Owner", "name": case.owner.name},
        {"label": "Worked on it" if case.state == State.RESOLVED else "Working on it", "name": working},
        {"label": "Backup, called" if case.escalated_to_id == backup.pk else "Backup", "name": backup.name},
    ]


def clock(case: Case, now: datetime) -> list[Moment]:
    """What was, what comes next if nobody does anything, and what after that."""
    begun = _moment(_begun(case), case.opened_at, "done", now)
    if case.resolved_at is not None:
        return [begun, _moment("Resolved", case.resolved_at, "done", now)]
    due = case.next_escalation_at
    if due is None:
        return [begun]
    if case.state == State.ACKNOWLEDGED:
        return [begun, _moment("The hold runs out, and the clock runs again", due, "now", now)]
    if case.snoozed_until is not None:
        return [begun, _moment("Back from being put aside, and the clock runs again", due, "now", now)]
    names = targets.Names(case)
    called, then = (names.of(schedule.step_of(case, number)) for number in (case.step, case.step + 1))
    after = schedule.due(case, max(due, now), number=case.step + 1)
    return [
        begun,
        _moment(f"{called} is called", due, "late" if due <= now else "now", now),
        _moment(f"Then {then}", after, "", now),
    ]


def _begun(case: Case) -> str:
    """What opened it this time."""
    if case.regressed:
        return "Failed again"
    return "First failure" if case.opened_at == case.first_seen_at else "Opened"


def _moment(words: str, at: datetime, tone: str, now: datetime) -> Moment:
    """The clock shows hours only: another day than today is said."""
    there = timezone.localtime(at).date()
    day = "" if there == timezone.localtime(now).date() else f", {there.day} {there:%B}"
    return {"at": at, "text": words + day, "tone": tone}


def when(at: datetime, now: datetime) -> str:
    """A moment as short as it can be said: today's need no day."""
    there, here = timezone.localtime(at), timezone.localtime(now)
    return f"{there:%H:%M}" if there.date() == here.date() else f"{there.day} {there:%B}, {there:%H:%M}"


def seen(case: Case, now: datetime) -> str:
    """When it happened, first and last."""
    first, last = when(case.first_seen_at, now), when(case.latest_seen_at, now)
    return f"seen {first}" if first == last else f"first {first}, last {last}"
