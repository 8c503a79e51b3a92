"""How many wait, by view and by saved view: a query or two, whatever the size of the queue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Q, QuerySet

from approvals import wording
from approvals.models import Membership, Proposal
from approvals.models.workspace import Role
from approvals.waiting import offers, queue, statements
from approvals.waiting.filters import condition, ends
from approvals.waiting.places import ALL, ASIDE, GIVEN, HELD, MINE, SECOND, SETTLED, Place
from approvals.waiting.statements import ANYBODY, NOW
from approvals.wording import CAP

FEW = 99  # of a queue longer than `CAP`, what is one's own is counted so far: the pages wait for it
COUNT = "(SELECT count(*) FROM ({rows}) AS {name}_rows) AS {name}"
SIGNED = (
    "(SELECT count(*) FROM (SELECT 1 FROM ({rows}) AS looked WHERE second LIMIT {many}) AS found) AS second"
)
OWN = """
SELECT count(*) AS mine, count(*) FILTER (WHERE signed) AS second, count(*) FILTER (WHERE given) AS given
FROM ({rows}) AS own_rows"""


@dataclass(frozen=True)
class Counts:
    """How many wait, counted up to `CAP`; what is one's own in a longer queue only up to ``own_cap``."""

    mine: int = 0
    second: int = 0
    given: int = 0
    all: int = 0
    aside: int = 0
    held: int = 0
    own_cap: int = CAP

    def told(self, name: str) -> str:
        """One of them in words: "12", "99+"."""
        return wording.capped(getattr(self, name), self.own_cap if name in (MINE, SECOND, GIVEN) else CAP)


def counts(member: Membership, now: datetime) -> Counts:
    """Two queries, or one where nothing waits or somebody only reads."""
    found, more = _begun(member, now)
    if more is None:
        return Counts(**found)
    cap = {"own_cap": FEW} if found[ALL] > CAP else {}
    return Counts(**found, **more.found(member, now), **cap)


def asked_first(member: Membership, now: datetime) -> statements.Built:
    """The first of those queries."""
    return _first(member).asked(member, now)


def asked_then(member: Membership, now: datetime) -> statements.Built | None:
    """The second, when the first is answered."""
    _, more = _begun(member, now)
    return more.asked(member, now) if more else None


def mine(member: Membership, now: datetime) -> int:
    """For the rail, which says little: up to a hundred."""
    return _rail(FEW + 1).found(member, now)[MINE] if member.may(Role.REVIEWER) else 0


def _first(member: Membership) -> statements.Figures:
    return _everybodys(CAP + 1) if member.may(Role.REVIEWER) else _readers(CAP + 1)


def _begun(member: Membership, now: datetime) -> tuple[dict[str, int], statements.Figures | None]:
    """What the first query says, and which is the second."""
    found = _first(member).found(member, now)
    twos, gifts = found.pop("twos", 0), found.pop("gifts", 0)
    return found, _then(member, found[ALL], bool(twos or gifts))


def _then(member: Membership, everything: int, beyond: bool) -> statements.Figures | None:
    """What is left to ask of one's own."""
    if not everything or not member.may(Role.REVIEWER):
        return None
    if everything <= CAP:
        return _own(CAP + 1)
    return _beyond(FEW + 1, queue.WINDOW) if beyond else _rail(FEW + 1)


@cache
def _rail(many: int) -> statements.Figures:
    return _figures({MINE: _rows(MINE)[:many]})


@cache
def _readers(many: int) -> statements.Figures:
    return _figures({name: _rows(name)[:many] for name in (ALL, HELD)})


@cache
def _everybodys(many: int) -> statements.Figures:
    rows = {name: _rows(name)[:many] for name in (ALL, HELD, ASIDE)}
    rows["twos"] = _rows(ALL).filter(quorum__gt=1)[:1]
    rows["gifts"] = _rows(ALL).filter(Exists(offers.given_to(ANYBODY, NOW)))[:1]
    return _figures(rows)


@cache
def _own(many: int) -> statements.Figures:
    given = Exists(offers.given_to(ANYBODY, NOW))
    own = queue.view(ANYBODY, MINE, NOW).order_by().annotate(signed=_flag(_signed()), given=given)
    text, values = statements.built_to_keep(own.values("signed", "given")[:many], statements.UNSEEN)
    return statements.Figures((OWN.format(rows=text), values), (MINE, SECOND, GIVEN))


@cache
def _beyond(many: int, window: int) -> statements.Figures:
    """What needs several signatures is looked through for those that have one, as the list itself does."""
    second = _flag(_signed() & offers.is_offered(ANYBODY, NOW))
    twos = (
        queue.view(ANYBODY, ALL, NOW).filter(quorum__gt=1).annotate(second=second).values("second")[:window]
    )
    looked, more = statements.built_to_keep(twos, statements.UNSEEN)
    own = _figures({name: _rows(name)[:many] for name in (MINE, GIVEN)})
    text, given = own.built
    return statements.Figures(
        (f"{text}, {SIGNED.format(rows=looked, many=many)}", (*given, *more)), (*own.names, SECOND)
    )


def _signed() -> Q:
    return Q(quorum__gt=1) & Q(offers.signed_once())


def _flag(true: Q) -> ExpressionWrapper:
    return ExpressionWrapper(true, output_field=BooleanField())


def _rows(name: str) -> QuerySet[Proposal, Any]:
    return queue.view(ANYBODY, name, NOW).order_by().values("pk")  # whichever thousand: they are only counted


def _figures(rows: Mapping[str, QuerySet[Proposal, Any]]) -> statements.Figures:
    """Each counted, all in one statement."""
    parts: list[str] = []
    given: tuple[Any, ...] = ()
    for name, wanted in rows.items():
        text, values = statements.built_to_keep(wanted, statements.UNSEEN)
        parts.append(COUNT.format(rows=text, name=name))
        given += values
    return statements.Figures((f"SELECT {', '.join(parts)}", given), tuple(rows))


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
    wanted = condition(place.filters, ends(place.filters, now)) & (
        queue.says(place.search) if place.search else Q()
    )
    return (wanted if place.view == ALL else Q(**{f"is_{place.view}": True}) & wanted) or None
