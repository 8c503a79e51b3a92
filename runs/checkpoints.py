"""What a walk had done before it was cut off, read from its record: it goes on from its last completed step.

A run that is still open goes on itself; of one that was closed meanwhile, another goes on, and says so.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import Error, connection

from approvals.actors import Actor
from runs import recorder
from runs.models import Run, Step
from runs.models.run import State

LOCKS = 7_204  # the class of advisory locks that walks hold; workers hold another
DEEPEST = 20  # runs that went on from each other, one after another


class StillWalked(LookupError):
    """A process walks this run at this moment. It goes on by itself; there is nothing to resume."""


@dataclass(frozen=True)
class Checkpoint:
    """The record that a walk goes on from: its own run's, and those that it resumes. Empty for a fresh run."""

    runs: frozenset[UUID] = field(default_factory=frozenset)

    def steps(self, item: str, keys: str) -> list[Step]:
        """What was told of one input under keys that begin so, in the order in which it was told."""
        if not self.runs:
            return []
        mine = Step.objects.filter(run__in=self.runs, item=item, key__startswith=keys)
        return list(mine.order_by("id"))


def resume(*, run: Run, actor: Actor, now: datetime, period: str = "", patience_seconds: int) -> Run:
    """The run to go on with: the same while it is open, else another that says which it goes on from."""
    if run.state == State.RUNNING:
        return run
    return recorder.start(
        agent=run.agent, workflow=run.workflow, actor=actor, now=now, period=period or run.period, resumes=run,
        patience_seconds=patience_seconds,
    )  # fmt: skip


def of(run: Run) -> Checkpoint:
    """The record of this run, and of those that it goes on from."""
    chain, before = [run.pk], run.resumes_id
    while before is not None and len(chain) < DEEPEST:
        chain.append(before)
        before = Run.objects.filter(pk=before).values_list("resumes", flat=True).first()
    return Checkpoint(frozenset(chain))


@contextmanager
def walking(run: Run) -> Iterator[None]:
    """Hold the run for as long as this process lives: a walk that was killed has let go. Raises `StillWalked`."""
    number = zlib.crc32(run.pk.bytes) - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, number])
        (held,) = cursor.fetchone()
    if not held:
        raise StillWalked(run.public_id)
    try:
        yield
    finally:
        # a connection that broke has let go already
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, number])
