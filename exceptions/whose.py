"""Whose cases are whose: the teams of a reader, and the cases that are theirs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import repeat
from typing import Any

from django.db.models import Exists, OuterRef, Q

from approvals.models import Membership
from approvals.waiting import statements
from exceptions.models import Case, FailureClass, Team

STRIDE = 4  # so many lengths of what somebody belongs to share one text
FIRST = 2_000_001_000
NO_TEAM = 0


@dataclass(frozen=True)
class Teams:
    """Those of a workspace by id, read once for everything on a page, and which of them are the reader's."""

    by_id: Mapping[int, Team]
    mine: list[int]

    def give(self, cases: Iterable[Case]) -> None:
        """Set the teams of these cases and of their classes: joins would cost a page more than all its rows."""
        for case in cases:
            self._set(case, "owner", "escalated_to")
            self._set(case.failure_class, "owner", "backup")

    def _set(self, row: Case | FailureClass, *names: str) -> None:
        """One that was made a moment ago is not among them: it is fetched when somebody asks."""
        for name in names:
            if (known := self.by_id.get(getattr(row, f"{name}_id"))) is not None:
                setattr(row, name, known)


def teams(member: Membership) -> Teams:
    """For the member. One query."""
    rows = statements.ask(_teams(), statements.of(member))
    return Teams({row.pk: row for row in rows}, [row.pk for row in rows if row.is_mine])  # type: ignore[attr-defined]


@cache
def _teams() -> statements.Kept[Team]:
    seats = Team.members.through.objects.filter(team=OuterRef("pk"), user=statements.SEAT)
    rows = Team.objects.filter(workspace_id=statements.HOUSE).annotate(is_mine=Exists(seats))
    return statements.keep(rows.order_by("pk"))


def theirs(teams: Sequence[int], user: int) -> Q:
    """Cases of these teams, those they were called to, and those the person holds."""
    return Q(owner__in=teams) | Q(escalated_to__in=teams) | Q(assignee=user)


def stand_ins(many: int) -> list[int]:
    """For so many teams, in statements that are kept."""
    return [FIRST + number for number in range(many)]


def lots(teams: Sequence[int]) -> int:
    """For how many teams a statement is built that these fit into."""
    return max(-(-len(teams) // STRIDE), 1) * STRIDE


def meaning(member: Membership, teams: Sequence[int]) -> Mapping[Any, Any]:
    """What the stand-ins mean for this reader."""
    filled = [*teams, *repeat(NO_TEAM, lots(teams) - len(teams))]
    return statements.of(member) | dict(zip(stand_ins(lots(teams)), filled, strict=True))
