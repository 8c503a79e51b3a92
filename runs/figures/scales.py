"""From values to places, in percent of a drawing's box: how high, how far across, and where its grid ends."""

from math import ceil, floor, log10

TOP, FLOOR = 12.0, 86.0  # the field between the highest grid line and the base line
LEFT = 14.0  # what is left free for the words of the scale
STEPS = (1, 2, 2.5, 5, 10)


def top_of(highest: float) -> float:
    """The round number at or above the highest value, for the highest grid line of a rate, a cost or a count."""
    if highest <= 0:
        return 1.0
    unit = 10 ** floor(log10(highest))
    return next(step * unit for step in STEPS if step * unit >= highest * 0.999999)


def height(value: float, top: float) -> float:
    """Where a value stands, from above."""
    return FLOOR - (FLOOR - TOP) * min(max(value, 0.0), top) / top


def across(column: float, columns: int) -> float:
    """Where a column stands: the middle of the first is 0.5."""
    return LEFT + (100 - LEFT) * column / max(columns, 1)


def percent(place: float) -> str:
    """As an attribute, short."""
    return f"{ceil(place * 1000) / 1000:g}%"
