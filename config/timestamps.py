"""Moments out of the database. A page reads hundreds; Django's way to one of them is a pattern and nine numbers."""

from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format
from psycopg.types.datetime import TimestamptzLoader


class Moment(Loader):
    """The same moments as Django's, in a tenth of the time. Django asks for the ``timezone`` it tells them in."""

    timezone = UTC

    def load(self, data: Buffer) -> datetime:
        """Raises psycopg's DataError for what is no moment to Python, such as ``infinity``."""
        try:
            moment = datetime.fromisoformat(str(data, "ascii"))
            return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return TimestamptzLoader(self.oid, self.connection).load(data)


def read_quickly(connection: Any, **_: Any) -> None:
    """Receives Django's ``connection_created``."""
    told: Connection = connection.connection
    kind = told.adapters.types["timestamptz"].oid
    if told.adapters.get_loader(kind, Format.TEXT) is not Moment:
        told.adapters.register_loader(kind, Moment)
