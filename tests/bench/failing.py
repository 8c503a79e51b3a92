"""All fails at once: failures of four causes by the thousand, pages with them, failing writes beside good ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from approvals import actors
from exceptions import opening
from exceptions.models import Case
from tests.bench import executing, pages, site
from tests.bench.site import Latency
from tests.people import Company

BATCH = 100  # as many as a worker records at once
CAUSES = (
    ("posting.period_closed", "The period {month} is closed"),
    ("posting.unknown_vendor", "The books do not know the vendor “Papier {number}”"),
    ("integration.timeout", "No answer after 30 s (request {number})"),
    ("posting.refused", "Amount {number}.00 is above what the account allows"),
)
REFUSING = """
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the ledger is being closed' USING ERRCODE = 'check_violation'; END $$;
CREATE OR REPLACE TRIGGER refuses BEFORE INSERT ON expenses FOR EACH ROW EXECUTE FUNCTION refuse();
"""
ACCEPTING = "DROP TRIGGER IF EXISTS refuses ON expenses"


@dataclass(frozen=True)
class Flood:
    """What became of it. Rates are per second."""

    cases: int
    failures: int
    recording: float
    pages: dict[str, Latency]


def flood(company: Company, *, many: int, looks: int = 50) -> Flood:
    """So many failures, a batch to a transaction, with a ledger entry for each."""
    batches = [range(first, min(first + BATCH, many)) for first in range(0, many, BATCH)]

    def arrive() -> None:
        for batch in batches:
            _arrive(company, batch)

    seconds = site.seconds(arrive)
    found = Case.objects.filter(workspace=company.workspace, total_count__gte=many // len(CAUSES))
    case = found[0]
    client = Client()
    client.force_login(company.olu.user, backend=site.BACKEND)
    slug = company.workspace.slug
    seen = {
        "queue of cases": reverse("cases", args=[slug]),
        "page of a case": reverse("case", args=[slug, case.public_id]),
    }
    latencies = {name: pages.measured(client, [url] * looks) for name, url in seen.items()}
    return Flood(found.count(), sum(row.total_count for row in found), many / seconds, latencies)


def _arrive(company: Company, numbers: range) -> None:
    with transaction.atomic():
        opening.open_many(
            failures=[_failure(company, number) for number in numbers],
            actor=actors.worker("bench"),
            now=timezone.now(),
        )


def _failure(company: Company, number: int) -> opening.Failure:
    code, words = CAUSES[number % len(CAUSES)]
    return opening.Failure(
        company.workspace, code, words.format(number=1000 + number, month=f"{2000 + number % 20}-10"),
        execution=UUID(int=number), amount=Decimal(number % 1000), currency="EUR", connector="books",
        operation="books.post_expense",
    )  # fmt: skip


@contextmanager
def refusing_books() -> Iterator[None]:
    """Within, the books refuse every write."""
    with psycopg.connect(settings.BOOKS_ADMIN_URL, autocommit=True) as owner:
        owner.execute(REFUSING)
        yield
        owner.execute(ACCEPTING)


def pace(company: Company, *, many: int) -> tuple[float, float]:
    """Executions a second that succeed, and that fail and lie in a case."""
    good = executing.measure(company, many=many, runs=1).executing
    with refusing_books():
        bad = executing.measure(company, many=many, runs=1, ending="failed").executing
    return good, bad
