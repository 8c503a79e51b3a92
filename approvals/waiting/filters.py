"""What a reviewer wants to see of the queue, as conditions on its rows. Everything here comes from an address."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils import timezone

from approvals import gates, ids
from approvals.waiting.offers import DEADLINE, RISK

RANKS = {"high": 0, "medium": 1, "low": 2}
HOUR, TODAY, DAYS = "1h", "today", "3d"
DUE = {HOUR: "Within the hour", TODAY: "Today", DAYS: "Within three days"}
GATES = {  # why a proposal waits: the gate that asked for a person
    "amount": "Amount above a limit",
    "confidence": "Confidence too low",
    "duplicate": "Possible repeat",
    "injection": "Evidence speaks to the agent",
    "grounding": "Shown in an image only",
    "rate and spend": "Day’s spend limit",
    "breaker and kill switch": "Paused",
    "safety rails": "High risk or protected",
    "rollout stage": "Every one is signed here",
}


@dataclass(frozen=True)
class Filters:
    """Each field empty, or a condition. Amounts count without their sign: what is given back weighs the same."""

    tool: str = ""
    agent: str = ""  # public id
    risk: str = ""
    least: Decimal | None = None
    most: Decimal | None = None
    currency: str = ""
    due: str = ""
    gate: str = ""
    workflow: str = ""
    two: bool = False
    again: bool = False

    def __bool__(self) -> bool:
        return self != _NONE

    def told(self) -> dict[str, str]:
        """As an address says it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: _text(value) for name, value in values.items() if value not in (None, "", False)}


_NONE = Filters()


def condition(wanted: Filters, ends_at: datetime | None) -> Q:
    """The rows that pass all of them. ``ends_at`` is what `ends` says of a filter on the deadline."""
    passes = Q()
    for name, value in (("tool", wanted.tool), ("currency", wanted.currency), ("workflow", wanted.workflow)):
        passes &= Q(**{name: value}) if value else Q()
    if wanted.agent:
        passes &= Q(agent_id=ids.read("agent", wanted.agent))
    if wanted.risk:
        passes &= Q(risk_rank=RANKS[wanted.risk])
    if ends_at:
        passes &= Q(expires_at__lt=ends_at)
    if wanted.gate:
        passes &= Q(rulings__contains=[{"gate": wanted.gate, "ruling": gates.ASK}])
    if wanted.two:
        passes &= Q(quorum__gt=1)
    if wanted.again:
        passes &= Q(round__gt=1)
    return passes & _money(wanted)


def _money(wanted: Filters) -> Q:
    """By ``stake``, the amount without its sign, less being more."""
    passes = Q()
    if wanted.least is not None:
        passes &= Q(stake__lte=-wanted.least)
    if wanted.most is not None:
        passes &= Q(stake__gte=-wanted.most)
    bounded = wanted.least is not None or wanted.most is not None
    return passes & Q(amount__isnull=False) if bounded else passes


def ends(wanted: Filters, now: datetime) -> datetime | None:
    """The end of the time a filter on the deadline means. "Today" ends where the workspace's own day does."""
    if not wanted.due:
        return None
    if wanted.due == TODAY:
        here = timezone.localtime(now)
        return here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return now + (timedelta(hours=1) if wanted.due == HOUR else timedelta(days=3))


def served(wanted: Filters, order: str) -> bool:
    """Whether the index behind the order leads straight to the rows, so that none has to be passed over."""
    given = {each.name for each in fields(wanted)} & set(wanted.told())
    if order == RISK:
        return given <= ({"risk", "due"} if wanted.risk else set())
    return order == DEADLINE and given in (set(), {"due"}, {"risk"}, {"risk", "due"}, {"two"}, {"two", "due"})


def _text(value: Any) -> str:
    return "1" if value is True else str(value)
