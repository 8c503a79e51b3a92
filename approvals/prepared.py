"""Statements whose plan the database keeps. Planning those of the queue takes twice as long as running them."""

from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper

KEPT = 200  # plans a connection has; who asked for something longest ago gives way


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
    kind: Any = ServerBindingCursor
    return cast(CursorWrapper, here._prepare_cursor(kind(told)))  # as Django does with its own kind
