"""The clock ticks on when a worker dies in the middle of a tick."""

import django_rq
from rq.job import JobStatus

from config.cron import is_waiting


def test_a_tick_whose_worker_was_killed_is_not_waited_for_for_long() -> None:
    job = django_rq.get_queue("default").enqueue("runs.jobs.tick")
    assert is_waiting(job, believed=0)  # it lies in the queue: another would only find what this one will
    job.set_status(JobStatus.STARTED)
    assert is_waiting(job, believed=60)
    assert not is_waiting(job, believed=0)
    job.delete()
    assert not is_waiting(job, believed=60) and not is_waiting(None, believed=60)
