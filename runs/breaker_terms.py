"""When a tool is cut off: as its newest policy says, and as shipped where nobody set one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from approvals.models import Policy

Pair = tuple[int, str]  # a workspace and one of its tools


@dataclass(frozen=True)
class Terms:
    """So many ``failures`` within the ``window`` open the breaker; after the ``pause`` one write is tried."""

    failures: int
    window: timedelta
    pause: timedelta


def terms_of(policy: Policy) -> Terms:
    return Terms(
        policy.breaker_failures,
        timedelta(seconds=policy.breaker_window),
        timedelta(seconds=policy.breaker_pause),
    )


SHIPPED = terms_of(Policy())


def of(pairs: Collection[Pair]) -> dict[Pair, Terms]:
    """The terms of each pair. One statement."""
    wanted = reduce(or_, (Q(workspace=workspace, tool=tool) for workspace, tool in pairs), Q(pk__isnull=True))
    newest = Policy.objects.filter(wanted).order_by("workspace", "tool", "-version")
    found = {(row.workspace_id, row.tool): terms_of(row) for row in newest.distinct("workspace", "tool")}
    return {pair: found.get(pair, SHIPPED) for pair in pairs}
