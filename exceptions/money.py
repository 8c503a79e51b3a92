"""Money at risk: what stands behind the open failures of a case, kept with the locked case in decimal strings."""

from collections.abc import Iterable
from decimal import Decimal

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


def _move(case: Case, occurrences: Iterable[Occurrence], sign: int) -> list[str]:
    kept = {currency: Decimal(amount) for currency, amount in case.money.items()}
    for row in occurrences:
        if row.amount is not None:
            kept[row.currency] = kept.get(row.currency, NONE) + sign * abs(row.amount)
    case.money = {currency: str(amount) for currency, amount in sorted(kept.items()) if amount > NONE}
    case.most_money = max((amount for amount in kept.values()), default=NONE)
    return FIELDS
