"""The one clock of all workers: the database's.

Leases and due times are compared between machines, and a machine whose own clock is an hour ahead must not take what
others hold. The database is asked once a second; in between the time since then is added, which no clock that is set
anew can change.
"""

from datetime import UTC, datetime, timedelta
from time import CLOCK_MONOTONIC, clock_gettime

from django.db import connection

BELIEVED_SECONDS = 1.0


class _Reading:
    """The database's time, and when it was told, in seconds that nobody can set."""

    at = datetime.min.replace(tzinfo=UTC)
    taken = float("-inf")


_latest = _Reading()


def now() -> datetime:
    """The database's time. For workers; asks the database at most once a second."""
    passed = clock_gettime(CLOCK_MONOTONIC) - _latest.taken
    if passed > BELIEVED_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (_latest.at,) = cursor.fetchone()
        _latest.taken, passed = clock_gettime(CLOCK_MONOTONIC), 0.0
    return _latest.at + timedelta(seconds=passed)
