"""What somebody sent again by itself, outside a redrive: heard of when it ended, and looked for in its target."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from approvals import actors
from exceptions import cases, resending
from exceptions.models import Occurrence
from runs.models import Execution, RedriveLine
from runs.models.execution import State as Effect
from runs.models.redrive import LineState
from runs.redriving import proving
from runs.threads import Threads, answers

ACTOR = actors.worker("redrive")
MOST = 200  # of one sweep
UNPROVEN = "write.unproven"
ENDINGS = {Effect.FAILED: resending.FAILED, Effect.CANCELLED: resending.TO_REVIEW}


def hear_due(*, now: datetime, threads: Threads | None = None) -> int:
    """Settle the failures of what has ended. Returns how many."""
    ended = _ended()
    settled = 0
    for state, why in ENDINGS.items():
        settled += _settle([row for row in ended if row.state == state], why, now)
    written = [row for row in ended if row.state == Effect.SUCCEEDED]
    if not written:
        return settled
    threads = threads or Threads(proving.AT_ONCE)
    heard = answers([threads.submit(proving.seen, row) for row in written], seconds=proving.PATIENCE)
    for row, said in zip(written, heard, strict=True):
        if said:
            settled += _proven(row, said, now)
    return settled


FOUND = {proving.MISSING: resending.FAILED, LineState.UNVERIFIABLE: resending.UNSEEN}


def _proven(row: Execution, said: str, now: datetime) -> int:
    with transaction.atomic():
        settled = _settle([row], FOUND.get(said, resending.PROVEN), now)
        if said == proving.MISSING and settled:  # of two sweeps at once, one says so
            tell_unproven(row, now)
    return settled


def _ended() -> list[Execution]:
    """The longest waiting of those that no redrive follows."""
    waiting = Occurrence.objects.filter(disposition="open", resent_at__isnull=False).order_by(
        "resent_at", "id"
    )
    marks = [pk for pk in waiting.values_list("execution", flat=True)[: 5 * MOST] if pk is not None]
    if not marks:
        return []
    followed = RedriveLine.objects.filter(
        execution__in=marks, state__in=[LineState.ACCEPTED, LineState.EXECUTED]
    )
    over = [Effect.SUCCEEDED, *ENDINGS]
    rows = Execution.objects.filter(pk__in=marks, state__in=over).exclude(pk__in=followed.values("execution"))
    return list(rows.select_related("proposal", "workspace")[:MOST])


def _settle(rows: Sequence[Execution], why: str, now: datetime) -> int:
    return resending.settle(executions=[row.id for row in rows], why=why, actor=ACTOR, now=now)


def tell_unproven(row: Execution, now: datetime) -> None:
    """A receipt that its target does not show is a case."""
    cases.open_case(
        workspace=row.workspace, code=UNPROVEN, message="There is a receipt, and its target does not show it",
        actor=ACTOR, now=now, proposal=row.proposal, execution=row.id, run=row.proposal.run, written="unknown",
        amount=row.proposal.amount, currency=row.proposal.currency, operation=row.tool,
    )  # fmt: skip
