"""Verified harm: what passed by itself has been undone, because it was wrong, by two people."""

from datetime import datetime

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.lanes import labels, watch
from approvals.models import Lane, Proposal
from approvals.models.label import Region, Source
from approvals.models.stay import Cause
from exceptions.lanes import falling


def verify(*, undone: Proposal, actor: Actor, now: datetime) -> None:
    """One asked for the reversal because the write was wrong, another signed it, and it has been carried out.

    Kept as a label. Where the write had passed by itself, the second of a stay lets the lane fall.
    """
    automated = undone.decisions.filter(by_policy=True, round=undone.round).exists()
    region = Region.AUTOMATED if automated else Region.REVIEWED
    with transaction.atomic():
        lane = locks.take(Lane.objects).select_related("agent", "workspace").get(pk=undone.lane_id)
        label = labels.record(
            proposal=undone, wrong=True, source=Source.HARM, region=region, judges=2, now=now
        )
        if label is None or not automated:
            return
        ledger.append(
            workspace_id=lane.workspace_id, kind="lane.harmed", actor=actor, at=now, proposal=undone.id,
            data={"lane": lane.pk},
        )  # fmt: skip
        if watch.harmed(lane=lane, proposal=undone):
            falling.fall(lane=lane, cause=Cause.HARM, actor=actor, now=now, proposal=undone)
