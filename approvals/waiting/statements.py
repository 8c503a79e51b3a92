"""Queries built once and asked again with other values. Building those of the queue costs more than running them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from approvals import questions
from approvals.models import Membership, Proposal
from approvals.models.workspace import Role
from approvals.waiting import making

NOW = datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
STAND_INS = range(2_000_000_000, 2_100_000_000)
HOUSE, SEAT, LANE = 2_000_000_011, 2_000_000_033, 2_000_000_087
ITEM = UUID("00000000-0000-7000-8000-0000002000a7")
WORD, NAME, MANY = "a word nobody says", "a name nobody has", "ids nobody has"
ANYBODY = Membership(workspace_id=HOUSE, user_id=SEAT, roles=[Role.REVIEWER])
EDGE = Proposal(pk=UUID("00000000-0000-7000-8000-0000002000b3"), expires_at=NOW.replace(year=2))
EDGE.risk_rank, EDGE.stake = 2_000_000_099, Decimal("2000000111.07")
"""Stands for the reviewer while a statement is built; `NOW` for the moment, the others for what their names say."""

PLACE, PLACES = "%s", re.compile(r"(?<!%)%s")
UNSEEN = "(SELECT %s)"  # where a plan for the very value is never better than the kept one, but looks cheaper
Built = tuple[str, tuple[Any, ...]]
Row = TypeVar("Row")


@dataclass(frozen=True)
class Kept(Generic[Row]):
    """A query that was built, and what makes objects of its rows."""

    built: Built
    make: Callable[[Any], list[Row]]


def keep(rows: QuerySet[Any, Row], place: str = PLACE) -> Kept[Row]:
    """Build a query whose values are the stand-ins above, to be asked with `ask` and `count`."""
    compiler = making.compiler_of(rows)
    return Kept(_settled(*compiler.built(), place), making.maker(rows, compiler))


def ask(kept: Kept[Row], meaning: Mapping[Any, Any]) -> list[Row]:
    """What the query finds when each stand-in means its value."""
    return kept.make(questions.rows(*meant(kept.built, meaning)))


def among(column: str) -> RawSQL:
    """The rows whose ``column`` is one of the ids that `MANY` means, however many those are."""
    return RawSQL(f"{column} = ANY(string_to_array(%s, ',')::uuid[])", [MANY], BooleanField())  # noqa: S611


def within(column: str, few: QuerySet[Any, Any]) -> RawSQL:
    """The rows whose ``column`` is one of those few ids, looked up one by one; a plan for any values would otherwise
    read all rows to join them.
    """
    text, given = built_to_keep(few)
    return RawSQL(f"{column} = ANY(ARRAY({text}))", given, BooleanField())  # noqa: S611


def ids(of: Iterable[UUID]) -> dict[Any, Any]:
    """What `MANY` means."""
    return {MANY: ",".join(one.hex for one in of)}


def items(many: int) -> list[UUID]:
    """Stand-ins for so many items."""
    return [UUID(int=ITEM.int + number) for number in range(many)]


def first(kept: Kept[Row], meaning: Mapping[Any, Any]) -> Row | None:
    """Of a query that ends after one row."""
    return next(iter(ask(kept, meaning)), None)


def count(kept: Kept[Any], meaning: Mapping[Any, Any]) -> int:
    """How many rows the query finds."""
    return counts([kept], meaning)[0]


def counts(several: Sequence[Kept[Any]], meaning: Mapping[Any, Any]) -> tuple[int, ...]:
    """How many rows each query finds, all asked in one statement."""
    return questions.rows(*counting(several, meaning))[0]


def counting(several: Sequence[Kept[Any]], meaning: Mapping[Any, Any]) -> Built:
    """That statement."""
    text = _counted(tuple(kept.built[0] for kept in several))
    return text, tuple(value for kept in several for value in _meant(kept.built[1], meaning))


@lru_cache(maxsize=100)
def _counted(texts: Sequence[str]) -> str:
    return f"SELECT {', '.join(f'(SELECT count(*) FROM ({text}) AS counted)' for text in texts)}"  # noqa: S608


def of(member: Membership, now: datetime | None = None) -> dict[Any, Any]:
    """What the stand-ins mean for this member, at this moment."""
    return {HOUSE: member.workspace_id, SEAT: member.user_id, NOW: now}


def built(rows: QuerySet[Any, Any]) -> Built:
    """The text of a query and what goes into it."""
    text, given = rows.query.sql_with_params()
    return text, tuple(given)


def built_to_keep(rows: QuerySet[Any, Any], place: str = PLACE) -> Built:
    """The text of a query whose values are stand-ins, and those of them that go into it; each at its ``place``."""
    return _settled(*rows.query.sql_with_params(), place)


def meant(statement: Built, meaning: Mapping[Any, Any]) -> Built:
    """The statement when each stand-in means its value."""
    text, given = statement
    return text, tuple(_meant(given, meaning))


def _settled(text: str, given: Sequence[Any], place: str = PLACE) -> Built:
    """With whatever is no stand-in in the text: the database then keeps its plan, and sees which partial indexes hold
    all it asks for.
    """
    before, *pieces = PLACES.split(text)
    places = [place if _stands(value) else _literal(value) for value in given]
    text = before + "".join(put + piece for put, piece in zip(places, pieces, strict=True))
    return text, tuple(value for value in given if _stands(value))


def edge(row: Proposal) -> dict[Any, Any]:
    """What `EDGE` means where rows are compared with this one."""
    return {getattr(EDGE, name): getattr(row, name) for name in ("pk", "expires_at", "risk_rank", "stake")}


@dataclass(frozen=True)
class Figures:
    """A statement that finds one row of figures, and their names."""

    built: Built
    names: tuple[str, ...]

    def asked(self, member: Membership, now: datetime) -> Built:
        """What it asks for this member at this moment."""
        return meant(self.built, of(member, now))

    def found(self, member: Membership, now: datetime) -> dict[str, int]:
        return dict(zip(self.names, questions.rows(*self.asked(member, now))[0], strict=True))


def _stands(value: Any) -> bool:
    """Whether it is one of those above, or of the same making."""
    match value:
        case bool():
            return False
        case int() | Decimal():
            return int(value) in STAND_INS
        case datetime():
            return value.year < 100
        case UUID():
            return value.int >> 32 == ITEM.int >> 32
        case list() | tuple():
            return any(_stands(each) for each in value)
    return isinstance(value, str) and (WORD in value or value in (NAME, MANY))


def _literal(value: Any) -> str:
    connection.ensure_connection()
    operations: Any = connection.ops
    return str(operations.compose_sql("%s", [value])).replace("%", "%%")


def _meant(given: Sequence[Any], meaning: Mapping[Any, Any]) -> list[Any]:
    return [
        _meant(value, meaning) if isinstance(value, list) else meaning.get(value, value) for value in given
    ]
