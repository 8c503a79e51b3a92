"""What happened to a case, told from the ledger, with the notes people wrote; repetitions are counted, not listed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from approvals import prepared, timeline, wording
from approvals.models import LedgerEntry
from approvals.models.entry import REPEATED
from approvals.timeline import Event
from approvals.waiting import statements
from exceptions.beside import EVERYTHING, Beside
from exceptions.models import Case, Note, Team
from exceptions.resolutions import REASONS

LONGEST, FEW = 100, 14
LOOKED_AT = 1000  # settlements, of those the newest
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
AGAIN = {
    "seen": ", and seen in the target",
    "not_to_be_seen": ", and written as its target says, which cannot be asked",
    "failed_again": ", and failed anew",
    "back_to_review": ", and back in review",
}


def of(
    case: Case, known: Mapping[int, str], *, longest: int = FEW, beside: Beside = EVERYTHING
) -> list[Event]:
    """The newest events, oldest first; ``known`` are names that need no query."""
    told = _entries(case, known, longest)
    told += _notes(case, longest) if beside.notes else []
    told += _settlements(case, longest) if beside.settled else []
    told = sorted(told, key=lambda event: event[0])[-longest:]
    days = {timezone.localtime(at).date() for at, *_ in told}
    return [
        Event(at, sentence, tone, wording.day(timezone.localtime(at).date()) if len(days) > 1 else "", more)
        for at, sentence, tone, more in told
    ]


Told = tuple[datetime, str, str, str]
_SETTLED = """
SELECT max(lately.at) AS at, lately.kind, lately.reason_code, lately.note, count(*) AS count, people.username
FROM (
    SELECT at, kind, reason_code, note, by_id FROM exceptions_resolution WHERE case_id = %(case)s
    ORDER BY id DESC LIMIT %(newest)s
) AS lately LEFT JOIN auth_user AS people ON people.id = lately.by_id
GROUP BY date_trunc('minute', lately.at), lately.kind, lately.reason_code, lately.note, people.username
ORDER BY 1 DESC LIMIT %(longest)s
"""


def _entries(case: Case, known: Mapping[int, str], longest: int) -> list[Told]:
    entries = statements.ask(_told(longest), {statements.ITEM: case.pk})
    names, teams = timeline.names_of(entries, known), _teams(case, entries)
    return [(row.at, _sentence(row, names, teams), TONES.get(row.kind, ""), "") for row in entries]


@lru_cache
def _told(longest: int) -> statements.Kept[LedgerEntry]:
    rows = LedgerEntry.objects.filter(case=statements.ITEM).exclude(kind__in=REPEATED)
    return statements.keep(rows.order_by("-id")[:longest])


def _teams(case: Case, entries: Iterable[LedgerEntry]) -> dict[int, str]:
    """The names of the teams that entries speak of; a query where it is others than the case shows anyway."""
    named = {team for row in entries for way in ("team", "to") if isinstance(team := row.data.get(way), int)}
    at_hand = (case.owner, case.failure_class.owner, case.failure_class.backup)
    known = {team.pk: team.name for team in at_hand}
    if missing := named - known.keys():
        rows = Team.objects.filter(workspace_id=case.workspace_id, pk__in=missing)
        known |= dict(rows.values_list("pk", "name"))
    return known


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
            return _surge(data)
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


def _surge(data: Mapping[str, Any]) -> str:
    """Why it escalates, with both numbers."""
    if data.get("by") == "money":
        return f"{data.get('amount')} waits behind it, more than its kind lets wait"
    if data.get("by") == "hour":
        return f"{data.get('count')} in an hour, and more than {data.get('limit')} are too many"
    return f"{data.get('count')} in a quarter of an hour, usually {wording.plain_number(data.get('usual'))}"


def _called(data: Mapping[str, Any], teams: Mapping[int, str]) -> str:
    if "admins" in data:
        return "The whole plan reaches nobody; the admins were called"
    name = teams.get(data.get("team") or 0, "A person")
    return f"{name} was called" if data.get("reached", 1) else f"{name} was called, and nobody is there"


def _failures(data: Mapping[str, Any]) -> str:
    return wording.counted(int(data.get("failures", 0)), "failure")


def _notes(case: Case, longest: int) -> list[Told]:
    rows = statements.ask(_written(longest), {statements.ITEM: case.pk})
    return [(at, f"{who}: {text}", "", "") for at, who, text in rows]


@lru_cache
def _written(longest: int) -> statements.Kept[tuple[datetime, str, str]]:
    rows = Note.objects.filter(case=statements.ITEM).order_by("-id")
    return statements.keep(rows.values_list("at", "by__username", "text")[:longest])


def _settlements(case: Case, longest: int) -> list[Told]:
    """One line for what was settled in the same way within a minute, by an answer or by a thousand receipts."""
    with prepared.cursor() as cursor:
        cursor.execute(_SETTLED, {"case": case.pk, "newest": LOOKED_AT, "longest": longest})
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [(row["at"], _settled(row), "sign", row["note"]) for row in rows]


def _settled(row: Mapping[str, Any]) -> str:
    how = f"{wording.counted(row['count'], 'failure')} {DONE.get(row['kind'], row['kind'])}"
    how += AGAIN.get(row["reason_code"], "") if row["kind"] == "retried" else ""
    reason = REASONS.get(row["reason_code"], "")
    by = f" by {row['username']}" if row["username"] else ""
    return how[:1].upper() + how[1:] + by + (f": {wording.inside(reason)}" if reason else "")
