"""How long after a reviewer's answer the books hold the entry, when nothing else is going on; and the answer itself."""

import time
from dataclasses import dataclass

from approvals.models import Proposal
from runs.models import Execution
from tests import expenses
from tests.bench import site
from tests.bench.plain import COMPANY
from tests.bench.site import Latency
from tests.people import Company

GONE_TO_SLEEP = 1.6  # seconds: by then the worker lingers no more


@dataclass(frozen=True)
class Waits:
    """``deciding`` is the call, with its ring after the commit; ``writing`` is from its end to the entry."""

    deciding: Latency
    writing: Latency


def measure(company: Company, *, many: int = 20, between: float = GONE_TO_SLEEP) -> Waits:
    books = expenses.Books(COMPANY)
    with site.worker():
        proposals = expenses.propose(company.bot, site.fresh(many))
        unread = Proposal.objects.filter(pk__in=expenses.ids(proposals), observed_at__isnull=True)
        site.until(lambda: not unread.exists())
        waits = [_one(company, proposal, books, between) for proposal in proposals]
    books.close()
    return Waits(*(Latency.of(seconds) for seconds in zip(*waits, strict=True)))


def _one(company: Company, proposal: Proposal, books: expenses.Books, between: float) -> tuple[float, float]:
    time.sleep(between)
    deciding = site.seconds(lambda: expenses.approve([proposal], company.maria))

    def written() -> None:
        key = Execution.objects.values_list("write_key", flat=True).get(proposal=proposal)
        # who asks more often takes the time from those who work
        site.until(lambda: books.has_all([key]), every=0.002)

    return deciding, site.seconds(written)
