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


def test_nor_is_one_whose_worker_was_killed_before_it_said_that_it_had_begun() -> None:
    queue = django_rq.get_queue("default")
    job = queue.enqueue("runs.jobs.tick")
    # as a worker takes it out; what Redis holds of the job says "queued" until it begins
    queue.remove(job.id)
    assert job.get_status(refresh=True) == JobStatus.QUEUED
    assert is_waiting(job, believed=60)
    assert not is_waiting(job, believed=0)
    job.delete()
