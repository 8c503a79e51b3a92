"""The worker's main loop: while anything is due, execute it, and read the targets of what is new.

An RQ job is only a wake-up. It drains until nothing is due, lingers a moment for the next ring so that a decision costs
a push and not a job, and ends. While it lives it holds an advisory lock under its number: when it dies, its rows are
known to be orphans at once. Told to stop, it begins nothing more.
"""

import time
from datetime import timedelta

from django.db import Error

from approvals import bell
from runs import clock, execution, observing, rehearsing, stopping, trials, unknowns
from runs.pipeline import Pipeline
from runs.replaying import carrying as replaying
from runs.workers import Worker, at_work

LONGEST = 20.0  # seconds one job may drain before it rings again and makes room for the tick
MUCH = 100  # done in one go: others may come and help
SLICE = 1.0  # seconds between two looks at whether to stop


def drain(*, linger: float = 1.0, longest: float = LONGEST) -> int:
    """Work until nothing is due. Returns how many executions were recorded."""
    until = time.monotonic() + longest
    with at_work() as worker:
        bell.answered()
        pipeline = Pipeline(worker, until=until)
        try:
            pipeline.run()  # whoever has just decided is waiting; what the dead have left is not waited for
            unknowns.find_lost(actor=worker.actor, now=clock.now())
            unknowns.look_up(actor=worker.actor, now=clock.now(), threads=worker.threads)
            _work(worker, pipeline, linger, until)
            pipeline.finish()
        except Error:
            pipeline.rescue()
            raise
        finally:
            replaying.leave()
    return pipeline.recorded


def _work(worker: Worker, pipeline: Pipeline, linger: float, until: float) -> None:
    called_for_help = False
    while not stopping.asked():
        heard = bell.heard()
        worked = work_once(worker, pipeline)
        if time.monotonic() > until:
            bell.wake()
            return
        if pipeline.recorded >= MUCH and not called_for_help:
            called_for_help = True
            bell.wake()
        if not worked and not pipeline.under_way and not _rest(linger, until - time.monotonic(), heard):
            return


def work_once(worker: Worker, pipeline: Pipeline) -> bool:
    """One round: execute what is due, then read targets for what is new. Returns whether there was anything to do."""
    worked = pipeline.run()
    now = clock.now()
    observed = observing.observe_new(threads=worker.threads, actor=worker.actor, now=now)
    passed = observing.let_pass_unobserved(now=now)
    tried = trials.carry_out(threads=worker.threads, now=now)
    rehearsed = rehearsing.work(threads=worker.threads, actor=worker.actor, now=now)
    replayed = replaying.work(threads=worker.threads, actor=worker.actor, now=now)
    return bool(worked or observed or passed or tried or rehearsed or replayed)


def _rest(linger: float, longest: float, heard: int) -> bool:
    """Wait for a ring, or for the next undo window to close. False when neither is worth waiting for."""
    now = clock.now()
    next_due = execution.next_due(now=now, within=timedelta(seconds=longest))
    if next_due is None:
        return bell.linger(linger, heard=heard)
    seconds = max((next_due - now).total_seconds(), 0.01)
    while seconds > 0 and not stopping.asked():
        if bell.linger(min(seconds, SLICE), heard=heard):
            break
        seconds -= SLICE
    return True
