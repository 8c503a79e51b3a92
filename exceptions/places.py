"""A place in the queue of cases: a view, its order, and what the list is narrowed to, as an address says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Q
from django.utils.http import urlencode

CLOCK, AGE, MONEY = "clock", "age", "money"
ORDERS = {CLOCK: "Next clock", AGE: "Oldest", MONEY: "Most money"}
MINE, WAITING, ALL, RESOLVED = "mine", "unacknowledged", "all", "resolved"
VIEWS = {MINE: "My teams", WAITING: "Untaken", ALL: "All", RESOLVED: "Resolved"}
AGES = {
    "1h": ("Over an hour", timedelta(hours=1)),
    "1d": ("Over a day", timedelta(days=1)),
    "7d": ("Over a week", timedelta(days=7)),
    "30d": ("Over a month", timedelta(days=30)),
}
LONGEST_SEARCH = 100
MOST = Decimal(10) ** 15


@dataclass(frozen=True)
class Place:
    """What the reader asked for. ``least`` is money in any one currency; ``older`` one of `AGES`."""

    view: str = MINE
    failure_class: str = ""
    team: int | None = None
    older: str = ""
    least: Decimal | None = None
    search: str = ""
    order: str = CLOCK

    @property
    def narrowed(self) -> bool:
        return bool(self.failure_class or self.team or self.older or self.least or self.search)

    def told(self) -> dict[str, str]:
        """As an address or a saved view keeps it."""
        parts = {
            "view": self.view,
            "class": self.failure_class,
            "team": str(self.team or ""),
            "older": self.older,
            "least": f"{self.least:f}" if self.least else "",
            "q": self.search,
            "order": "" if self.order == CLOCK else self.order,
        }
        return {name: value for name, value in parts.items() if value}

    def query(self, **changes: str) -> str:
        return urlencode({name: value for name, value in (self.told() | changes).items() if value})

    def condition(self, now: datetime) -> Q:
        """Which cases of the view are left."""
        found = Q()
        if self.failure_class:
            found &= Q(failure_class__code=self.failure_class)
        if self.team:
            found &= Q(owner=self.team)
        if self.older:
            found &= Q(opened_at__lte=now - AGES[self.older][1])
        if self.least:
            found &= Q(most_money__gte=self.least)
        if self.search:
            found &= Q(title__icontains=self.search) | Q(failure_class__code__istartswith=self.search)
        return found


def read(asked: Mapping[str, str], mine: int) -> Place:
    """What the address asks for. Without a word, people whose teams have work see that, others see all."""
    view, team, order = asked.get("view", ""), asked.get("team", ""), asked.get("order", "")
    if view not in VIEWS:
        view = MINE if mine else ALL
    return Place(
        view=view,
        failure_class=asked.get("class", "")[:60].replace("\x00", ""),
        team=int(team) if team.isascii() and team.isdigit() and len(team) < 18 else None,
        older=older if (older := asked.get("older", "")) in AGES else "",
        least=_amount(asked.get("least", "")),
        order=order if order in ORDERS else CLOCK,
        search=asked.get("q", "")[:LONGEST_SEARCH].replace("\x00", "").strip(),
    )


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.strip()[:20])
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and 0 < amount < MOST else None
