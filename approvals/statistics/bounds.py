"""How large an error rate may still be, and how small: exact bounds for promises, Wilson's for charts.

Exact bounds (Clopper and Pearson 1934) keep their confidence at any size and are a little careful. Wilson's interval is
nearer on average and may promise too much: of 300 without an error it says at most 0.89 %, the exact one 0.99 %.
"""

from math import ceil, log, sqrt

from scipy.special import bdtr, betainccinv, betaincinv, ndtri


def upper(errors: int, n: int, delta: float = 0.05) -> float:
    """The exact one-sided upper bound of an error rate after ``errors`` in ``n``, wrong with chance ``delta``.

    1 where nothing was looked at. None in n gives ``1 - delta ** (1 / n)``, about 3 / n at 95 %.
    """
    return 1.0 if errors >= n else float(betainccinv(errors + 1, n - errors, delta))


def lower(right: int, n: int, delta: float = 0.05) -> float:
    """The exact one-sided lower bound of a share after ``right`` in ``n``. 0 where nothing was looked at."""
    return float(betaincinv(right, n - right + 1, delta)) if right and n else 0.0


def wilson(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's two-sided interval of ``k`` in ``n``, for drawing. (0, 1) where nothing was looked at."""
    if n == 0:
        return 0.0, 1.0
    z = float(ndtri((1 + confidence) / 2))
    share, spread = k / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / spread
    reach = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / spread
    return max(0.0, middle - reach) if k else 0.0, min(1.0, middle + reach) if k < n else 1.0


def labels_needed(limit: float, errors: int = 0, delta: float = 0.05) -> int:
    """The fewest labels that, with ``errors`` wrong among them, bring the upper bound to ``limit`` or below.

    ``limit`` is a rate above 0 and below 1. More labels with as many errors only ever lower the bound.
    """
    if not 0 < limit < 1:
        raise ValueError(f"A limit lies between 0 and 1, not at {limit}")
    if errors == 0:
        return ceil(log(delta) / log(1 - limit) - 1e-9)
    too_few, enough = errors, 2 * errors + 1
    while upper(errors, enough, delta) > limit:
        too_few, enough = enough, 2 * enough
    while enough - too_few > 1:
        between = (too_few + enough) // 2
        too_few, enough = (too_few, between) if upper(errors, between, delta) <= limit else (between, enough)
    return enough


def chance_of_passing(true_rate: float, n: int, allowed: int) -> float:
    """How often an agent with this true error rate shows at most ``allowed`` errors in ``n``."""
    return float(bdtr(allowed, n, true_rate))
