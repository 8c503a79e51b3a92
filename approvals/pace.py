"""How fast somebody answers, and when the page slows down. It never denies."""

from datetime import datetime
from typing import Any

from approvals.models import Membership, Proposal


def read(proposal: Proposal, member: Membership, now: datetime) -> dict[str, Any]:
    """Context of ``approvals/_pace.html``."""
    return {}
