"""Orders to undo many: confirmed once by a person, then asked one by one by a worker, the newest write first."""

from collections import Counter
from datetime import datetime
from typing import Any

import django_rq
import structlog
from django.db import transaction
from redis.exceptions import RedisError

from approvals import bell, ids, ledger, locks
from approvals.actors import Actor
from approvals.models import Membership, Proposal
from runs import reversal, reversal_preview
from runs.models import Execution, ReversalLine, ReversalOrder
from runs.models.reversal_order import State

AT_ONCE = 25  # lines asked in one transaction
AT_A_TICK = 100  # where the worker that was called never came
JOB = "runs.jobs.undo"
log = structlog.get_logger(__name__)


class PreviewChanged(LookupError):
    """What would be undone is not what was looked at. ``preview`` is how it stands now."""

    def __init__(self, preview: reversal_preview.Preview):
        super().__init__("what would be undone has changed")
        self.preview = preview


class NothingToUndo(ValueError):
    """Nothing within the scope can be undone."""


def place(
    *,
    member: Membership,
    key: str,
    seen: str,
    scope: reversal_preview.Scope,
    reason: str,
    actor: Actor,
    now: datetime,
    wrong: bool = False,
) -> ReversalOrder:
    """Keep exactly what was looked at; a worker asks. The same ``key`` again is the same order. ``wrong``: what was
    written was wrong, and counts against the agents. Raises `PreviewChanged`, `NothingToUndo`.
    """
    known = ReversalOrder.objects.filter(workspace_id=member.workspace_id, key=key).first()
    if known is not None:
        return known
    found = reversal_preview.look(workspace=member.workspace, scope=scope, now=now)
    if found.fingerprint != seen:
        raise PreviewChanged(found)
    if not found.lines:
        raise NothingToUndo
    with transaction.atomic():
        order, made = ReversalOrder.objects.get_or_create(
            workspace=member.workspace, key=key,
            defaults={"made_by": member.user, "made_auth": actor.auth, "reason": reason, "scope": scope.as_json(),
                      "created_at": now, "blames": wrong},
        )  # fmt: skip
        if not made:
            return order
        ReversalLine.objects.bulk_create(
            ReversalLine(order=order, position=position, execution=row)
            for position, row in enumerate(found.lines, start=1)
        )
        ledger.append(
            workspace_id=member.workspace_id, kind="order.placed", actor=actor, at=now,
            data={"order": order.public_id, "lines": len(found.lines)},
        )  # fmt: skip
        transaction.on_commit(_call, robust=True)
    return order


def _call() -> None:
    try:
        django_rq.get_queue(bell.QUEUE).enqueue_call(JOB, result_ttl=0, timeout=300)
    except RedisError as error:
        log.warning("bell.unreachable", error=type(error).__name__)


def ask_due(*, now: datetime, most: int = reversal_preview.MOST) -> int:
    """Ask what is not asked yet, of every order. Two who do so at once share the work. Returns how many."""
    asked = 0
    for pk in ReversalOrder.objects.filter(state=State.ASKING).order_by("id").values_list("id", flat=True):
        while asked < most and (chunk := _ask_some(pk, now)):
            asked += chunk
    return asked


def _ask_some(pk: Any, now: datetime) -> int:
    """A few lines of one order, in one transaction: a worker that dies has asked them all, or none."""
    with transaction.atomic():
        waiting = locks.take(ReversalOrder.objects, skip=True).filter(pk=pk, state=State.ASKING)
        order = waiting.first()
        if order is None:
            return 0
        lines = order.lines.filter(proposal__isnull=True, why_not="").order_by("position")[:AT_ONCE]
        rows = list(lines)
        for line in rows:
            _ask(order, line, now)
        if len(rows) < AT_ONCE:
            ReversalOrder.objects.filter(pk=pk).update(state=State.ASKED)
    return len(rows)


def _ask(order: ReversalOrder, line: ReversalLine, now: datetime) -> None:
    actor = Actor("person", f"user:{order.made_by_id}", order.made_auth)
    asked = reversal.Asked(order.made_by_id, order.reason, order=order.id, blames=order.blames)
    rows = Execution.objects.select_related("proposal__agent__workspace", "proposal__workspace", "workspace")
    execution = rows.get(pk=line.execution_id)
    try:
        line.proposal = reversal.ask(execution=execution, asked=asked, actor=actor, now=now).id
    except reversal.AlreadyReversed:
        line.why_not = "Undone already, or asked to be, by another"
    except reversal.PastDeadline:
        line.why_not = "Its deadline has passed meanwhile"
    except reversal.NotReversible:
        line.why_not = "There is no way back"
    line.save(update_fields=["proposal", "why_not"])


def told(order: ReversalOrder) -> tuple[Counter[str], list[dict[str, Any]]]:
    """How far it is: counters, and a line for each execution. Four queries."""
    lines = list(order.lines.select_related("execution__proposal").order_by("position"))
    proposals = Proposal.objects.in_bulk([line.proposal for line in lines if line.proposal])
    effects = {
        row.proposal_id: row.state
        for row in Execution.objects.filter(proposal__in=proposals)
        .exclude(state="cancelled")
        .only("proposal_id", "state")
    }
    counts: Counter[str] = Counter(writes=len(lines))
    rows = []
    for line in lines:
        asked = proposals.get(line.proposal) if line.proposal else None
        state = _state(line, asked, effects.get(asked.id, "") if asked else "")
        counts.update(_counted(line, asked, state))
        rows.append({"line": line, "execution": line.execution, "asked": asked, "state": state,
                     "id": ids.show("proposal", line.proposal) if line.proposal else ""})  # fmt: skip
    return counts, rows


def _state(line: ReversalLine, asked: Proposal | None, effect: str) -> str:
    if asked is None:
        return "left" if line.why_not else "waiting"
    if effect == "succeeded":
        return "reversed"
    return effect or asked.state


def _counted(line: ReversalLine, asked: Proposal | None, state: str) -> list[str]:
    found = ["left out"] if line.why_not else []
    if asked is not None:
        found.append("asked")
        found += ["decided"] if asked.state != "pending" else []
        found += ["reversed"] if state == "reversed" else []
        found += ["failed"] if state in ("failed", "unknown", "blocked") else []
    return found
