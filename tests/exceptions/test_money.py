"""Money at risk: kept with the case, and always what its open failures add up to."""

from decimal import Decimal

from django.utils import timezone

from exceptions import cases, money, resolutions
from tests.exceptions.conftest import WORKER
from tests.people import Company


def test_a_case_knows_the_money_behind_its_open_failures_by_currency(northwind: Company) -> None:
    for amount, currency in [("10.00", "EUR"), ("-2.50", "EUR"), ("900", "MYR")]:
        case = cases.open_case(
            workspace=northwind.workspace, code="posting.refused", message="The books refuse", actor=WORKER,
            now=timezone.now(), amount=Decimal(amount), currency=currency,
        )  # fmt: skip
    assert money.of(case) == [(Decimal(900), "MYR"), (Decimal("12.50"), "EUR")]
    assert case.most_money == Decimal(900)

    dear = case.occurrences.get(currency="MYR")
    case = resolutions.settle_occurrence(
        occurrence=dear, disposition="elsewhere", actor=WORKER, now=timezone.now()
    )
    case.refresh_from_db()
    assert (case.money, case.most_money) == ({"EUR": "12.50"}, Decimal("12.50"))
