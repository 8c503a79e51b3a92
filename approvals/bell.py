"""The wake-up after commit: one RQ job while none is pending, and a NOTIFY for whoever waits on a proposal.

Redis holds no truth. When it is away the ring is lost, said in the log, and the tick finds the work by state.
Rings are counted: who says that it lingers learns in the same breath whether one came since it last looked.
"""

from collections.abc import Iterable
from functools import cache
from time import monotonic, sleep
from uuid import UUID

import django_rq
import structlog
from django.conf import settings
from django.db import connection, transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from approvals import prepared

QUEUE = "bell"
PENDING = "countersign:bell:pending"
NUDGE = "countersign:bell:nudge"
LINGERING = "countersign:bell:lingering"
RINGS = "countersign:bell:rings"
LISTENERS = "countersign_proposals"
SECONDS_PENDING = (
    15  # a ring that no worker answered is forgotten after this, so that the next one enqueues again
)
SLICE = (
    1.0  # seconds a worker lingers before it says so again; the word of a dead one is believed for two slices
)

# One step, so that no worker stops lingering between the look at its word and the nudge.
_WAKE = """
redis.call('incr', KEYS[1])
if redis.call('exists', KEYS[2]) == 1 then
  redis.call('lpush', KEYS[3], 1)
  redis.call('ltrim', KEYS[3], 0, 0)
  redis.call('expire', KEYS[3], ARGV[1])
  return 0
end
return redis.call('set', KEYS[4], 1, 'NX', 'EX', ARGV[1]) and 1 or 0
"""

log = structlog.get_logger(__name__)


class _Ring:
    """What one transaction has to tell after its commit, however many facts it recorded."""

    def __init__(self) -> None:
        self.waited_for: set[str] = set()
        self.work = False
        self.__qualname__ = type(self).__name__  # by which Django says in the log what failed after a commit

    def __call__(self) -> None:
        # NOTIFY takes a database-wide lock at commit; alone in its own tiny transaction it holds it for microseconds.
        if self.waited_for:
            # one text: a list would be quoted member by member
            query = "SELECT pg_notify(%s, member) FROM unnest(string_to_array(%s, ',')) AS member"
            with prepared.cursor() as cursor:
                cursor.execute(query, [LISTENERS, ",".join(self.waited_for)])
        if self.work:
            wake()


def ring_after_commit(proposals: Iterable[UUID], *, work: bool = True) -> None:
    """Tell those who wait on these proposals, once the surrounding transaction is safe; where there is ``work``, wake
    a worker too.
    """
    ring = _ring_of_this_transaction()
    ring.waited_for.update(proposal.hex for proposal in proposals)
    ring.work = ring.work or work


def _ring_of_this_transaction() -> _Ring:
    here = set(connection.savepoint_ids)
    for savepoints, ring, *_ in connection.run_on_commit:
        if isinstance(ring, _Ring) and savepoints == here:
            return ring
    ring = _Ring()
    transaction.on_commit(ring, robust=True)
    return ring


@cache
def _client(url: str) -> Redis:
    """Kept, because opening one costs more than ringing; impatient, because a decision waits for it."""
    return Redis.from_url(url, retry=Retry(NoBackoff(), 1), socket_connect_timeout=1, socket_timeout=5)


def _redis() -> Redis:
    return _client(settings.REDIS_URL)


def wake() -> None:
    """Nudge a worker that lingers; else enqueue the job that settings name, unless a ring is pending."""
    try:
        redis = _redis()
        if redis.eval(_WAKE, 4, RINGS, LINGERING, NUDGE, PENDING, SECONDS_PENDING):
            queue = django_rq.get_queue(QUEUE, connection=redis)
            queue.enqueue_call(settings.BELL, result_ttl=0, timeout=300)
    except RedisError as error:
        log.warning("bell.unreachable", error=type(error).__name__)


def answered() -> None:
    """The worker has come: whoever rings from now on calls another."""
    try:
        _redis().delete(PENDING)
    except RedisError as error:
        log.warning("bell.unreachable", error=type(error).__name__)


def heard() -> int:
    """How many rings there were; asked before looking for work, and told to `linger` after it."""
    try:
        return int(_redis().get(RINGS) or 0)
    except RedisError as error:
        log.warning("bell.unreachable", error=type(error).__name__)
        return 0


def linger(seconds: float, *, heard: int) -> bool:
    """Wait a moment for the next ring. True when one came after those that were ``heard``."""
    until = monotonic() + seconds
    try:
        while (left := until - monotonic()) > 0:
            if _rung(min(left, SLICE), heard):
                return True
    except RedisError as error:
        log.warning("bell.unreachable", error=type(error).__name__)
        sleep(max(0.0, until - monotonic()))  # whoever waits for a moment to come shall not ask without end
    return False


def _rung(seconds: float, heard: int) -> bool:
    """Say that somebody lingers, for so long; whoever rings after that has been taken back enqueues."""
    redis = _redis()
    with redis.pipeline() as said:
        said.set(LINGERING, 1, px=int(2000 * SLICE))
        said.get(RINGS)
        rings = int(said.execute()[1] or 0)
    rung = rings != heard or redis.blpop([NUDGE], timeout=seconds) is not None
    redis.delete(LINGERING)
    return rung or redis.lpop(NUDGE) is not None
