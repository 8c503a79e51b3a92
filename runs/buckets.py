"""The arithmetic of limits: what drains, what fits, and when the next will. Pure, in exact decimals."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from zoneinfo import ZoneInfo

SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
PLACES = Decimal(1).scaleb(-18)
HAIR = Decimal(1).scaleb(-9)  # what rounding may have added; far less than any write
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Bound:
    """A limit as it is counted: so many writes with a burst, or so much money, in each ``per``.

    ``name`` is that of its bucket; ``limit`` is the row it comes from, None where the tool's policy says so.
    """

    name: str
    measure: str
    per: str
    amount: Decimal
    burst: int = 0
    currency: str = ""
    limit: int | None = None
    two_may: bool = False  # what two people signed is counted and never held

    @property
    def is_money(self) -> bool:
        return self.measure == "money"


def used_now(bound: Bound, used: Decimal, counted_at: datetime, now: datetime, zone: ZoneInfo) -> Decimal:
    """How much of it is used at this moment."""
    if bound.is_money:
        return used if counted_at >= began(bound.per, now, zone) else NOTHING
    passed = max(_seconds(now - counted_at), NOTHING)
    left = used - passed * bound.amount / SECONDS[bound.per]
    return max(left, NOTHING).quantize(PLACES, ROUND_CEILING)


def fits(bound: Bound, used: Decimal, more: Decimal) -> bool:
    """Whether so much more may be taken now."""
    return used + more <= (bound.amount if bound.is_money else bound.burst) + HAIR


def fits_at(bound: Bound, used: Decimal, place: int, now: datetime, zone: ZoneInfo) -> datetime:
    """When the one that stands so far down the line may be tried again: 1 is the next to go."""
    if bound.is_money:
        return ends(bound.per, now, zone)
    seconds = max(used + place - bound.burst, NOTHING) * SECONDS[bound.per] / bound.amount
    return now + timedelta(microseconds=int((seconds * 1_000_000).to_integral_value(ROUND_CEILING)))


def counted_at(bound: Bound, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment that ``used`` belongs to once something is taken now."""
    return began(bound.per, now, zone) if bound.is_money else now


def began(per: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When the current hour, day or month began, on the workspace's clock."""
    local = now.astimezone(zone)
    whole = local.replace(minute=0, second=0, microsecond=0)
    if per in ("day", "month"):
        whole = whole.replace(hour=0, fold=0)
    if per == "month":
        whole = whole.replace(day=1)
    return whole.astimezone(ZoneInfo("UTC"))


def ends(per: str, now: datetime, zone: ZoneInfo) -> datetime:
    """When the next day or month begins, on the workspace's clock."""
    start = began(per, now, zone).astimezone(zone)
    beyond = start.replace(tzinfo=None) + (timedelta(days=32) if per == "month" else timedelta(days=1))
    following = beyond.replace(day=1) if per == "month" else beyond
    return following.replace(tzinfo=zone).astimezone(ZoneInfo("UTC"))


def period_of(per: str, now: datetime, zone: ZoneInfo) -> str:
    """The stretch of time for which a full bucket is one case: its own, but never less than an hour."""
    shape = {"day": "%Y-%m-%d", "month": "%Y-%m"}.get(per, "%Y-%m-%dT%H")
    return began("hour" if per == "minute" else per, now, zone).astimezone(zone).strftime(shape)


def current(now: datetime, zone: ZoneInfo) -> list[str]:
    """The hour, day and month that go on, as `period_of` calls them: any other is over."""
    return [period_of(per, now, zone) for per in ("hour", "day", "month")]


def _seconds(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1)) / 1_000_000
