"""Queries built once and asked again with other values. Building those of the queue costs more than running them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from approvals.models import Membership
from approvals.models.workspace import Role

NOW = datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
_HOUSE, _SEAT = 2_000_000_011, 2_000_000_033
ANYBODY = Membership(workspace_id=_HOUSE, user_id=_SEAT, roles=[Role.REVIEWER])
"""Stands for the reviewer while a statement is built; `NOW` for the moment."""

Built = tuple[str, tuple[Any, ...]]


def built(rows: QuerySet[Any, Any]) -> Built:
    """The text of a query and what goes into it."""
    text, given = rows.query.sql_with_params()
    return text, tuple(given)


def answer(statement: Built, member: Membership, now: datetime) -> dict[str, int]:
    """The one row of figures a statement gives for this member at this moment."""
    text, given = statement
    with connection.cursor() as cursor:
        cursor.execute(text, _meant(given, {_HOUSE: member.workspace_id, _SEAT: member.user_id, NOW: now}))
        names = [column.name for column in cursor.description or ()]
        return dict(zip(names, cursor.fetchone() or (), strict=True))


def _meant(given: Sequence[Any], meaning: dict[Any, Any]) -> list[Any]:
    return [
        _meant(value, meaning)
        if isinstance(value, list)
        else meaning.get(value, value)
        if isinstance(value, int | datetime)
        else value
        for value in given
    ]
