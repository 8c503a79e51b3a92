"""The list beside every page of exceptions, as the reader filtered it, and the figures of the rail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from approvals import rail, wording
from approvals.models import Membership
from exceptions import case_filters, counting, lines, places, queue, saved_cases, sheet, view_tabs, whose
from exceptions.models import Case
from exceptions.whose import Teams


def of(
    asked: Mapping[str, str],
    member: Membership,
    now: datetime,
    *,
    teams: Teams | None = None,
    current: Case | None = None,
) -> dict[str, Any]:
    """Context for the list: rows, tabs, filters, and where the next page begins."""
    teams = teams or whose.teams(member)
    counts = counting.of(member, teams.mine)
    place = places.read(asked, counts.mine)
    page = queue.page(member, place, teams, now, after=asked.get("after", ""))
    kept, here = place.query(), reverse("cases", args=[member.workspace.slug])
    called = lines.names(page.rows)
    opened = current.pk if current is not None else None
    rows = [
        lines.row(
            case, now=now, url=f"{here}{case.public_id}/?{kept}", current=case.pk == opened, called=called
        )
        for case in page.rows
    ]
    return rail.around(member, now) | {
        "cases_waiting": counts.rail(),
        "rows": rows,
        "tabs": view_tabs.tabs(place, counts, here),
        "orders": view_tabs.orders(place, here),
        "place": place,
        "head": _head(member, counts),
        "list_url": f"{here}?{kept}",
        "more_url": f"{here}?{kept}&{urlencode({'after': page.older})}" if page.older else "",
        "saved": saved_cases.tabs(member, place, teams.mine, now, here),
        **case_filters.around(member, place, here, teams, opened=asked.get("panel") == "open"),
    }


def _head(member: Membership, counts: counting.Counts) -> str:
    """One line: how many, how many past their owner, and how much money waits behind them."""
    if not counts.all:
        return "Nothing is stuck"
    late = f"{wording.capped(counts.late)} with the backup" if counts.late else ""
    money = wording.listed(sheet.amounts(counting.waiting_money(member)[:3]))
    return " · ".join(
        filter(None, [f"{wording.capped(counts.all)} open", late, f"{money} waiting" if money else ""])
    )
