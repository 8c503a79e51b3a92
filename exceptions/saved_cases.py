"""A person's own views of the queue of cases, each with how much it holds, as tabs."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from django.core.cache import cache as kept_figures

from approvals import wording
from approvals.models import Membership, SavedView
from approvals.visible import plain
from approvals.waiting import saved_views, statements
from exceptions import counting, places, queue
from exceptions.places import RESOLVED, Place

AGE = 20  # seconds for which a count is good enough


def tabs(
    member: Membership, place: Place, teams: Sequence[int], now: datetime, here: str
) -> list[dict[str, Any]]:
    """One query where somebody keeps none; their counts are taken together, and not with every page."""
    kept = statements.ask(_own(), statements.of(member))
    if not kept:
        return []
    asked = [places.read(view.query, mine=0) for view in kept]
    counts, current = _counts(member, asked, teams, now), place.told()
    return [
        {
            "label": plain(view.name),
            "url": f"{here}?{there.query()}",
            "current": there.told() == current,
            "count": "" if there.view == RESOLVED else wording.capped(count),
        }
        for view, there, count in zip(kept, asked, counts, strict=True)
    ]


@cache
def _own() -> statements.Kept[SavedView]:
    return statements.keep(saved_views.own(statements.ANYBODY, saved_views.CASES))


def _counts(member: Membership, asked: Sequence[Place], teams: Sequence[int], now: datetime) -> list[int]:
    """Of each place, up to a thousand; what is resolved is not counted."""
    key, told = f"case-views-{member.pk}", [place.told() for place in asked]
    known = kept_figures.get(key)
    if known is None or known[0] != told:
        wanted = {number: place for number, place in enumerate(asked) if place.view != RESOLVED}
        found = counting.capped([queue.view(member, place, teams, now) for place in wanted.values()])
        by_place = dict(zip(wanted, found, strict=True))
        known = (told, [by_place.get(number, 0) for number in range(len(asked))])
        kept_figures.set(key, known, AGE)
    counts: list[int] = known[1]
    return counts
