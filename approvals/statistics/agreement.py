"""How far two judges agree. Never kappa alone: where almost all is right it falls although nobody disagrees."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Agreement:
    """Two judges over the same items: how many both found right, only one found wrong, and both found wrong."""

    both_right: int
    first_wrong: int
    second_wrong: int
    both_wrong: int

    @property
    def n(self) -> int:
        return self.both_right + self.first_wrong + self.second_wrong + self.both_wrong

    @property
    def raw(self) -> float | None:
        """The share they judged alike."""
        return (self.both_right + self.both_wrong) / self.n if self.n else None

    @property
    def kappa(self) -> float | None:
        """Cohen 1960: (Po - Pe) / (1 - Pe); none where chance alone would always agree."""
        if not self.n:
            return None
        first = (self.first_wrong + self.both_wrong) / self.n
        second = (self.second_wrong + self.both_wrong) / self.n
        chance = first * second + (1 - first) * (1 - second)
        return (self.raw - chance) / (1 - chance) if chance < 1 and self.raw is not None else None

    @property
    def pabak(self) -> float | None:
        """Byrt 1993: kappa if both answers were equally common, 2 Po - 1."""
        return None if self.raw is None else 2 * self.raw - 1

    @property
    def on_right(self) -> float | None:
        """Of what either found right, the share both did."""
        return self._alike(self.both_right)

    @property
    def on_wrong(self) -> float | None:
        """Of what either found wrong, the share both did."""
        return self._alike(self.both_wrong)

    def _alike(self, both: int) -> float | None:
        named = 2 * both + self.first_wrong + self.second_wrong
        return 2 * both / named if named else None


def between(first: Sequence[bool], second: Sequence[bool]) -> Agreement:
    """The agreement of two judges whose i-th answers are about the same item; True is "wrong"."""
    pairs = list(zip(first, second, strict=True))
    return Agreement(
        pairs.count((False, False)),
        pairs.count((True, False)),
        pairs.count((False, True)),
        pairs.count((True, True)),
    )
