"""Questions known beforehand go to the database together: it answers them in a row, and the page waits for it once.
To wait costs more than a small answer does, since the processor turns to something else in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

from approvals import prepared

Question = tuple[str, Sequence[Any] | Mapping[str, Any]]
Rows = list[tuple[Any, ...]]

_KNOWN: ContextVar[dict[Any, Rows] | None] = ContextVar("foreseen", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Within, a question that was foreseen has its answer already. For what only reads: a page while it is drawn."""
    if _KNOWN.get() is not None:
        yield
        return
    token = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(token)


def ask(*questions: Question | None) -> None:
    """Have these answered for whoever asks them later; None stands for one that nobody will ask. Does nothing outside
    `together`. Raises what the first of them that fails would raise.
    """
    known = _KNOWN.get()
    if known is None:
        return
    new = {_key(*asked): asked for asked in questions if asked is not None}
    new = {key: asked for key, asked in new.items() if key not in known}
    if new:
        known.update(zip(new, _answers(list(new.values())), strict=True))


def rows(text: str, given: Sequence[Any] | Mapping[str, Any] = ()) -> Rows:
    """What the database answers, or has answered ahead."""
    known = _KNOWN.get()
    if known is not None and (found := known.get(_key(text, given))) is not None:
        return found
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
    with connection.wrap_database_errors, told.pipeline():
        for cursor, question in asked:
            cursor.execute(*question)
        found = [cursor.fetchall() for cursor, _ in asked]
    for cursor, _ in asked:
        cursor.close()
    return found
