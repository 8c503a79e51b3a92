"""The tick: everything that a lost ring, a dead worker or the passing of time has left to do, found by state."""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.conf import settings

from approvals import holds, proposals, switches
from approvals.actors import worker
from approvals.models import Proposal
from approvals.models import proposal as proposal_model
from approvals.oversight import drills
from approvals.routing import asides, covers, given
from approvals.sealing import keys, seals
from approvals.telling import notice_clock, notice_occasions
from exceptions import audit, escalating, escalation, surges
from exceptions.lanes import looking
from runs import breakers, holding, rehearsals, rehearsing, reversal_orders, sagas, silence, trials, unknowns
from runs.alerts import checking
from runs.api import replays
from runs.asking import settling
from runs.figures import folding
from runs.models import Execution
from runs.models import execution as execution_model
from runs.redriving import foreseeing, going_on, hearing
from runs.replaying import asking as replays_of_runs
from runs.sampling import due as samples

ACTOR = worker("tick")
log = structlog.get_logger(__name__)


def once(*, now: datetime) -> dict[str, int]:
    """Sweep once. Safe at any time and any number of times at once. Returns what was found; a part that fails is said
    in the log and keeps no other from its turn.
    """
    parts: dict[str, Callable[[], int]] = {
        "clocks": lambda: switches.keep_alive(now=now),
        "expired": lambda: (
            proposals.expire_due(actor=ACTOR, now=now) + drills.expire_due(actor=ACTOR, now=now)
        ),
        "drills": lambda: drills.seed_due(actor=ACTOR, now=now),
        "lost": lambda: unknowns.find_lost(actor=ACTOR, now=now),
        "looked_up": lambda: unknowns.look_up(actor=ACTOR, now=now),
        "released": lambda: escalation.release_due(actor=ACTOR, now=now),
        "reminded": lambda: escalation.remind_due(actor=ACTOR, now=now),
        "escalated": lambda: escalation.escalate_due(actor=ACTOR, now=now),
        "overdue": lambda: audit.look(now=now, actor=ACTOR, beats=bool(settings.HEARTBEAT_URL)),
        "rising": lambda: surges.find_due(actor=ACTOR, now=now),
        "calmed": lambda: escalating.calm_due(actor=ACTOR, now=now),
        "lanes": lambda: looking.look_due(actor=ACTOR, now=now),
        "stood_in": lambda: covers.tell_begun(now=now),
        "told": lambda: notice_clock.tell_due_soon(now=now),
        "silent": lambda: silence.close_due(actor=ACTOR, now=now),
        "trials": lambda: trials.give_up_lost(now=now),
        "chained": lambda: sagas.advance_due(now=now),
        "foreseen": lambda: foreseeing.look_due(now=now),
        "redriven": lambda: going_on.go_on_due(now=now),
        "proven": lambda: hearing.hear_due(now=now),
        "ordered": lambda: reversal_orders.ask_due(now=now, most=reversal_orders.AT_A_TICK),
        "sampled": lambda: samples.look(actor=ACTOR, now=now),
        "limits": lambda: (
            holding.settle_over(actor=ACTOR, now=now) + settling.settle_over(actor=ACTOR, now=now)
        ),
        "breakers": lambda: breakers.half_open_due(now),
        "counted": folding.fold_due,
        "alerted": lambda: checking.check_due(actor=ACTOR, now=now),
        "due": lambda: int(_anything_due(now)),
        "sealed": lambda: _seal(now),
    }
    return {name: _part(name, part) for name, part in (_forgetting(now) | parts).items()}


def _forgetting(now: datetime) -> dict[str, Callable[[], int]]:
    """What is let go of after a while."""
    return {
        "forgotten": lambda: replays.forget(now=now),
        "put_back": lambda: asides.forget(now=now) + given.forget(now=now),
        "outdated": lambda: notice_occasions.forget(now=now),
        "let_go": lambda: holds.forget(now=now),
        "rehearsed": lambda: rehearsing.give_up(actor=ACTOR, now=now) + rehearsals.forget(now=now),
        "reread": lambda: replays_of_runs.forget(now=now),
    }


def _part(name: str, part: Callable[[], int]) -> int:
    try:
        return part()
    except Exception:
        log.exception("sweep.part_failed", part=name)
        return 0


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
    return due.exists() or unread.exists() or _somebody_asked()


def _somebody_asked() -> bool:
    """Whether something is to be tried or read again, which decides nothing."""
    return trials.any_waiting() or rehearsals.any_waiting() or replays_of_runs.any_waiting()
