"""Money at risk: what stands behind the open failures of a case, kept with the locked case in decimal strings."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.db.models.functions import Abs

from exceptions.models import Case, Occurrence

FIELDS = ["money", "most_money"]
NONE = Decimal(0)


def add(case: Case, occurrence: Occurrence) -> list[str]:
    """One more failure; the fields this sets."""
    return _move(case, [occurrence], 1)


def take(case: Case, settled: Iterable[Occurrence]) -> list[str]:
    """Failures that are settled; the fields this sets."""
    return _move(case, settled, -1)


def of(case: Case) -> list[tuple[Decimal, str]]:
    """An amount for each currency, largest first."""
    return largest_first(case.money)


def largest_first(kept: dict[str, str]) -> list[tuple[Decimal, str]]:
    """What is kept as ``{"EUR": "12.40"}``, as amounts."""
    amounts = [(Decimal(amount), currency) for currency, amount in kept.items()]
    return sorted(amounts, key=lambda pair: (-pair[0], pair[1]))


def total(kept: Iterable[dict[str, str]]) -> list[tuple[Decimal, str]]:
    """Of several cases together."""
    sums: dict[str, Decimal] = {}
    for amounts in kept:
        for currency, amount in amounts.items():
            sums[currency] = sums.get(currency, NONE) + Decimal(amount)
    return largest_first({currency: str(amount) for currency, amount in sums.items()})


def behind(rows: QuerySet[Occurrence]) -> list[tuple[Decimal, str]]:
    """What these failures add up to, for each currency."""
    sums = rows.filter(amount__isnull=False).order_by().values("currency").annotate(total=Sum(Abs("amount")))
    return [(row["total"], row["currency"]) for row in sums]


def shift(case: Case, amounts: Iterable[tuple[Decimal, str]], sign: int) -> list[str]:
    """So much more, or less; the fields this sets."""
    kept = {currency: Decimal(amount) for currency, amount in case.money.items()}
    for amount, currency in amounts:
        kept[currency] = kept.get(currency, NONE) + sign * amount
    case.money = {currency: str(amount) for currency, amount in sorted(kept.items()) if amount > NONE}
    case.most_money = max((amount for amount in kept.values()), default=NONE)
    return FIELDS


def _move(case: Case, occurrences: Iterable[Occurrence], sign: int) -> list[str]:
    rows = [(abs(row.amount), row.currency) for row in occurrences if row.amount is not None]
    return shift(case, rows, sign)
