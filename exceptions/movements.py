"""Moving many cases at once: locked in batches that nobody else holds, moved, called for and recorded together."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet

from approvals import ledger
from approvals.actors import Actor
from exceptions import calls
from exceptions.around import Around
from exceptions.models import Case
from exceptions.targets import Reach

BATCH = 500
BATCHES = 50  # one sweep does not go on for ever
READ = (
    "id", "workspace_id", "owner_id", "assignee_id", "failure_class_id", "state", "step", "steps", "repeats",
    "in_hours", "skip_empty", "next_escalation_at", "acknowledged_until", "reminded_at", "snoozed_until",
    "escalated_to_id",
)  # fmt: skip
log = structlog.get_logger(__name__)


@dataclass
class Move:
    """One case on its way: what is done to it, what is told of that, and who is to be called."""

    case: Case
    actor: Actor
    now: datetime
    reach: Reach
    facts: list[ledger.Fact] = field(default_factory=list)
    wanted: list[calls.Wanted] = field(default_factory=list)

    def tell(self, kind: str, **data: Any) -> None:
        """One fact for the ledger."""
        case = self.case
        fact = ledger.entry(
            workspace_id=case.workspace_id, kind=kind, actor=self.actor, at=self.now, case=case.id, data=data
        )  # fmt: skip
        self.facts.append(fact)


Act = Callable[[Move], None]


def sweep(rows: QuerySet[Case], act: Act, *, actor: Actor, now: datetime) -> int:
    """Move every one of these cases. Returns how many. One that cannot be moved is said in the log, stays as it is for
    the auditor to find, and holds up no other.
    """
    moved, stuck = 0, set[UUID]()
    whole = Sweep(act, actor, now, Reach(now))
    for _ in range(BATCHES):
        due = rows.exclude(pk__in=stuck) if stuck else rows
        try:
            found = whole.batch(due)
        except (OperationalError, InterfaceError):
            raise  # the database is gone, and every case waits where it was
        except Exception:
            log.exception("cases.batch_failed")
            found = _one_by_one(due, whole, stuck)
        moved += found
        if found + len(stuck) < BATCH:
            break
    return moved


def _one_by_one(due: QuerySet[Case], whole: "Sweep", stuck: set[UUID]) -> int:
    """The same batch, each case in a transaction of its own; those that fail are ``stuck``."""
    moved = 0
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        try:
            moved += whole.batch(due.filter(pk=pk))
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("case.cannot_be_moved", case=pk.hex)
            stuck.add(pk)
    return moved


@dataclass
class Sweep:
    """What is done to every case, and who is reached meanwhile."""

    act: Act
    actor: Actor
    now: datetime
    reach: Reach
    around: Around = field(default_factory=Around)

    def batch(self, rows: QuerySet[Case]) -> int:
        """Move the first of these that nobody else is moving, all of them or none. Returns how many."""
        locked = rows.select_for_update(skip_locked=True, of=("self",)).only(*READ)
        with transaction.atomic():
            held = list(locked[:BATCH])
            self.around.give(held)
            moves = [Move(case, self.actor, self.now, self.reach) for case in held]
            for move in moves:
                self.act(move)
            _write([move.case for move in moves])
            ledger.append_many(fact for move in moves for fact in move.facts)
            calls.call_many(
                wanted=[call for move in moves for call in move.wanted], now=self.now, actor=self.actor
            )
        return len(moves)


_WRITE = """
UPDATE exceptions_case AS held SET state = moved.state, step = moved.step, assignee_id = moved.assignee_id,
    acknowledged_until = moved.acknowledged_until, reminded_at = moved.reminded_at,
    snoozed_until = moved.snoozed_until, escalated_to_id = moved.escalated_to_id,
    next_escalation_at = moved.next_escalation_at
FROM jsonb_to_recordset(%s::jsonb) AS moved (id uuid, state text, step smallint, assignee_id bigint,
    acknowledged_until timestamptz, reminded_at timestamptz, snoozed_until timestamptz, escalated_to_id bigint,
    next_escalation_at timestamptz)
WHERE held.id = moved.id
"""
_NAMES = ("state", "step", "assignee_id", "escalated_to_id")
_MOMENTS = ("acknowledged_until", "reminded_at", "snoozed_until", "next_escalation_at")


def _write(cases: list[Case]) -> None:
    """What a move may change, of all of them in one statement."""
    rows = [
        {"id": str(case.pk)}
        | {name: getattr(case, name) for name in _NAMES}
        | {name: at.isoformat() for name in _MOMENTS if (at := getattr(case, name)) is not None}
        for case in cases
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [json.dumps(rows)])
