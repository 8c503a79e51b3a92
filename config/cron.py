"""The clock: RQ's own cron scheduler, speaking JSON like every other queue here, and patient with a lost bell."""

from __future__ import annotations

import signal
import time
from typing import Any

import structlog
from django.conf import settings
from django_rq import get_connection, get_queue
from django_rq.cron import DjangoCronScheduler
from redis import RedisError
from rq.cron import CronJob
from rq.exceptions import InvalidJobOperation
from rq.job import Job
from rq.utils import now

BELIEVED_TIMES = 3  # so many of its intervals
RETRY_SECONDS = 2
log = structlog.get_logger("countersign.clock")


class Clock(DjangoCronScheduler):
    """Enqueues what is due, unless the last one is still waiting: sweeping twice in a row finds nothing new.

    RQ's scheduler writes jobs with pickle, which our workers refuse to read.
    """

    def __init__(self) -> None:
        super().__init__(get_connection("default"))
        self.last: dict[str, Job] = {}

    def enqueue_jobs(self) -> list[CronJob]:
        due = [job for job in self.get_jobs() if job.should_run()]
        for job in due:
            if not is_waiting(self.last.get(job.func_name), believed=BELIEVED_TIMES * (job.interval or 0)):
                queue = get_queue(job.queue_name)
                self.last[job.func_name] = queue.enqueue(job.func_name, **job.job_options)
            job.set_enqueue_time(now())
        return due


def is_waiting(job: Job | None, *, believed: float) -> bool:
    """Whether it is still in the queue, or was taken a moment ago. Of a worker that was killed in the middle of a job
    Redis says for many minutes that it is at it, and of one that was killed between taking a job and saying so, for
    ever that the job is queued. So both are believed for some seconds only; two at once do no harm.
    """
    try:
        state = job.get_status(refresh=True) if job is not None else None
    except InvalidJobOperation:
        return False
    if job is None or state not in ("queued", "started"):
        return False
    in_line = state == "queued" and job.get_position() is not None
    return in_line or (now() - (job.enqueued_at or job.created_at)).total_seconds() < believed


def the_clock() -> Clock:
    """Jobs go by their names: to enqueue one, nothing of what it does needs to be loaded."""
    clock = Clock()
    calls = [
        (settings.TICK, "default", settings.TICK_SECONDS),
        (settings.CALL, "post", settings.CALL_SECONDS),
        (settings.GOLD, "slow", settings.GOLD_SECONDS),
        *([(settings.POST, "post", settings.POST_SECONDS)] if settings.LETTERS_ENABLED else []),
        *([(settings.TRACE, "slow", settings.TRACE_SECONDS)] if settings.TRACES_ENABLED else []),
    ]
    for job, queue, seconds in calls:
        kept: dict[str, Any] = {"job_timeout": 300, "result_ttl": 0, "failure_ttl": 3600}
        clock.get_jobs().append(CronJob(queue, func_name=job, interval=seconds, **kept))
    return clock


def run() -> None:
    """Until told to stop."""
    while True:
        try:
            the_clock().start()
            return
        except RedisError as error:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            log.warning("the bell does not answer", error=str(error), retry_seconds=RETRY_SECONDS)
            time.sleep(RETRY_SECONDS)
