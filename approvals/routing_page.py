"""What the item page says of routing: given to whom, set aside how often, and where else it could go."""

from datetime import datetime
from typing import Any

from approvals.models import Membership, Proposal


def read(proposal: Proposal, member: Membership, now: datetime) -> dict[str, Any]:
    """Context of ``approvals/_routed.html``, ``_later.html`` and ``_assign.html``."""
    return {}
