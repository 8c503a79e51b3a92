"""From which rows a claim takes the first: built once where everybody asks in the same words, anew where not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet

from approvals.models import Membership, Proposal
from approvals.waiting import keyset, queue, statements
from approvals.waiting.places import Place
from approvals.waiting.statements import Built

STRIDE = 8  # so many lengths of what is left out share one text


class Choice(Protocol):
    """Rows in an order."""

    def first(self, want: int, besides: Sequence[UUID]) -> Built | None:
        """The question for the ids of the first ``want`` rows but these; None where there can be none."""


@dataclass(frozen=True)
class Anew:
    """Any rows."""

    rows: QuerySet[Proposal]
    now: datetime

    def first(self, want: int, besides: Sequence[UUID]) -> Built | None:
        try:
            return statements.built(_narrowed(self.rows, besides, self.now)[:want])
        except EmptyResultSet:  # as Django sees without asking
            return None


@dataclass(frozen=True)
class Kept:
    """A whole view in an order, or what stands behind a row of it."""

    member: Membership
    view: str
    order: str
    now: datetime
    last: Proposal | None

    def first(self, want: int, besides: Sequence[UUID]) -> Built | None:
        many = -(-len(besides) // STRIDE) * STRIDE
        padded = [*besides, *repeat(besides[0], many - len(besides))] if besides else []
        meaning = dict(zip(statements.items(many), padded, strict=True))
        meaning |= statements.of(self.member, self.now)
        if self.last is not None:
            meaning |= statements.edge(self.last)
        return statements.meant(_first(self.view, self.order, self.last is not None, many, want), meaning)


def onward(member: Membership, place: Place, now: datetime, last: Proposal | None) -> list[Choice]:
    """The rows of a place behind ``last``, and then all of them."""
    if queue.is_kept(member, place):
        return [
            Kept(member, place.view, place.order, now, edge) for edge in ([last, None] if last else [None])
        ]
    everything = queue.rows_of(member, place, now)
    behind = [_behind(everything, place, last)] if last else []
    return [Anew(rows, now) for rows in (*behind, everything)]


@lru_cache(maxsize=256)
def _first(view: str, order: str, behind: bool, besides: int, want: int) -> Built:
    rows = queue.view(statements.ANYBODY, view, statements.NOW, order)
    if behind:
        rows = _behind(rows, Place(view=view, order=order), statements.EDGE)
    return statements.built_to_keep(_narrowed(rows, statements.items(besides), statements.NOW)[:want])


def _behind(rows: QuerySet[Proposal], place: Place, last: Proposal) -> QuerySet[Proposal]:
    return rows.filter(Q(keyset.compared(place.columns, keyset.BEHIND, last)))


def _narrowed(rows: QuerySet[Proposal], besides: Sequence[UUID], now: datetime) -> QuerySet[Proposal, Any]:
    read_elsewhere = Q(hold__until__gt=now, hold__opened_at__isnull=False)
    return rows.exclude(pk__in=besides).exclude(read_elsewhere).values("id")
