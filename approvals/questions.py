"""Questions known beforehand go to the database together: it answers them in a row, and the page waits for it once.
To wait costs more than a small answer does, since the processor turns to something else in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import Error, connection

from approvals import prepared

Question = tuple[str, Sequence[Any] | Mapping[str, Any]]
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class _Noted:
    """What will be asked, and what has been answered."""

    waiting: dict[Any, Question] = field(default_factory=dict)
    answered: dict[Any, Rows] = field(default_factory=dict)


_NOTED: ContextVar[_Noted | None] = ContextVar("questions", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Within, a question that was noted is asked with the others that were, and once. For what only reads: a page
    while it is drawn.
    """
    if _NOTED.get() is not None:
        yield
        return
    token = _NOTED.set(_Noted())
    try:
        yield
    finally:
        _NOTED.reset(token)


def note(*questions: Question | None) -> None:
    """These are going to be asked; None stands for one that nobody will ask. Does nothing outside `together`."""
    noted = _NOTED.get()
    if noted is not None:
        keyed = {_key(*question): question for question in questions if question is not None}
        noted.waiting.update({key: one for key, one in keyed.items() if key not in noted.answered})


def rows(text: str, given: Sequence[Any] | Mapping[str, Any]) -> Rows:
    """What the database answers. The first noted question that is asked takes all others along, and raises what the
    first of them that fails would raise.
    """
    noted = _NOTED.get()
    if noted is None:
        return _alone(text, given)
    key = _key(text, given)
    if key in noted.waiting:
        noted.answered.update(zip(noted.waiting, _answers(list(noted.waiting.values())), strict=True))
        noted.waiting.clear()
    found = noted.answered.get(key)
    return _alone(text, given) if found is None else found


def _alone(text: str, given: Sequence[Any] | Mapping[str, Any]) -> Rows:
    with prepared.cursor() as cursor:
        cursor.execute(text, given)
        return cursor.fetchall()


def _key(text: str, given: Sequence[Any] | Mapping[str, Any]) -> Any:
    values = tuple(given.items() if isinstance(given, Mapping) else given)
    try:
        hash(values)
    except TypeError:  # a list among them
        return text, repr(values)
    return text, values


def _answers(questions: Sequence[Question]) -> list[Rows]:
    asked = [(prepared.cursor(), question) for question in questions]  # made first: that may connect anew
    told: Any = connection.connection
    try:
        with connection.wrap_database_errors, told.pipeline():
            for cursor, question in asked:
                cursor.execute(*question)
            return [cursor.fetchall() for cursor, _ in asked]
    except Error:
        _forget_plans()
        raise
    finally:
        for cursor, _ in asked:
            cursor.close()


def _forget_plans() -> None:
    """After a failure psycopg believes in plans that the database, which passed over whatever came behind, never made.
    A transaction's end makes it forget them; where there is none, this does.
    """
    if not connection.in_atomic_block:
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("DEALLOCATE ALL")
