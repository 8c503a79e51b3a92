"""How much is stuck: a statement or two, whatever the size of the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.db.models import QuerySet

from approvals import prepared, questions, wording
from approvals.models import LaneAudit, Membership
from approvals.waiting import statements
from approvals.wording import CAP
from exceptions import whose
from exceptions.models import Case
from exceptions.models.case import State

WEIGHED = 500  # cases whose money is added up for the head of the list
_MONEY = """
SELECT kept.key, sum(kept.value::numeric) FROM (
    SELECT money FROM exceptions_case WHERE workspace_id = %s AND state <> 'resolved'
    ORDER BY next_escalation_at, id LIMIT %s
) AS urgent, jsonb_each_text(urgent.money) AS kept GROUP BY kept.key
"""


@dataclass(frozen=True)
class Counts:
    """How many, each counted up to a thousand. ``late``: the owner did not come, and the backup was called."""

    all: int = 0
    late: int = 0
    mine: int = 0
    unacknowledged: int = 0
    audits: int = 0  # writes that passed by themselves and are to be looked at again

    def rail(self) -> dict[str, str]:
        """What the rail of every page says, and the head of the review queue."""
        return {"all": _told(self.all), "late": _told(self.late), "audits": _told(self.audits)}


def unresolved(member: Membership) -> QuerySet[Case]:
    """Everything that is not settled, in the workspace."""
    return Case.objects.filter(workspace_id=member.workspace_id).exclude(state=State.RESOLVED)


def of(member: Membership, teams: Sequence[int]) -> Counts:
    """For a page of exceptions; ``teams`` are the reader's."""
    return Counts(*statements.counts(_everything(whose.lots(teams)), whose.meaning(member, teams)))


def for_rail(member: Membership) -> Counts:
    """For every other page."""
    ((every, late, audits),) = questions.rows(*asked(member))
    return Counts(every, late, audits=audits)


def asked(member: Membership) -> questions.Question:
    """What `for_rail` asks."""
    return statements.counting([*_rail(), _unjudged()], statements.of(member))


def waiting_money(member: Membership) -> list[tuple[Decimal, str]]:
    """Money behind the most urgent unresolved cases of the workspace: an amount for each currency, largest first."""
    with prepared.cursor() as cursor:
        cursor.execute(_MONEY, [member.workspace_id, WEIGHED])
        return sorted(
            ((amount, name) for name, amount in cursor.fetchall()), key=lambda row: (-row[0], row[1])
        )


def capped(several: Sequence[QuerySet[Case]]) -> list[int]:
    """How many rows each finds, up to a thousand and one, in one statement."""
    if not several:
        return []
    return list(statements.counts([_capped(rows.order_by()) for rows in several], {}))


@cache
def _rail() -> list[statements.Kept[Any]]:
    rows = unresolved(statements.ANYBODY).order_by()
    return [_capped(rows), _capped(rows.filter(state=State.OPEN, escalated_to__isnull=False))]


@cache
def _unjudged() -> statements.Kept[Any]:
    rows = LaneAudit.objects.filter(workspace_id=statements.HOUSE, judged_at__isnull=True)
    return statements.keep(rows.values("pk")[: CAP + 1])


@lru_cache(maxsize=64)
def _everything(teams: int) -> list[statements.Kept[Any]]:
    rows = unresolved(statements.ANYBODY).order_by()
    mine = rows.filter(whose.theirs(whose.stand_ins(teams), statements.SEAT))
    return [*_rail(), _capped(mine), _capped(rows.filter(state=State.OPEN))]


def _capped(rows: QuerySet[Case]) -> statements.Kept[Any]:
    return statements.keep(rows.values("pk")[: CAP + 1])


def _told(count: int) -> str:
    return wording.capped(count) if count else ""
