"""The views of the queue of cases and their orders, as links."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from approvals import wording
from exceptions import queue


def query(wanted: queue.Filters, **changes: str) -> str:
    """What the address says of a view."""
    parts = {
        "view": wanted.view,
        "class": wanted.failure_class,
        "team": wanted.team,
        "q": wanted.search,
        "order": "" if wanted.order == queue.CLOCK else wanted.order,
    } | changes
    return urlencode({name: value for name, value in parts.items() if value})


def tabs(wanted: queue.Filters, counts: queue.Counts, slug: str) -> list[dict[str, Any]]:
    """The views, with how much each holds where that is counted."""
    figures = {queue.MINE: counts.mine, queue.WAITING: counts.unacknowledged, queue.ALL: counts.all}
    return [
        {
            "label": label,
            "url": f"{reverse('cases', args=[slug])}?{query(wanted, view=name)}",
            "count": wording.capped(figures[name]) if name in figures else None,
            "current": name == wanted.view,
        }
        for name, label in queue.VIEWS.items()
    ]


def orders(wanted: queue.Filters, slug: str) -> list[dict[str, Any]]:
    """What comes first; what is resolved is in the order in which it was."""
    if wanted.view == queue.RESOLVED:
        return []
    return [
        {
            "label": label,
            "url": f"{reverse('cases', args=[slug])}?{query(wanted, order='' if name == queue.CLOCK else name)}",
            "current": name == wanted.order,
        }
        for name, label in queue.ORDERS.items()
    ]
