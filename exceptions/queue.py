"""What is stuck, by the next clock. Every query is bounded and walks an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Q, QuerySet

from approvals import ids
from approvals.models import Membership
from approvals.waiting import statements
from exceptions import counting, whose
from exceptions.models import Case
from exceptions.models.case import State
from exceptions.places import AGE, CLOCK, MINE, MONEY, RESOLVED, WAITING, Place
from exceptions.whose import Teams

PAGE = 30
_BY = {
    CLOCK: ("next_escalation_at", "id"),
    AGE: ("opened_at", "id"),
    MONEY: ("-most_money", "id"),
}


@dataclass(frozen=True)
class Page:
    """Cases of one view from a place on; ``older`` is where the next page begins."""

    rows: list[Case]
    older: str = ""


def view(member: Membership, place: Place, teams: Sequence[int], now: datetime) -> QuerySet[Case]:
    """The rows of one view, in its order; ``teams`` are the reader's."""
    if place.view == RESOLVED:
        rows = Case.objects.filter(workspace_id=member.workspace_id, state=State.RESOLVED, merged_into=None)
        rows = rows.order_by("-resolved_at", "-id")
    else:
        rows = counting.unresolved(member).order_by(*_BY[place.order])
    if place.view == MINE:
        rows = rows.filter(whose.theirs(teams, member.user_id))
    if place.view == WAITING:
        rows = rows.filter(state=State.OPEN)
    return rows.filter(place.condition(now)) if place.narrowed else rows


_TOLD = (
    "failure_class",
    "assignee",
)  # teams are given to the rows: each further join costs a millisecond of planning
_SHOWN = (
    "id", "workspace", "title", "state", "open_count", "total_count", "opened_at", "latest_seen_at", "resolved_at",
    "next_escalation_at", "snoozed_until", "escalated_to", "escalating_at", "regressed", "steps", "repeats", "step",
    "money", "most_money", "owner", "assignee__username", "failure_class__code", "failure_class__owner",
    "failure_class__backup",
)  # fmt: skip


def page(member: Membership, place: Place, teams: Teams, now: datetime, *, after: str = "") -> Page:
    """One page of a place, behind the case with the public id ``after``."""
    last = _named(member, after) if after else None
    if last is None and not place.narrowed:
        kept = _top(place.view, place.order, whose.lots(teams.mine))
        found = statements.ask(kept, whose.meaning(member, teams.mine))
    else:
        rows = view(member, place, teams.mine, now)
        if last is not None:
            rows = rows.filter(_behind(last, RESOLVED if place.view == RESOLVED else place.order))
        found = list(_shown(rows))
    teams.give(found)
    return Page(found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else "")


@lru_cache(maxsize=64)
def _top(name: str, order: str, teams: int) -> statements.Kept[Case]:
    rows = view(statements.ANYBODY, Place(name, order=order), whose.stand_ins(teams), statements.NOW)
    return statements.keep(_shown(rows))


def _shown(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related(*_TOLD).only(*_SHOWN)[: PAGE + 1]


def _named(member: Membership, public_id: str) -> Case | None:
    try:
        pk = ids.read("case", public_id)
    except ids.UnknownId:
        return None
    return Case.objects.filter(pk=pk, workspace_id=member.workspace_id).first()


def _behind(last: Case, order: str) -> Q:
    """Keyset: the rows whose sorting keys come after those of ``last``, which may have moved to another view since."""
    if order == MONEY:
        return Q(most_money__lt=last.most_money) | Q(most_money=last.most_money, id__gt=last.pk)
    if order == AGE:
        return Q(opened_at__gt=last.opened_at) | Q(opened_at=last.opened_at, id__gt=last.pk)
    at = last.resolved_at or last.latest_seen_at
    if order == RESOLVED:
        return Q(resolved_at__lt=at) | Q(resolved_at=at, id__lt=last.pk)
    at = last.next_escalation_at or at
    return Q(next_escalation_at__gt=at) | Q(next_escalation_at=at, id__gt=last.pk)
