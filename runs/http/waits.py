"""How long a target asks us to wait. It may ask for anything; we listen within reason."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 3_600.0
LONGEST_TEXT = 64


def asked(values: Iterable[str], now: datetime) -> float | None:
    """Seconds, from the values of Retry-After (RFC 9110 §10.2.3): the longest wait that makes sense, or None."""
    found = [seconds for value in values if (seconds := _seconds(value.strip(), now)) is not None]
    return max(found, default=None)


def _seconds(text: str, now: datetime) -> float | None:
    if len(text) > LONGEST_TEXT:
        return None
    if re.fullmatch(r"[0-9]+", text):
        return min(float(text), LONGEST)
    try:
        at = parsedate_to_datetime(text)
        at = at if at.tzinfo else at.replace(tzinfo=UTC)
        return min(max((at - now).total_seconds(), 0.0), LONGEST)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
