"""What the page of a case explains: why its failures lie together, how fast they come, and when it was open."""

from datetime import datetime
from functools import cache
from typing import Any

from django.utils.http import urlencode

from approvals import wording
from approvals.visible import visible
from approvals.waiting import statements
from exceptions import clocks, merging, rates, sheet
from exceptions.beside import Beside
from exceptions.models import Case, Episode, Incident

PARTS = {
    "code": "Reported as",
    "connector": "System",
    "operation": "Tool",
    "field": "Field",
    "message": "Words, without what varies",
    "words": "Exact words",
}
EPISODES = 10


def of(case: Case, now: datetime, beside: Beside, *, acts: bool) -> dict[str, Any]:
    """Context for the panels. A bounded number of queries, each of a bounded number of rows."""
    named = {statements.ITEM: case.pk}
    return {
        "grouped": [
            {"label": label, "value": visible(case.grouped_by[name]), "mono": name != "message"}
            for name, label in PARTS.items()
            if case.grouped_by.get(name)
        ],
        "merged": statements.ask(_merged(), named) if beside.merged else [],
        "may_split": acts and case.open_count > 1 and "words" not in case.grouped_by,
        "may_merge": acts and case.merged_into_id is None,
        "incidents": [
            {"title": row.title, "url": sheet.address("incident", case.workspace.slug, row.public_id)}
            for row in (statements.ask(_incidents(), named) if beside.incidents else ())
        ],
        "declare_url": _declare(case) if acts else "",
        "pace": _pace(case, now),
        "episodes": [_episode(row, now) for row in statements.ask(_episodes(), named)],
    }


def wordings(case: Case) -> list[dict[str, Any]]:
    """Exact messages of which each could be a case of its own; one alone has nothing to be split from."""
    found = merging.messages(case)
    if len(found) < 2:
        return []
    return [{"message": message, "shown": visible(message), "count": count} for message, count in found]


@cache
def _merged() -> statements.Kept[Case]:
    rows = Case.objects.filter(merged_into=statements.ITEM).order_by("title")
    return statements.keep(rows.only("title", "merged_into_id")[: merging.MOST])


@cache
def _incidents() -> statements.Kept[Incident]:
    rows = Incident.objects.filter(cases=statements.ITEM).order_by("-declared_at")
    return statements.keep(rows.only("title")[:EPISODES])


@cache
def _episodes() -> statements.Kept[Episode]:
    rows = (
        Episode.objects.filter(case=statements.ITEM).select_related("taken_by", "owner").order_by("-number")
    )
    return statements.keep(rows[:EPISODES])


def _declare(case: Case) -> str:
    url = sheet.address("incidents", case.workspace.slug)
    return f"{url}?{urlencode({'case': case.public_id})}" if url else ""


def _pace(case: Case, now: datetime) -> dict[str, str]:
    """Both numbers of the rule in `escalating`; nothing where nothing comes."""
    seen = rates.pace(case, now)
    if not seen.now and case.escalating_at is None:
        return {}
    usual = wording.plain_number(seen.usual)
    since = f"since {clocks.when(case.escalating_at, now)}" if case.escalating_at else ""
    return {"now": f"{seen.now:,}", "usual": usual, "since": since, "limit": wording.plain_number(seen.limit)}


def _episode(row: Episode, now: datetime) -> dict[str, str]:
    """Opened when, and how long until it was taken, settled and proven."""

    def after(at: datetime | None) -> str:
        return wording.spell(at - row.opened_at) if at else ""

    by = f" by {row.taken_by.get_username()}" if row.taken_by else ""
    return {
        "number": str(row.number),
        "opened": clocks.when(row.opened_at, now),
        "owner": row.owner.name,
        "taken": after(row.taken_at) + by if row.taken_at else "",
        "resolved": after(row.resolved_at),
        "verified": after(row.verified_at),
    }
