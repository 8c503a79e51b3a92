"""Statements whose plan the database keeps. Planning those of the queue takes twice as long as running them."""

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper

KEPT = 200  # plans a connection has; who asked for something longest ago gives way


def cursor() -> CursorWrapper:
    """As ``connection.cursor()``, for statements that come again: values travel beside the text instead of within it,
    and from its second coming on the text is neither parsed nor planned, unless its values call for another plan.

    What is always the same belongs into the text: a plan made for any value uses no partial index.
    """
    connection.ensure_connection()
    told = connection.connection
    told.prepared_max, told.prepare_threshold = KEPT, 1
    ours, told.cursor_factory = told.cursor_factory, ServerBindingCursor
    try:
        return connection.cursor()
    finally:
        told.cursor_factory = ours
