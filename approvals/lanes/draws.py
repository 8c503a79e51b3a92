"""Chance that nobody foresees and anybody can check: drawn from a lane's secret, not from what an agent can choose.

The same question draws the same number however often it is put, so that asking again under another key wins nothing.
"""

import hashlib
import hmac
from typing import Any

from approvals import canonical
from approvals.models import Lane


def percent(lane: Lane, subject: str, arguments: Any) -> int:
    """The number from 0 to 99 that decides whether a proposal is in the share that may pass."""
    return int(1e2 * share(lane, "rollout", canonical.digest([subject, arguments])))


def share(lane: Lane, purpose: str, what: str) -> float:
    """A number from 0 up to, not including, 1: HMAC-SHA-256 of the purpose and the thing under the lane's salt."""
    drawn = hmac.new(lane.salt.encode(), f"{purpose}\n{what}".encode(), hashlib.sha256).digest()
    return int.from_bytes(drawn[:6]) / 2**48
