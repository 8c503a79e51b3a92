"""A worker's part in rehearsals: take those that wait, try each in its target, and write down what came of it.

Calls are out in threads while executions go on; whoever comes back late finds that it was given up.
"""

import hashlib
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from approvals import ledger, locks, switches, tools
from approvals.actors import Actor
from approvals.models import proposal as proposal_model
from runs import clock, trying
from runs.models import Rehearsal
from runs.models.rehearsal import Ending, State
from runs.trying import Tried

AT_ONCE = 4  # of one worker, so that rehearsals never take the threads from what was approved
WAIT_SECONDS = 0.05
LONGEST = timedelta(minutes=2)  # then the worker that had it is lost, or its connector is


@dataclass
class Out:
    """What this process has given to its threads. Each worker keeps its own; the row knows who may finish it."""

    calls: "dict[Future[Tried], Rehearsal]" = field(default_factory=dict)


_out = Out()


def work(*, threads: Executor, actor: Actor, now: datetime) -> bool:
    """Take up what came back, and begin what waits. Whether anything is out or was done."""
    begun = _claim(AT_ONCE - len(_out.calls), now)
    for row in begun:
        _begin(row, threads, actor, now)
    return bool(_take(actor) + len(begun) + len(_out.calls))


def give_up(*, actor: Actor, now: datetime) -> int:
    """Finish those whose worker or connector never came back. Returns how many."""
    late = Rehearsal.objects.select_related("proposal").filter(
        state=State.STARTED, started_at__lt=now - LONGEST
    )
    lost = Tried(Ending.LOST, "", "Whoever tried it has not come back")
    return sum(_finish(row, lost, actor, now) for row in late[:100])


def _claim(room: int, now: datetime) -> list[Rehearsal]:
    """Those asked for first; each by one worker alone."""
    if room <= 0 or not Rehearsal.objects.filter(state=State.WAITING).exists():
        return []
    with transaction.atomic():
        waiting = locks.take(Rehearsal.objects, skip=True).filter(state=State.WAITING)
        rows = list(waiting.select_related("proposal__workspace", "proposal__agent").order_by("id")[:room])
        Rehearsal.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.STARTED, started_at=now)
    for row in rows:
        row.state, row.started_at = State.STARTED, now
    return rows


def _begin(row: Rehearsal, threads: Executor, actor: Actor, now: datetime) -> None:
    """What was asked when nothing was stopped is not tried after a switch was pulled."""
    proposal = row.proposal
    if switches.stopped_since(proposal) is not None:
        _finish(row, Tried(Ending.STOPPED, "", "A switch was pulled before a worker came to it"), actor, now)
        return
    if proposal.state not in (*proposal_model.OPEN, proposal_model.State.APPROVED):
        _finish(row, Tried(Ending.STOPPED, "", "It was settled before a worker came to it"), actor, now)
        return
    try:
        tool = tools.get(proposal.tool, proposal.tool_version)
    except tools.UnknownTool:
        _finish(row, Tried(Ending.REFUSED, "proposal.invalid", "No connector knows this tool"), actor, now)
        return
    version = (proposal.observation or {}).get("version", "")
    context = tools.Context(workspace=proposal.workspace.slug, version=version)
    _out.calls[threads.submit(trying.attempt, tool, row.arguments, key=key_of(row), context=context)] = row


def key_of(row: Rehearsal) -> str:
    """Never the key of the write itself: a target that remembered it would take the write for a repeat."""
    return hashlib.sha256(f"rehearsal/{row.pk}/{row.digest}".encode()).hexdigest()


def _take(actor: Actor) -> int:
    if not _out.calls:
        return 0
    came, _ = wait(_out.calls, timeout=WAIT_SECONDS, return_when=FIRST_COMPLETED)
    now = clock.now()
    for future in came:
        row = _out.calls.pop(future)
        broke = future.exception()
        told = (
            Tried(Ending.BROKEN, "", f"The connector broke: {type(broke).__name__}")
            if broke
            else future.result()
        )
        _finish(row, told, actor, now)
    late = [future for future, row in _out.calls.items() if row.started_at and row.started_at < now - LONGEST]
    for future in late:
        del _out.calls[future]
    return len(came)


def _finish(row: Rehearsal, told: Tried, actor: Actor, now: datetime) -> int:
    """Write down what came of it, once: whoever was given up before changes nothing."""
    with transaction.atomic():
        moved = Rehearsal.objects.filter(
            pk=row.pk, state=State.STARTED, started_at=row.started_at
        ).update(
            state=State.DONE, done_at=now, ending=told.ending, failure_class=told.code, message=told.message,
            field=told.about, request=told.request, would=told.would, notes=list(told.notes),
            seen_version=told.seen_version, took_ms=told.took_ms,
        )  # fmt: skip
        if moved:
            ledger.append(
                workspace_id=row.proposal.workspace_id, kind="rehearsal.done", actor=actor, at=now,
                proposal=row.proposal_id,
                data={"digest": row.digest, "ending": str(told.ending), "failure": ledger.code_of(told.code)},
            )  # fmt: skip
    return moved
