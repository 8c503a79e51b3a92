"""Shares with what they rest on: how many of how many, and how far that can be trusted."""

from dataclasses import dataclass

from approvals.statistics import bounds


@dataclass(frozen=True)
class Share:
    """``k`` of ``n``. Of none there is no rate, and the interval is everything."""

    k: int
    n: int

    @property
    def rate(self) -> float | None:
        return self.k / self.n if self.n else None

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's, at 95 %."""
        return bounds.wilson(self.k, self.n)

    @property
    def words(self) -> str:
        """ "4.2 %", or a dash of none."""
        return "–" if self.rate is None else percent(self.rate)

    @property
    def basis(self) -> str:
        """ "3 of 71, 1.4 to 11.7 %"."""
        if not self.n:
            return "nothing to count"
        low, high = self.interval
        return f"{self.k:,} of {self.n:,}, {100 * low:.1f} to {percent(high)}"


def percent(rate: float) -> str:
    """With one digit behind the point, unless that is a nought of a whole number."""
    figure = f"{100 * rate:.1f}".removesuffix(".0")
    return f"{figure} %"
