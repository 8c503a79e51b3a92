"""The steps of an escalation as a case keeps them: which comes next, after which wait, and when rounds end. Pure."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

OWNER, BACKUP, TEAM, PERSON = "owner", "backup", "team:", "person:"
DUTY, EVERYONE = "duty", "everyone"
EMAIL, CHANNEL = "email", "channel:"
SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=14)
DAILY = timedelta(days=1)
MOST = 30_000  # as many as a case counts

Told = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """Whom to call after which wait; ``by`` are the ways besides the product itself."""

    after: timedelta
    to: str
    whom: str = EVERYONE
    by: tuple[str, ...] = (EMAIL,)
    daily: bool = False  # comes once a day, when the rounds are over


# No plan at all, or one that cannot be read, still calls somebody.
FALLBACK = (Step(timedelta(hours=1), OWNER), Step(timedelta(hours=1), BACKUP))


def read(told: Told) -> tuple[Step, ...]:
    """The steps as they were kept. What cannot be read calls the backup: nothing stands still over a word."""
    return _read(json.dumps(told, default=str))


@lru_cache(maxsize=1024)
def _read(text: str) -> tuple[Step, ...]:
    """Once for all the cases of a plan: a sweep reads them by the thousand."""
    return tuple(_step(one) for one in json.loads(text) if isinstance(one, dict)) or FALLBACK


def at(told: Told, repeats: int, number: int) -> Step:
    """The step that comes when so many were called: round after round, then the last one, once a day."""
    steps = read(told)
    if number < len(steps) * (repeats + 1):
        return steps[number % len(steps)]
    last = steps[-1]
    return Step(DAILY, last.to, last.whom, last.by, daily=True)


def number_in(target: str) -> int | None:
    """The id in ``team:<id>``, ``person:<id>`` or ``channel:<id>``."""
    number = target.partition(":")[2]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else None


def is_target(to: Any) -> bool:
    """Whether a step may call this."""
    if not isinstance(to, str):
        return False
    return to in (OWNER, BACKUP) or (to.startswith((TEAM, PERSON)) and number_in(to) is not None)


def is_way(way: Any) -> bool:
    """Whether somebody may be called by this."""
    if not isinstance(way, str):
        return False
    return way == EMAIL or (way.startswith(CHANNEL) and number_in(way) is not None)


def _step(one: dict[str, Any]) -> Step:
    to, ways = one.get("to"), one.get("by")
    return Step(
        after=_wait(one.get("after_minutes")),
        to=str(to) if is_target(to) else BACKUP,
        whom=DUTY if one.get("whom") == DUTY else EVERYONE,
        by=tuple(way for way in (ways if isinstance(ways, list) else [EMAIL]) if is_way(way)),
    )


def _wait(minutes: Any) -> timedelta:
    if isinstance(minutes, bool) or not isinstance(minutes, int):
        return timedelta(hours=1)
    return min(max(timedelta(minutes=min(minutes, 10**6)), SHORTEST), LONGEST)
