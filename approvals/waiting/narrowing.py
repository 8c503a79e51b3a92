"""Narrowed places in kept words: whatever was typed stands beside the statement, what was chosen stands in it."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from approvals import ids
from approvals.models import Proposal
from approvals.waiting import queue, statements
from approvals.waiting.filters import condition, ends
from approvals.waiting.places import Place
from approvals.waiting.statements import ANYBODY, EDGE, ITEM, NOW, WORD

SHAPES = 60  # that a process remembers, at 130 kB; who was asked for longest ago gives way
ENDS_AT = NOW.replace(year=4)
LEAST, MOST = Decimal("-2000000121.07"), Decimal("-2000000123.07")  # a stake is less for more
AGENT = UUID(int=ITEM.int + 1_000_003)
TYPED = ("tool", "currency", "workflow")
PATTERNS = ("{}%", "%{}%", "%:{}%")  # in which `queue.says` looks for a word


def shape(place: Place) -> Place:
    """The place with a stand-in for all that was typed; as many are alike as were narrowed alike."""
    wanted = place.filters
    typed: dict[str, Any] = {name: _word(name) for name in TYPED if getattr(wanted, name)}
    if wanted.agent:
        typed["agent"] = ids.show("agent", AGENT)
    if wanted.least is not None:
        typed["least"] = LEAST
    if wanted.most is not None:
        typed["most"] = MOST
    return replace(place.top(), search=WORD if place.search else "", filters=replace(wanted, **typed))


def meaning(place: Place, now: datetime) -> dict[Any, Any]:
    """What the stand-ins of its shape mean."""
    wanted = place.filters
    known: dict[Any, Any] = {_word(name): getattr(wanted, name) for name in TYPED}
    known |= _said(place.search) | {ENDS_AT: ends(wanted, now)}
    if wanted.agent:
        known[AGENT] = ids.read("agent", wanted.agent)
    for stand_in, amount in ((LEAST, wanted.least), (MOST, wanted.most)):
        known |= {-stand_in: -amount} if amount is not None else {}
    return known


@lru_cache(maxsize=SHAPES)
def near(shape: Place, windowed: bool, many: int) -> statements.Kept[UUID]:
    """The first rows of such a place, within the window that ends with `EDGE` where there is one."""
    rows = _rows(shape)
    rows = rows.filter(queue.says(WORD)) if shape.search else rows
    rows = rows.filter(queue.up_to(shape, EDGE)) if windowed else rows
    return statements.keep(rows.values_list("pk", flat=True)[:many])


@lru_cache(maxsize=SHAPES)
def exact(shape: Place, many: int) -> statements.Kept[UUID]:
    """Those of the whole view whose subject is the very word."""
    return statements.keep(_rows(shape).filter(subject=WORD).values_list("pk", flat=True)[:many])


def _rows(shape: Place) -> QuerySet[Proposal]:
    passes = condition(shape.filters, ENDS_AT if shape.filters.due else None)
    return queue.view(ANYBODY, shape.view, NOW, shape.order).filter(passes)


def _word(name: str) -> str:
    return f"{WORD} as a {name}"


def _said(text: str) -> dict[str, str]:
    literally = connection.ops.prep_for_like_query(text)
    return {WORD: text} | {pattern.format(WORD): pattern.format(literally) for pattern in PATTERNS}
