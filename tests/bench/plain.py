"""The plain way to execute: one RQ job per approved row, an idempotent insert, the row marked as done."""

import os
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.utils import timezone

from tests.bench.models import PlainExpense

INSERT = """
INSERT INTO expenses (company, vendor, document, date, currency, net, total, account, write_key)
VALUES (%(company)s, %(vendor)s, %(document)s, %(date)s, %(currency)s, %(total)s, %(total)s, '6815', %(key)s)
ON CONFLICT (write_key) DO NOTHING
"""
COMPANY = "bench"


def post(row_id: int) -> None:
    """The job."""
    row = PlainExpense.objects.get(pk=row_id)
    insert(_books(os.getpid()), row.payload, row.write_key)
    PlainExpense.objects.filter(pk=row_id).update(state="done", done_at=timezone.now())


def insert(books: psycopg.Connection[Any], payload: dict[str, Any], key: str) -> None:
    books.execute(INSERT, payload | {"company": COMPANY, "key": key})


@cache
def _books(process: int) -> psycopg.Connection[Any]:
    """One connection as long as the process lives; a job that is forked has to open its own."""
    return psycopg.connect(settings.BOOKS_DATABASE_URL, autocommit=True)
