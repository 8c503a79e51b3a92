"""Moving many cases at once: locked in batches that nobody else holds, moved, called for and recorded together. Those
that are alike are one move.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from approvals import facts_alike, ledger
from approvals.actors import Actor
from exceptions import alike, calls, moved_rows
from exceptions.around import Around
from exceptions.models import Case, Team
from exceptions.targets import Reach

BATCH = 1000
BATCHES = 25  # one sweep does not go on for ever
log = structlog.get_logger(__name__)


@dataclass
class Move:
    """Cases that are alike, on their way: what is done to them, what is told of that, and who is to be called.

    ``case`` stands for all of ``pks``.
    """

    case: Case
    pks: tuple[UUID, ...]
    actor: Actor
    now: datetime
    reach: Reach
    changes: dict[str, Any] = field(default_factory=dict)
    facts: list[facts_alike.OfCases] = field(default_factory=list)
    wanted: list[calls.Wanted] = field(default_factory=list)

    def change(self, **values: Any) -> None:
        """From now on so: only what is in `moved_rows.CHANGED`."""
        for name, value in values.items():
            setattr(self.case, name, value)
        self.changes |= values

    def tell(self, kind: str, **data: Any) -> None:
        """One fact of each for the ledger."""
        fact = ledger.entry(
            workspace_id=self.case.workspace_id, kind=kind, actor=self.actor, at=self.now, data=data
        )  # fmt: skip
        self.facts.append((fact, self.pks))

    def call(self, why: str, team: Team | None, users: Sequence[User], by: Sequence[str]) -> None:
        """These people about each; nobody where there are none."""
        if users:
            self.wanted.append(
                calls.Wanted(self.case, self.case.step, why, team, users, by, alike=self.pks[1:])
            )


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
        with transaction.atomic():
            found = alike.lock(rows, BATCH)
            self.around.give([one.case for one in found])
            moves = [Move(one.case, one.pks, self.actor, self.now, self.reach) for one in found]
            for move in moves:
                self.act(move)
            moved_rows.write([(move.pks, move.changes) for move in moves])
            facts_alike.append(fact for move in moves for fact in move.facts)
            calls.call_many(
                wanted=[call for move in moves for call in move.wanted], now=self.now, actor=self.actor
            )
        return sum(len(one.pks) for one in found)
