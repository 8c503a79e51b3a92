"""Money of several proposals, added up within a currency and never across."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from approvals import wording
from approvals.models import Proposal


def of(proposals: Iterable[Proposal]) -> list[str]:
    """ "EUR 370.00", "MYR 12.50", in the order of the alphabet; nothing where no money moves."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in proposals:
        if row.amount is not None:
            sums[row.currency] += row.amount
    return [wording.money(sums[currency], currency) for currency in sorted(sums)]
