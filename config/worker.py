"""The worker: RQ's simple one, which survives a bell that is gone for a while and a database that restarted.

Told to stop, it begins nothing more, waits a few seconds for what it has begun, hands back the rest, and ends. It ends
by itself, too, after so many jobs or minutes, or when it has grown too large: whoever supervises it starts another, and
what rings meanwhile waits in Redis.
"""

from __future__ import annotations

import resource
import signal
import sys
import time
from dataclasses import dataclass
from types import FrameType
from typing import Any

import structlog
from django.db import close_old_connections
from django_rq import get_worker
from redis import RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

from approvals import bell
from config import memory
from runs import stopping

RETRY_SECONDS = 2
TURN_SECONDS = 0.0005  # after which a thread that computes lets one go on whose answer has come
KILOBYTE = 1 if sys.platform == "darwin" else 1024  # in which the largest size of a process is told
log = structlog.get_logger("countersign.worker")


@dataclass(frozen=True)
class Span:
    """How long one worker process works before another takes its place."""

    jobs: int = 20_000
    minutes: float = 240.0
    megabytes: int = 1024

    def is_over(self, *, jobs: int, seconds: float) -> bool:
        size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KILOBYTE
        return jobs >= self.jobs or seconds >= self.minutes * 60 or size >= self.megabytes * 1_000_000


class Worker(SimpleWorker):
    """Runs jobs in its own process, one after another; jobs wait on networks together, not for each other."""

    max_connection_wait_time = 4
    span = Span()
    jobs = 0
    began_at = time.monotonic()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        # First, for what follows asks Redis, which may be the very thing that is gone.
        stopping.ask()
        super().request_stop(signum, frame)

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """As between two requests, a database connection that broke meanwhile is not used again."""
        close_old_connections()
        try:
            return super().perform_job(job, queue)
        finally:
            close_old_connections()
            type(self).jobs += 1
            if self.span.is_over(jobs=self.jobs, seconds=time.monotonic() - self.began_at):
                log.info("the worker has worked long enough", jobs=self.jobs)
                stopping.ask()
                self._stop_requested = True

    def handle_job_failure(self, job: Job, queue: Queue, *args: Any, **more: Any) -> None:
        """Said aloud, and no more: whatever the job did not do is found by its state at the next sweep."""
        log.error("a job broke; what it left is found by the sweep", job=job.func_name)
        super().handle_job_failure(job, queue, *args, **more)


def work(*queues: str, span: Span | None = None) -> None:
    """Until told to stop, or until the span is over."""
    Worker.span = span or Worker.span
    sys.setswitchinterval(TURN_SECONDS)
    memory.settle()
    while not stopping.asked():
        if bell.QUEUE in queues:
            bell.answered()  # whoever died with the ring in hand will not say so
        broke = "RQ gave up"  # it said why, and by the time it said good-bye the bell was back
        try:
            get_worker(*queues, serializer=JSONSerializer).work(logging_level="WARNING")
        except RedisError as error:
            broke = str(error)
        if stopping.asked():
            return
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopping.ask())
        log.warning("the bell does not answer", error=broke, retry_seconds=RETRY_SECONDS)
        time.sleep(RETRY_SECONDS)
