"""What the owner of the books does: tables and rights, and the master data of a company. Never done by a worker."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import Any
from unicodedata import normalize

import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

_ONE_AT_A_TIME = 7_242_667  # an advisory lock of ours: two set-ups at once would trip over each other
_INSERTABLE = ("company", "vendor", "document", "date", "currency", "net", "tax", "total", "account", "description",
               "write_key", "voids")  # fmt: skip
_RIGHTS = (
    "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {poster}",
    "GRANT USAGE ON SCHEMA public TO {poster}",
    "GRANT SELECT ON vendors, accounts, periods, expenses, standing_documents TO {poster}",
    "GRANT INSERT ({columns}) ON expenses TO {poster}",
)


@dataclass(frozen=True)
class Period:
    """From ``starts_on`` to ``ends_on``; announced to close on ``closes_on``; closed when ``closed_at`` is set."""

    starts_on: date
    ends_on: date
    closes_on: date
    closed_at: datetime | None = None


def prepare(admin_url: str) -> None:
    """Tables, laws and the poster's rights, as this version wants them. Harmless to repeat."""
    poster = sql.Identifier(str(conninfo_to_dict(settings.BOOKS_DATABASE_URL).get("user") or "books_poster"))
    columns = sql.SQL(", ").join(map(sql.Identifier, _INSERTABLE))
    schema = resources.files("runs.connectors.books").joinpath("schema.sql").read_bytes()
    with psycopg.connect(admin_url) as books:
        books.execute("SET LOCAL client_min_messages = warning")
        books.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        books.execute(schema)
        for right in _RIGHTS:
            books.execute(sql.SQL(right).format(poster=poster, columns=columns))


def seed(
    company: str,
    vendors: Iterable[Mapping[str, Any]],
    accounts: Iterable[Mapping[str, Any]],
    periods: Iterable[Period],
    *,
    admin_url: str = "",
) -> None:
    """A company's master data: vendors and accounts are brought up to date, periods that exist are left alone."""
    with psycopg.connect(admin_url or settings.BOOKS_ADMIN_URL) as books, books.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO accounts VALUES (%s, %s, %s) ON CONFLICT (company, code) DO UPDATE SET name = excluded.name",
            [(company, account["code"], account["name"]) for account in accounts],
        )
        cursor.executemany(
            "INSERT INTO vendors (company, name, aliases, account, currency, country) VALUES (%s, %s, %s, %s, %s, %s) "
            "ON CONFLICT (company, name) DO UPDATE SET aliases = excluded.aliases, account = excluded.account, "
            "currency = excluded.currency, country = excluded.country",
            [(company, *_vendor(vendor)) for vendor in vendors],
        )
        cursor.executemany(
            "INSERT INTO periods VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [(company, p.starts_on, p.ends_on, p.closes_on, p.closed_at) for p in periods],
        )


def months(*, since: date, open_from: date, until: date) -> Iterator[Period]:
    """Calendar months up to the one of ``until``: closed before ``open_from``, the others with the year's accounts."""
    start = since.replace(day=1)
    while start <= until:
        following = (start + timedelta(days=31)).replace(day=1)
        closes_on = date(start.year + 1, 1, 31)
        closed_at = datetime(following.year, following.month, 15, tzinfo=UTC) if start < open_from else None
        yield Period(start, following - timedelta(days=1), closes_on, closed_at)
        start = following


def _vendor(vendor: Mapping[str, Any]) -> tuple[Any, ...]:
    """In the Unicode spelling arguments arrive in."""
    aliases = [normalize("NFC", alias) for alias in vendor.get("aliases", [])]
    return normalize("NFC", vendor["name"]), aliases, vendor["account"], vendor["currency"], vendor["country"]
