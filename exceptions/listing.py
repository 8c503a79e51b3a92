"""The list beside every page of exceptions, as the reader filtered it, and the figures of the rail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from approvals import rail, wording
from approvals.models import Membership
from exceptions import lines, queue, sheet, view_tabs
from exceptions.models import Case, FailureClass, Team
from exceptions.models.case import State

LONGEST_SEARCH = 100


def filters(asked: Mapping[str, str], member: Membership) -> queue.Filters:
    """What the address asks for. Without a word, people whose teams have work see that, others see all."""
    view, team, order = asked.get("view", ""), asked.get("team", ""), asked.get("order", "")
    if view not in queue.VIEWS:
        open_cases = Case.objects.filter(workspace_id=member.workspace_id).exclude(state=State.RESOLVED)
        view = queue.MINE if open_cases.filter(owner__members=member.user_id).exists() else queue.ALL
    return queue.Filters(
        view=view,
        failure_class=asked.get("class", "")[:60].replace("\x00", ""),
        team=int(team) if team.isascii() and team.isdigit() and len(team) < 18 else None,
        order=order if order in queue.ORDERS else queue.CLOCK,
        search=asked.get("q", "")[:LONGEST_SEARCH].replace("\x00", "").strip(),
    )


def of(
    asked: Mapping[str, str], member: Membership, now: datetime, *, current: Case | None = None
) -> dict[str, Any]:
    """Context for the list: rows, tabs, filters, and where the next page begins."""
    wanted = filters(asked, member)
    page = queue.page(member, wanted, after=asked.get("after", ""))
    counts = queue.counts(member)
    slug = member.workspace.slug
    kept = view_tabs.query(wanted)
    called = lines.names(page.rows)
    rows = [
        lines.row(
            case, now=now, url=f"{reverse('case', args=[slug, case.public_id])}?{kept}",
            current=current is not None and case.pk == current.pk, called=called,
        )
        for case in page.rows
    ]  # fmt: skip
    return rail.around(member, now) | {
        "rows": rows,
        "tabs": view_tabs.tabs(wanted, counts, slug),
        "orders": view_tabs.orders(wanted, slug),
        "filters": wanted,
        "head": _head(member, counts),
        "list_url": f"{reverse('cases', args=[slug])}?{kept}",
        "more_url": f"{reverse('cases', args=[slug])}?{kept}&{urlencode({'after': page.older})}"
        if page.older
        else "",
        "classes": FailureClass.objects.filter(workspace_id=member.workspace_id)
        .order_by("code")
        .only("code", "title"),
        "teams": Team.objects.filter(workspace_id=member.workspace_id).order_by("name"),
    }


def _head(member: Membership, counts: queue.Counts) -> str:
    """One line: how many, how many past their owner, and how much money waits behind them."""
    if not counts.all:
        return "Nothing is stuck"
    late = f"{wording.capped(counts.late)} with the backup" if counts.late else ""
    money = wording.listed(sheet.amounts(queue.waiting_money(member)[:3]))
    return " · ".join(
        filter(None, [f"{wording.capped(counts.all)} open", late, f"{money} waiting" if money else ""])
    )
