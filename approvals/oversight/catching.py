"""How many drills somebody caught, and what so many can prove."""

from dataclasses import dataclass

from approvals.statistics import bounds

DOUBT = 0.05  # one-sided
FEW = 20


@dataclass(frozen=True)
class Catching:
    """``caught`` of ``n`` drills that were answered."""

    caught: int = 0
    n: int = 0

    @property
    def bound(self) -> float:
        return lower_bound(self.caught, self.n)

    @property
    def bound_percent(self) -> int:
        """Rounded down: no more is claimed than is shown."""
        return int(100 * self.bound)

    def words(self, who: str = "You") -> str:
        """The rate and its bound, in sentences."""
        if not self.n:
            return f"{who} {'have' if who == 'You' else 'has'} answered no drill yet."
        said = f"{who} caught {self.caught} of {self.n}."
        if self.n < FEW:
            return f"{said} With so few, all that can be said is: at least {self.bound_percent} %."
        return f"{said} That shows at least {self.bound_percent} %, with 95 % confidence."


def lower_bound(caught: int, n: int) -> float:
    """Clopper and Pearson's exact lower bound of a share, one-sided, 95 percent."""
    return bounds.lower(caught, n, DOUBT)
