"""What is stuck, by the next clock. Every query is bounded and walks an index."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import Q, QuerySet

from approvals import ids
from approvals.models import Membership
from approvals.waiting import statements
from approvals.wording import CAP
from exceptions import money
from exceptions.models import Case, Occurrence, Team
from exceptions.models.case import State

PAGE = 30
WEIGHED = 500  # cases whose money is added up for the head of the list
CLOCK, AGE, MONEY = "clock", "age", "money"
ORDERS = {CLOCK: "Next clock", AGE: "Oldest", MONEY: "Most money"}
_BY = {
    CLOCK: ("next_escalation_at", "id"),
    AGE: ("first_seen_at", "id"),
    MONEY: ("-most_money", "id"),
}
MINE, WAITING, ALL, RESOLVED = "mine", "unacknowledged", "all", "resolved"
VIEWS = {MINE: "My teams", WAITING: "Untaken", ALL: "All", RESOLVED: "Resolved"}


@dataclass(frozen=True)
class Filters:
    """What the reader asked for: a view and its order, and inside it one class, one team, a word of the title."""

    view: str = MINE
    failure_class: str = ""
    team: int | None = None
    search: str = ""
    order: str = CLOCK

    @property
    def narrowed(self) -> bool:
        return bool(self.failure_class or self.team or self.search)


@dataclass(frozen=True)
class Page:
    """Cases of one view from a place on; ``older`` is where the next page begins."""

    rows: list[Case]
    older: str = ""


@dataclass(frozen=True)
class Counts:
    """How many, each counted up to a thousand. ``late``: the owner did not come, and the backup was called."""

    mine: int = 0
    unacknowledged: int = 0
    all: int = 0
    late: int = 0


def unresolved(member: Membership) -> QuerySet[Case]:
    """Everything that is not settled, in the workspace."""
    return Case.objects.filter(workspace_id=member.workspace_id).exclude(state=State.RESOLVED)


def of_teams(member: Membership) -> Q:
    """Cases of the member's teams: theirs, those their team was called to, and those they hold themselves."""
    teams = list(
        Team.objects.filter(workspace_id=member.workspace_id, members=member.user_id).values_list(
            "pk", flat=True
        )
    )
    return Q(owner__in=teams) | Q(escalated_to__in=teams) | Q(assignee=member.user_id)


def view(member: Membership, filters: Filters) -> QuerySet[Case]:
    """The rows of one view, in its order."""
    if filters.view == RESOLVED:
        rows = Case.objects.filter(workspace_id=member.workspace_id, state=State.RESOLVED, merged_into=None)
        rows = rows.order_by("-resolved_at", "-id")
    else:
        rows = unresolved(member).order_by(*_BY[filters.order])
    if filters.view == MINE:
        rows = rows.filter(of_teams(member))
    if filters.view == WAITING:
        rows = rows.filter(state=State.OPEN)
    if filters.failure_class:
        rows = rows.filter(failure_class__code=filters.failure_class)
    if filters.team:
        rows = rows.filter(owner=filters.team)
    if filters.search:
        rows = rows.filter(
            Q(title__icontains=filters.search) | Q(failure_class__code__istartswith=filters.search)
        )
    return rows


_TOLD = ("failure_class__owner", "failure_class__backup", "owner", "assignee")
_SHOWN = (
    "id", "workspace", "title", "state", "open_count", "total_count", "first_seen_at", "latest_seen_at", "resolved_at",
    "next_escalation_at", "snoozed_until", "escalated_to", "escalating_at", "regressed", "steps", "repeats", "step",
    "money", "most_money", "owner__name", "assignee__username", "failure_class__code", "failure_class__owner__name",
    "failure_class__backup__name",
)  # fmt: skip


def page(member: Membership, filters: Filters, *, after: str = "") -> Page:
    """One page of a view, behind the case with the public id ``after``."""
    rows = view(member, filters)
    last = _named(member, after)
    if last is not None:
        rows = rows.filter(_behind(last, RESOLVED if filters.view == RESOLVED else filters.order))
    found = list(rows.select_related(*_TOLD).only(*_SHOWN)[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else "")


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
        return Q(first_seen_at__gt=last.first_seen_at) | Q(first_seen_at=last.first_seen_at, id__gt=last.pk)
    at = last.resolved_at or last.latest_seen_at
    if order == RESOLVED:
        return Q(resolved_at__lt=at) | Q(resolved_at=at, id__lt=last.pk)
    at = last.next_escalation_at or at
    return Q(next_escalation_at__gt=at) | Q(next_escalation_at=at, id__gt=last.pk)


def counts(member: Membership) -> Counts:
    """How much is stuck, whatever the size of the queue."""
    rows = unresolved(member)
    return Counts(
        mine=_capped(rows.filter(of_teams(member))),
        unacknowledged=_capped(rows.filter(state=State.OPEN)),
        **rail_counts(member),
    )


def rail_counts(member: Membership) -> dict[str, int]:
    """What the rail of every page says: ``all`` that is stuck, and what is ``late``."""
    everything, late = statements.counts(_rail(), statements.of(member))
    return {"all": everything, "late": late}


@cache
def _rail() -> list[statements.Kept[Any]]:
    rows = unresolved(statements.ANYBODY).order_by()
    late = rows.filter(state=State.OPEN, escalated_to__isnull=False)
    return [statements.keep(found.values("pk")[: CAP + 1]) for found in (rows, late)]


def _capped(found: QuerySet[Case]) -> int:
    return found.values("pk")[: CAP + 1].count()


def waiting_money(member: Membership) -> list[tuple[Decimal, str]]:
    """Money behind the most urgent unresolved cases of the workspace: an amount for each currency, largest first."""
    urgent = unresolved(member).order_by("next_escalation_at", "id").values_list("money", flat=True)
    return money.total(urgent[:WEIGHED])


def occurrences(case: Case, *, settled: bool = False, limit: int = PAGE) -> list[Occurrence]:
    """Failures of a case, newest first: those that are open, or those that were settled."""
    rows = Occurrence.objects.filter(case=case).select_related("proposal")
    rows = rows.exclude(disposition="open") if settled else rows.filter(disposition="open")
    return list(rows.order_by("-id")[:limit])
