"""Statements whose plan the database keeps. Planning those of the queue takes twice as long as running them."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Self, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import Database  # type: ignore[attr-defined]
from django.db.backends.utils import CursorWrapper

KEPT = 200  # plans a connection has; who asked for something longest ago gives way
PLACES = re.compile(r"%(?:\((\w+)\)s|s|%)")


def cursor() -> CursorWrapper:
    """As ``connection.cursor()``, for statements that come again: values travel beside the text instead of within it,
    and from its second coming on the text is neither parsed nor planned, unless its values call for another plan.

    What is always the same belongs into the text: a plan made for any value uses no partial index.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]
    here.close_if_health_check_failed()
    here.ensure_connection()
    told = here.connection
    told.prepared_max, told.prepare_threshold = KEPT, 1
    return cast(CursorWrapper, here._prepare_cursor(_Cursor(told)))  # as Django does with its own kind


class _Cursor(Database.RawCursor):
    """Takes a text with the places Django writes. They are looked for once: psycopg does so each time, where a text is
    longer than four thousand characters.
    """

    def execute(self, query: Any, params: Any = None, **told: Any) -> Self:
        if params is None:
            return super().execute(query, **told)
        text, names = _numbered(query)
        given = [params[name] for name in names] if isinstance(params, Mapping) else params
        return super().execute(text, given, **told)


@lru_cache(maxsize=1000)
def _numbered(text: str) -> tuple[bytes, Sequence[str | None]]:
    """The text as PostgreSQL reads it, and the name each number stands for, where places have names."""
    names: list[str | None] = []

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found[1]
        if name is None or name not in names:
            names.append(name)
        return f"${len(names) if name is None else names.index(name) + 1}"

    return PLACES.sub(place, text).encode(), names
