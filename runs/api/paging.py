"""Pages by key: newest first, stable while rows arrive, the same speed however far one has gone."""

import base64
import binascii
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from runs.api.problems import Fault, refused_body

MARK = b"1"  # the version of the cursor's form
Row = TypeVar("Row", bound=Model)


def page(rows: QuerySet[Row], cursor: str, limit: int) -> tuple[list[Row], str | None]:
    """Up to ``limit`` rows after the cursor, and the cursor of the page that follows, if there is one."""
    if cursor:
        rows = rows.filter(pk__lt=read(cursor))
    found = list(rows.order_by("-pk")[: limit + 1])
    return found[:limit], show(found[limit - 1].pk) if len(found) > limit else None


def show(key: UUID) -> str:
    return base64.urlsafe_b64encode(MARK + key.bytes).rstrip(b"=").decode()


def read(cursor: str) -> UUID:
    """The key in a cursor. Raises `Problem` 422."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 17 or not raw.startswith(MARK):
        remedy = "send next_cursor of the page before, unchanged, or none to begin again"
        raise refused_body(Fault("The cursor is none of ours", remedy, parameter="cursor"))
    return UUID(bytes=raw[1:])
