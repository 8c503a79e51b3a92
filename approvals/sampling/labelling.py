"""What a sample found counts for the lane: as the finding of so many judges, with the chance there was to find it."""

from datetime import datetime

from approvals.lanes import labels
from approvals.models import SampleItem
from approvals.models.label import Region, Source
from approvals.sampling import strata


def keep(*, item: SampleItem, judges: int, now: datetime) -> None:
    """A label for a settled proposal, in the caller's transaction. A run belongs to no lane."""
    if item.proposal is None or item.wrong is None:
        return
    automated = strata.UNIFORM in item.strata
    labels.record(
        proposal=item.proposal, wrong=item.wrong, source=Source.SAMPLE, probability=item.probability, now=now,
        region=Region.AUTOMATED if automated else Region.REVIEWED, judges=judges,
    )  # fmt: skip
