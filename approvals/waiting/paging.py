"""One page of a place: its rows, whether more come behind them, and how many a narrowed place shows."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from approvals.models import Membership, Proposal
from approvals.models.workspace import Role
from approvals.waiting import keyset, narrowing, queue, statements
from approvals.waiting.offers import ORDERS
from approvals.waiting.places import SETTLED, Place

PAGE = 30
COUNTED = 99  # of what passes a filter or a search


@dataclass(frozen=True)
class Page:
    """Rows of one place; ``older`` is where the next page begins. ``windowed`` says that only the first `queue.WINDOW`
    rows that wait were looked through, ``matching`` how many of them a narrowed place shows.
    """

    rows: list[Proposal]
    older: str = ""
    windowed: bool = False
    matching: int = 0


def page(member: Membership, place: Place, now: datetime) -> Page:
    """One page of a place, behind the proposal with the public id ``place.after``."""
    if place.after or place.view == SETTLED or not member.may(Role.REVIEWER):
        return _anew(member, place, now)
    if queue.is_kept(member, place):
        return _cut(statements.ask(_top(place.view, place.order, PAGE + 1), statements.of(member, now)))
    if place.narrowed and queue.named(member, place.search) is None:
        return _narrowed(member, place, now)
    return _anew(member, place, now)


def asked(member: Membership, place: Place, now: datetime) -> statements.Built | None:
    """What `page` asks, where that is known from the beginning."""
    if place.after or not queue.is_kept(member, place):
        return None
    return statements.meant(_top(place.view, place.order, PAGE + 1).built, statements.of(member, now))


def _cut(found: list[Proposal], *, windowed: bool = False, matching: int = 0) -> Page:
    older = found[PAGE - 1].public_id if len(found) > PAGE else ""
    return Page(found[:PAGE], older, windowed, matching)


def _narrowed(member: Membership, place: Place, now: datetime) -> Page:
    """What passes is looked for once, and its first few fetched by their ids."""
    meaning = statements.of(member, now) | narrowing.meaning(place, now)
    edge = None
    if queue.looks_around(place):
        edge = statements.first(_edge(place.view, place.order, queue.WINDOW), meaning)
        meaning |= statements.edge(edge) if edge else {}
    alike = narrowing.shape(place)
    passing = statements.ask(narrowing.near(alike, edge is not None, COUNTED + 1), meaning)
    if place.search:
        passing += statements.ask(narrowing.exact(alike, COUNTED + 1), meaning)
    rows = statements.ask(_first_of(place.order, PAGE + 1), statements.ids(passing)) if passing else []
    return _cut(rows, windowed=edge is not None, matching=min(len({*passing}), COUNTED + 1))


def _anew(member: Membership, place: Place, now: datetime) -> Page:
    within = queue.window(member, place, now)
    rows = queue.rows_within(member, place, now, within)
    last, matching = queue.named(member, place.after), 0
    if place.narrowed:
        passing = list(rows.values_list("pk", flat=True)[: COUNTED + 1])
        matching = len(passing)
        if last is None:
            order = rows.query.order_by
            rows = Proposal.objects.filter(pk__in=passing[: PAGE + 1]).order_by(*order)
    if last is not None:
        rows = rows.filter(queue.compared(place, keyset.BEHIND, last))
    found = list(queue.shown(rows)[: PAGE + 1])
    return _cut(found, windowed=within is not None, matching=matching)


@cache
def _top(view: str, order: str, many: int) -> statements.Kept[Proposal]:
    rows = queue.view(statements.ANYBODY, view, statements.NOW, order)
    return statements.keep(queue.shown(rows)[:many])


@cache
def _edge(view: str, order: str, window: int) -> statements.Kept[Proposal]:
    rows = queue.looked_through(statements.ANYBODY, Place(view=view, order=order), statements.NOW)
    return statements.keep(rows[window - 1 : window])


@cache
def _first_of(order: str, many: int) -> statements.Kept[Proposal]:
    rows = Proposal.objects.filter(statements.among("approvals_proposal.id")).order_by(*ORDERS[order])
    return statements.keep(queue.shown(rows)[:many])
