"""Proposals a second through the one door, one process, and what plain rows would cost."""

from dataclasses import dataclass
from statistics import median

from django.db import transaction

from tests import expenses
from tests.bench import site
from tests.bench.models import PlainExpense
from tests.people import Company


@dataclass(frozen=True)
class Rates:
    ours: float
    plain: float


def measure(company: Company, *, many: int = 300, runs: int = 3) -> Rates:
    ours = [many / site.seconds(lambda: _ours(company, many)) for _ in range(runs)]
    plain = [many / site.seconds(lambda: _plain(many)) for _ in range(runs)]
    return Rates(median(ours), median(plain))


def _ours(company: Company, many: int) -> None:
    expenses.propose(company.bot, site.fresh(many))


def _plain(many: int) -> None:
    for number in site.fresh(many):
        draft = expenses.draft(number)
        with transaction.atomic():
            PlainExpense.objects.create(
                payload=draft.arguments, evidence=draft.evidence[0].content, write_key=f"created-{number}"
            )
