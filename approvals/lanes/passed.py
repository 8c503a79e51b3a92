"""What passed by itself, asked again at the last look: a lane may have fallen since."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from approvals.models import Decision
from approvals.models.lane import SHARE


def in_fallen_lanes(proposals: Collection[UUID]) -> set[UUID]:
    """Those that nobody signed, in lanes where nothing passes by itself any more. One query."""
    decided = Decision.objects.filter(proposal__in=proposals, by_policy=True, round=F("proposal__round"))
    return set(decided.exclude(proposal__lane__stage__in=SHARE).values_list("proposal_id", flat=True))
