"""After a drill: what was wrong, where the evidence said so, and whether it was caught."""

from datetime import datetime
from typing import Any

from approvals.models import Membership


def latest(member: Membership, now: datetime) -> dict[str, Any]:
    """Context of ``approvals/_lesson.html``: the drill the member has just answered, if any."""
    return {}
