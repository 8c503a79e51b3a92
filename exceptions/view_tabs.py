"""The views of the queue of cases and their orders, as links."""

from typing import Any

from approvals import wording
from exceptions import counting
from exceptions.places import ALL, CLOCK, MINE, ORDERS, RESOLVED, VIEWS, WAITING, Place


def tabs(place: Place, counts: counting.Counts, here: str) -> list[dict[str, Any]]:
    """The views, with how much each holds where that is counted; ``here`` is the address of the"""
    figures = {MINE: counts.mine, WAITING: counts.unacknowledged, ALL: counts.all}
    return [
        {
            "label": label,
            "url": f"{here}?{place.query(view=name)}",
            "count": wording.capped(figures[name]) if name in figures else None,
            "current": name == place.view and not place.narrowed,
            "within": name == place.view and place.narrowed,
        }
        for name, label in VIEWS.items()
    ]


def orders(place: Place, here: str) -> list[dict[str, Any]]:
    """What comes first; what is resolved is in the order in which it was."""
    if place.view == RESOLVED:
        return []
    return [
        {
            "label": label,
            "url": f"{here}?{place.query(order='' if name == CLOCK else name)}",
            "current": name == place.order,
        }
        for name, label in ORDERS.items()
    ]
