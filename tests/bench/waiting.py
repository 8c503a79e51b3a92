"""How long after a reviewer's answer (the call included) the books hold the entry, when nothing else is going on."""

import time

from approvals.models import Proposal
from runs.models import Execution
from tests import expenses
from tests.bench import site
from tests.bench.plain import COMPANY
from tests.bench.site import Latency
from tests.people import Company

GONE_TO_SLEEP = 1.6  # seconds: by then the worker lingers no more


def measure(company: Company, *, many: int = 20, between: float = GONE_TO_SLEEP) -> Latency:
    books = expenses.Books(COMPANY)
    with site.worker():
        proposals = expenses.propose(company.bot, site.fresh(many))
        unread = Proposal.objects.filter(pk__in=expenses.ids(proposals), observed_at__isnull=True)
        site.until(lambda: not unread.exists())
        waits = [_one(company, proposal, books, between) for proposal in proposals]
    books.close()
    return Latency.of(waits)


def _one(company: Company, proposal: Proposal, books: expenses.Books, between: float) -> float:
    time.sleep(between)

    def decided_and_written() -> None:
        expenses.approve([proposal], company.maria)
        key = Execution.objects.values_list("write_key", flat=True).get(proposal=proposal)
        site.until(lambda: books.has_all([key]), every=0.0005)

    return site.seconds(decided_and_written)
