"""List prices of models, so that a run can say what it cost.

A price that is neither here nor given by the deployment is unknown, and an unknown price makes an unknown
cost, not zero.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

MILLION = Decimal(1_000_000)
SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")
LONGEST_PRICED = 200_000
"""Above this many tokens in, several models charge another tariff, which is not in the list."""


@dataclass(frozen=True)
class Price:
    """US dollars for a million tokens."""

    fresh: Decimal
    cached: Decimal
    out: Decimal
    cache_write: Decimal | None = None


def _price(fresh: str, cached: str, out: str, cache_write: str | None = None) -> Price:
    return Price(Decimal(fresh), Decimal(cached), Decimal(out), Decimal(cache_write) if cache_write else None)


# Standard tier, as published in autumn 2026.
LIST_PRICES: Mapping[str, Price] = {
    "gpt-6.1-sol": _price("2.00", "0.10", "10.00"),
    "gpt-6-sol": _price("2.00", "0.20", "10.00", "2.50"),
    "gpt-6-luna": _price("0.10", "0.01", "0.50", "0.125"),
    "gpt-5.5": _price("5.00", "0.50", "30.00"),
    "gpt-5.4": _price("2.50", "0.25", "15.00"),
    "gpt-5.4-mini": _price("0.75", "0.075", "4.50"),
    "gpt-5.4-nano": _price("0.20", "0.02", "1.25"),
    "gpt-5": _price("1.25", "0.125", "10.00"),
    "gpt-5-mini": _price("0.25", "0.025", "2.00"),
    "gpt-5-nano": _price("0.05", "0.005", "0.40"),
    "gpt-4.1": _price("2.00", "0.50", "8.00"),
    "gpt-4.1-mini": _price("0.40", "0.10", "1.60"),
    "gpt-4.1-nano": _price("0.10", "0.025", "0.40"),
    "gpt-4o": _price("2.50", "1.25", "10.00"),
    "gpt-4o-mini": _price("0.15", "0.075", "0.60"),
}


LARGEST_UNIT = max(price.out for price in LIST_PRICES.values()) / MILLION
"""The dearest token there is in the list."""


def cost_of(
    prices: Mapping[str, Price],
    model: str,
    *,
    tokens_in: int,
    tokens_out: int,
    cached: int = 0,
    cache_written: int = 0,
) -> Decimal | None:
    """What a call cost in US dollars, or None when any part of it has no known price."""
    price = prices.get(model) or prices.get(SNAPSHOT.sub("", model))
    if price is None or tokens_in > LONGEST_PRICED or cached + cache_written > tokens_in:
        return None
    if cache_written and price.cache_write is None:
        return None
    fresh = tokens_in - cached - cache_written
    written = cache_written * (price.cache_write or Decimal(0))
    return (fresh * price.fresh + cached * price.cached + written + tokens_out * price.out) / MILLION
