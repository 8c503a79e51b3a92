"""The worker: RQ's simple one, which survives a bell that is gone for a while and a database that restarted."""

from __future__ import annotations

import signal
import time
from types import FrameType

import structlog
from django.db import close_old_connections
from django_rq import get_worker
from redis import RedisError
from rq import Queue, SimpleWorker
from rq.job import Job
from rq.serializers import JSONSerializer

RETRY_SECONDS = 2
log = structlog.get_logger("countersign.worker")


class Worker(SimpleWorker):
    """Runs jobs in its own process, one after another; jobs wait on networks together, not for each other."""

    told_to_stop = False
    max_connection_wait_time = 4

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        # First, for what follows asks Redis, which may be the very thing that is gone.
        type(self).told_to_stop = True
        super().request_stop(signum, frame)

    def perform_job(self, job: Job, queue: Queue) -> bool:
        """As between two requests, a database connection that broke meanwhile is not used again."""
        close_old_connections()
        try:
            return super().perform_job(job, queue)
        finally:
            close_old_connections()


def work(*queues: str) -> None:
    """Until told to stop."""
    while not Worker.told_to_stop:
        try:
            get_worker(*queues, serializer=JSONSerializer).work(logging_level="WARNING")
            return
        except RedisError as error:
            if Worker.told_to_stop:
                return
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            log.warning("the bell does not answer", error=str(error), retry_seconds=RETRY_SECONDS)
            time.sleep(RETRY_SECONDS)
