"""How many wait, by view and by saved view: a query or two, whatever the size of the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Q, QuerySet

from approvals.models import Membership, Proposal
from approvals.models.workspace import Role
from approvals.waiting import offers, queue, statements
from approvals.waiting.filters import condition
from approvals.waiting.places import ALL, ASIDE, GIVEN, HELD, MINE, SETTLED, Place
from approvals.waiting.statements import ANYBODY, NOW
from approvals.wording import CAP

MANY = CAP + 1
COUNT = "(SELECT count(*) FROM ({rows}) AS {name}_rows) AS {name}"
SIGNED = (
    "(SELECT count(*) FROM (SELECT 1 FROM ({rows}) AS looked WHERE second LIMIT {many}) AS found) AS second"
)
OWN = """
SELECT count(*) AS mine, count(*) FILTER (WHERE signed) AS second, count(*) FILTER (WHERE given) AS given
FROM ({rows}) AS own_rows"""


@dataclass(frozen=True)
class Counts:
    """How many wait, each counted up to a thousand."""

    mine: int = 0
    second: int = 0
    given: int = 0
    all: int = 0
    aside: int = 0
    held: int = 0


def counts(member: Membership, now: datetime) -> Counts:
    """One query: the first thousand of each view. Where more is offered to the member, another for what is second or
    given, if there may be any.
    """
    if not member.may(Role.REVIEWER):
        return Counts(**statements.answer(_readers(MANY), member, now))
    found = statements.answer(_reviewers(MANY), member, now)
    twos, gifts = found.pop("twos"), found.pop("gifts")
    if found[MINE] > CAP and (twos or gifts):
        found |= statements.answer(_beyond(MANY, queue.WINDOW), member, now)
    return Counts(**found)


def mine(member: Membership, now: datetime) -> int:
    """For the rail of pages that say nothing else of the queue."""
    return statements.answer(_rail(MANY), member, now)[MINE] if member.may(Role.REVIEWER) else 0


@cache
def _rail(many: int) -> statements.Built:
    return _figures({MINE: _rows(MINE)[:many]})


@cache
def _readers(many: int) -> statements.Built:
    return _figures({name: _rows(name)[:many] for name in (ALL, HELD)})


@cache
def _reviewers(many: int) -> statements.Built:
    rows = {name: _rows(name)[:many] for name in (ALL, HELD, ASIDE)}
    rows["twos"] = _rows(ALL).filter(quorum__gt=1)[:1]
    rows["gifts"] = _rows(ALL).filter(Exists(offers.given_to(ANYBODY, NOW)))[:1]
    given = Exists(offers.given_to(ANYBODY, NOW))
    own = queue.view(ANYBODY, MINE, NOW).annotate(signed=_flag(_signed()), given=given)
    return _figures(rows, own.values("signed", "given")[:many])


@cache
def _beyond(many: int, window: int) -> statements.Built:
    """What needs several signatures is looked through for those that have one, as the list itself does."""
    second = _flag(_signed() & offers.is_offered(ANYBODY, NOW))
    twos = (
        queue.view(ANYBODY, ALL, NOW).filter(quorum__gt=1).annotate(second=second).values("second")[:window]
    )
    text, given = statements.built(twos)
    more, besides = _figures({GIVEN: _rows(GIVEN)[:many]})
    return f"{more}, {SIGNED.format(rows=text, many=many)}", (*besides, *given)


def _signed() -> Q:
    return Q(quorum__gt=1) & Q(offers.signed_once())


def _flag(true: Q) -> ExpressionWrapper:
    return ExpressionWrapper(true, output_field=BooleanField())


def _rows(name: str) -> QuerySet[Proposal, Any]:
    return queue.view(ANYBODY, name, NOW).values("pk")


def _figures(
    rows: Mapping[str, QuerySet[Proposal, Any]], own: QuerySet[Proposal, Any] | None = None
) -> statements.Built:
    """Each counted, all in one statement."""
    parts: list[str] = []
    given: tuple[Any, ...] = ()
    for name, wanted in rows.items():
        text, values = statements.built(wanted)
        parts.append(COUNT.format(rows=text, name=name))
        given += values
    statement = f"SELECT {', '.join(parts)}"
    if own is not None:
        text, values = statements.built(own)
        statement += f", own.* FROM ({OWN.format(rows=text)}) AS own"
        given += values
    return statement, given


def in_places(member: Membership, places: Sequence[Place], now: datetime) -> list[str]:
    """How many of the first `queue.WINDOW` rows that wait each place shows, "5,000+" where more rows wait than that.
    What is settled is not counted. One query for all of them: each row is looked at once.
    """
    views = {place.view for place in places} - {ALL, SETTLED}
    flags = {name: queue.belongs(member, name, now) for name in views}
    rows = queue.view(member, ALL, now).annotate(
        **{f"is_{name}": _flag(belongs) for name, belongs in flags.items() if belongs is not None}
    )
    asked = {
        f"place_{number}": Count("pk", filter=_shows(place, now))
        for number, place in enumerate(places)
        if place.view == ALL or flags.get(place.view) is not None
    }
    if not asked:
        return ["" if place.view == SETTLED else "0" for place in places]
    found = rows[: queue.WINDOW].aggregate(looked_at=Count("pk"), **asked)
    more = "+" if found["looked_at"] == queue.WINDOW else ""
    told = [f"{found.get(f'place_{number}', 0):,}{more}" for number in range(len(places))]
    return ["" if place.view == SETTLED else text for place, text in zip(places, told, strict=True)]


def _shows(place: Place, now: datetime) -> Q | None:
    """The rows of a place as a condition on flagged ones; None for all of them."""
    wanted = condition(place.filters, now) & (queue.says(place.search) if place.search else Q())
    return (wanted if place.view == ALL else Q(**{f"is_{place.view}": True}) & wanted) or None
