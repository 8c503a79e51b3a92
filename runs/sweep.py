"""The tick: everything that a lost ring, a dead worker or the passing of time has left to do, found by state."""

from datetime import datetime

import structlog

from approvals import keys, proposals, seals
from approvals.actors import worker
from approvals.models import Proposal
from approvals.models import proposal as proposal_model
from exceptions import escalation
from runs import unknowns
from runs.api import replays
from runs.models import Execution
from runs.models import execution as execution_model

ACTOR = worker("tick")
log = structlog.get_logger(__name__)


def once(*, now: datetime) -> dict[str, int]:
    """Sweep once. Safe at any time and any number of times at once. Returns what was found."""
    return {
        "expired": proposals.expire_due(actor=ACTOR, now=now),
        "lost": unknowns.find_lost(actor=ACTOR, now=now),
        "looked_up": unknowns.look_up(actor=ACTOR, now=now),
        "released": escalation.release_due(actor=ACTOR, now=now),
        "escalated": escalation.escalate_due(actor=ACTOR, now=now),
        "forgotten": replays.forget(now=now),
        "due": int(_anything_due(now)),
        "sealed": _seal(now),
    }


def _seal(now: datetime) -> int:
    """Sealing wants a key; a machine without it sweeps all the same, and says what is missing."""
    try:
        return seals.seal_due(now=now)
    except keys.KeyMissing as missing:
        log.error("ledger.unsealed", reason=str(missing))
        return 0


def _anything_due(now: datetime) -> bool:
    due = Execution.objects.filter(state=execution_model.State.SCHEDULED, due_at__lte=now)
    unread = Proposal.objects.filter(state=proposal_model.State.PENDING, observed_at__isnull=True)
    return due.exists() or unread.exists()
