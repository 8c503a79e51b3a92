"""What happened to a case, told from the ledger, with the notes people wrote; repetitions are counted, not listed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Max
from django.utils import timezone

from approvals import timeline, wording
from approvals.models import LedgerEntry
from approvals.models.entry import REPEATED
from approvals.timeline import Event
from exceptions.models import Case, Note, Resolution, Team
from exceptions.resolutions import REASONS

LONGEST = 100
TONES = {
    "case.opened": "stop", "case.reopened": "stop", "case.escalated": "ask", "case.released": "ask",
    "case.taken": "info", "case.handed_over": "info", "case.rerouted": "info", "case.resolved": "sign",
    "case.escalating": "stop", "case.merged": "info", "case.split": "info",
}  # fmt: skip
DONE = {
    "amended": "proposed in another form",
    "retried": "sent again",
    "reconciled": "settled by what the target says",
    "reversed": "undone",
    "dismissed": "dismissed",
    "elsewhere": "settled elsewhere",
    "asked_again": "sent back to the agent",
    "noted": "noted, with nothing to do",
}


def of(case: Case) -> list[Event]:
    """The newest events, oldest first."""
    told = sorted([*_entries(case), *_notes(case), *_settlements(case)], key=lambda event: event[0])
    days = {timezone.localtime(at).date() for at, *_ in told}
    return [
        Event(at, sentence, tone, wording.day(timezone.localtime(at).date()) if len(days) > 1 else "", more)
        for at, sentence, tone, more in told[-LONGEST:]
    ]


Told = tuple[datetime, str, str, str]


def _entries(case: Case) -> list[Told]:
    rows = LedgerEntry.objects.filter(case=case.pk).exclude(kind__in=REPEATED).order_by("-id")[:LONGEST]
    entries = list(rows)
    names = timeline.names_of(entries, {})
    teams = dict(Team.objects.filter(workspace_id=case.workspace_id).values_list("pk", "name"))
    return [(row.at, _sentence(row, names, teams), TONES.get(row.kind, ""), "") for row in entries]


def _sentence(entry: LedgerEntry, names: Mapping[str, str], teams: Mapping[int, str]) -> str:
    who, data = names.get(entry.actor, "somebody"), entry.data
    match entry.kind:
        case "case.opened":
            return "First failure; the case was opened"
        case "case.reopened":
            return "It happened again; the case was opened again"
        case "case.taken":
            return f"{who} took it"
        case "case.released":
            return "The hold ran out; the clock runs again"
        case "case.escalated":
            return _called(data, teams)
        case "case.skipped":
            return f"{teams.get(data.get('team'), 'A step')} was passed over: it would have reached nobody"
        case "case.deferred":
            return "Outside working hours; the next step waits until they begin"
        case "case.snoozed":
            return f"{who} put it aside"
        case "case.woken":
            return (
                f"{who} brought it back"
                if entry.actor_kind == "person"
                else "Its time was up; the clock runs again"
            )
        case "case.handed_over":
            return f"{who} handed it to {teams.get(data.get('to'), 'another team')}"
        case "case.rerouted":
            return f"{who} moved it to {teams.get(data.get('to'), 'another team')}, where it belongs by now"
        case "case.escalating" | "case.calmed" | "case.merged" | "case.split" | "case.labelled":
            return _grouped(entry.kind, data, who)
        case "case.resolved":
            return "Nothing in it is open any more; resolved"
    return timeline.sentence(entry, names, "the agent")


def _grouped(kind: str, data: Mapping[str, Any], who: str) -> str:
    """How much failed, what lies together, and why."""
    out = "into" in data
    match kind:
        case "case.escalating":
            return f"{data.get('count')} in a quarter of an hour, usually {wording.plain_number(data.get('usual'))}"
        case "case.calmed":
            return "No more than usual fails"
        case "case.merged":
            return f"{who} merged {'it into another' if out else 'another into it'}, with {_failures(data)}"
        case "case.split" if out:
            return f"{who} took {_failures(data)} out of it"
        case "case.split":
            return f"{who} made it a case of its own, with {_failures(data)}"
    cause = data.get("cause")
    return f"{who} named the cause: {cause}" if cause else f"{who} took the cause back"


def _called(data: Mapping[str, Any], teams: Mapping[int, str]) -> str:
    if "admins" in data:
        return "The whole plan reaches nobody; the admins were called"
    name = teams.get(data.get("team") or 0, "A person")
    return f"{name} was called" if data.get("reached", 1) else f"{name} was called, and nobody is there"


def _failures(data: Mapping[str, Any]) -> str:
    return wording.counted(int(data.get("failures", 0)), "failure")


def _notes(case: Case) -> list[Told]:
    rows = Note.objects.filter(case=case).select_related("by").order_by("-id")[:LONGEST]
    return [(row.at, f"{row.by.get_username()}: {row.text}", "", "") for row in rows]


def _settlements(case: Case) -> list[Told]:
    """One line for what was settled by one answer."""
    rows: Any = (
        Resolution.objects.filter(case=case)
        .values("at", "kind", "reason_code", "by__username")
        .annotate(count=Count("pk"), words=Max("note"))
        .order_by("-at")[:LONGEST]
    )
    return [(row["at"], _settled(row), "sign", row["words"]) for row in rows]


def _settled(row: Mapping[str, Any]) -> str:
    how = f"{wording.counted(row['count'], 'failure')} {DONE.get(row['kind'], row['kind'])}"
    reason = REASONS.get(row["reason_code"], "")
    by = f" by {row['by__username']}" if row["by__username"] else ""
    return how[:1].upper() + how[1:] + by + (f": {wording.inside(reason)}" if reason else "")
