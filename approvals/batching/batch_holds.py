"""Holds on the members of a batch: nobody else works on them meanwhile, and the page renews them while it is open."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from approvals import holds
from approvals.models import Membership

LEASE = timedelta(minutes=5)  # without a script nothing renews it but what one does on the page
# Whoever claims one of them this very moment is waited for: it may be one's own page, and a batch has all that are
# alike. In one order, as everybody who wants several.
STILL = """
WITH next AS (SELECT id FROM approvals_proposal WHERE id = ANY(%(members)s::uuid[]) AND state = 'pending'
              ORDER BY id FOR NO KEY UPDATE)"""
TAKE = STILL + holds.TAKE


def take(*, member: Membership, members: Iterable[UUID], now: datetime) -> set[UUID]:
    """Hold these, or hold them on; returns those that are the member's now. What a colleague holds stays theirs."""
    told: dict[str, Any] = {
        "members": [str(pk) for pk in members], "reviewer": member.user_id, "now": now, "until": now + LEASE,
        "opened": now, "anyway": False,
    }  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, told)
        return {pk for pk, _ in cursor.fetchall()}
