"""The tabs over the list: the views everybody has, one's saved ones, and the orders, each with its address."""

from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.core.cache import cache

from approvals.models import Membership, SavedView
from approvals.models.workspace import Role
from approvals.visible import plain
from approvals.waiting import filters_form, saved_views, statements, view_counts
from approvals.waiting.places import ASIDE, HELD, ORDER_WORDS, SETTLED, VIEWS, Place

AGE = 20  # seconds
AT_NEED = (ASIDE, HELD)  # shown while there is something in them


def tabs(member: Membership, place: Place, counts: view_counts.Counts) -> list[dict[str, Any]]:
    """The views the member may open. A filter belongs to its tab, an order to the person: it goes along."""
    figures = vars(counts)
    return [
        {
            "name": name,
            "label": VIEWS[name],
            "url": Place(view=name, order=place.order).url("review", member.workspace.slug),
            "current": name == place.view and not place.narrowed,
            "within": name == place.view and place.narrowed,
            "count": None if name == SETTLED else counts.told(name) if figures[name] else "",
            "hidden": name in AT_NEED and name != place.view and not figures[name],
        }
        for name in open_to(member)
    ]


def open_to(member: Membership) -> list[str]:
    """The views that can show the member anything."""
    return [name for name in VIEWS if member.may(Role.REVIEWER) or name in filters_form.OPEN_TO_ALL]


def asked(member: Membership) -> statements.Built:
    """What `saved` asks first."""
    return statements.meant(_own_views().built, statements.of(member))


@lru_cache
def _own_views() -> statements.Kept[SavedView]:
    return statements.keep(saved_views.own(statements.ANYBODY))


def saved(member: Membership, place: Place, now: datetime, *, afresh: bool = False) -> list[dict[str, Any]]:
    """The member's own views, counted together: ``afresh``, or not more often than the page asks for it by itself."""
    kept = statements.ask(_own_views(), statements.of(member))
    if not kept:
        return []
    places = [filters_form.read(view.query, member).top() for view in kept]
    key = f"views-{member.pk}-{max(view.created_at for view in kept).timestamp()}"
    asked = [there.query() for there in places]
    known = None if afresh else cache.get(key)
    if known is None or known[0] != asked:
        known = (asked, view_counts.in_places(member, places, now))
        cache.set(key, known, AGE)
    found = known[1]
    here, slug = place.query(), member.workspace.slug
    return [
        {
            "id": view.pk,
            "name": f"saved-{view.pk}",
            "label": plain(view.name),
            "url": there.url("review", slug),
            "current": there.query() == here,
            "count": count,
        }
        for view, there, count in zip(kept, places, found, strict=True)
    ]


def orders(place: Place, slug: str) -> list[dict[str, Any]]:
    """The same rows by deadline, by risk, by money; what is settled has an order of its own."""
    if place.view == SETTLED:
        return []
    return [
        {
            "label": label,
            "url": replace(place, order=order, after="").url("review", slug),
            "current": order == place.order,
        }
        for order, label in ORDER_WORDS.items()
    ]
