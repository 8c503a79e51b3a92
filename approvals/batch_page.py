"""What the item page says of batches: how many more like this there are to answer together."""

from datetime import datetime
from typing import Any

from approvals.models import Membership, Proposal


def offer(proposal: Proposal, member: Membership, now: datetime) -> dict[str, Any]:
    """Context of ``approvals/_batch.html``."""
    return {}
