"""The order in which one goes on: from where one is to the end of the place, then from its top again."""

from dataclasses import replace
from datetime import datetime

from approvals.models import Membership, Proposal
from approvals.waiting import choosing
from approvals.waiting.places import GIVEN, MINE, SECOND, Place

KEYS = ("id", "workspace_id", "expires_at", "risk", "risk_rank", "stake", "state", "round", "digest")
OFFERING = (MINE, SECOND, GIVEN)


def place_of_work(place: Place) -> Place:
    """The same place among what is offered: other views show what is somebody else's, or settled."""
    return replace(place, after="", view=place.view if place.view in OFFERING else MINE)


def onward(member: Membership, place: Place, now: datetime, last: Proposal | None) -> list[choosing.Choice]:
    """The rows behind ``last``, and then all of them."""
    return choosing.onward(member, place_of_work(place), now, last)
