"""Where things lie in a drawing: a plain scale for each axis, and round numbers beside it. Pure."""

from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH, HEIGHT = 360, 200
LEFT, RIGHT, TOP, BOTTOM = 40, 350, 10, 168  # where the drawing lies in its own units


@dataclass(frozen=True)
class Scale:
    """From a value to a place along an axis; what lies outside is set at its end."""

    low: float
    high: float
    begin: float
    end: float

    def place(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return round(self.begin + share * (self.end - self.begin), 1)


def across(low: float, high: float) -> Scale:
    return Scale(low, high, LEFT, RIGHT)


def upwards(low: float, high: float) -> Scale:
    return Scale(low, high, BOTTOM, TOP)


@dataclass(frozen=True)
class Tick:
    """A number beside an axis, and where."""

    place: float
    text: str


def ticks(scale: Scale, *, percent: bool = False, about: int = 4) -> list[Tick]:
    """Some four round values within the scale."""
    step = _round_step((scale.high - scale.low) / about)
    first, last = ceil(scale.low / step - 1e-9), floor(scale.high / step + 1e-9)
    return [Tick(scale.place(n * step), _text(n * step, step, percent)) for n in range(first, last + 1)]


def _round_step(step: float) -> float:
    """1, 2 or 5 times a power of ten, the next above."""
    base = 10 ** floor(log10(step)) if step > 0 else 1.0
    return next(factor * base for factor in (1, 2, 5, 10) if factor * base >= step - 1e-12)


def _text(value: float, step: float, percent: bool) -> str:
    shown, digits = (100 * value, step * 100) if percent else (value, step)
    places = max(0, -floor(log10(digits) + 1e-9)) if digits > 0 else 0
    text = f"{shown:.{places}f}".replace("-", "−")
    return f"{text} %" if percent else text
