"""The order in which one goes on: from where one is to the end of the place, then from its top again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import Q, QuerySet

from approvals.models import Membership, Proposal
from approvals.waiting import keyset, queue
from approvals.waiting.places import GIVEN, MINE, SECOND, Place

KEYS = ("id", "workspace_id", "expires_at", "risk", "risk_rank", "stake", "state", "round", "digest")
OFFERING = (MINE, SECOND, GIVEN)


def place_of_work(place: Place) -> Place:
    """The same place among what is offered: other views show what is somebody else's, or settled."""
    return replace(place, after="", view=place.view if place.view in OFFERING else MINE)


def onward(
    member: Membership, place: Place, now: datetime, last: Proposal | None
) -> Sequence[QuerySet[Proposal]]:
    """The rows behind ``last``, and then all of them."""
    here = place_of_work(place)
    everything = queue.rows_of(member, here, now)
    if last is None:
        return [everything]
    behind = Q(keyset.compared(here.columns, keyset.BEHIND, last))
    return [everything.filter(behind), everything]
