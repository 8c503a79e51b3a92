"""How figures are said: lengths of time, money, and how they compare with the stretch before."""

from datetime import timedelta
from decimal import Decimal

from approvals import wording
from runs.figures.spans import DAY, MONTH, Span

_SECOND, _MINUTE, _HOUR, _DAY = 1000, 60_000, 3_600_000, 86_400_000
_ROUND = [
    *(2, 10, 20, 100, 200, 400),
    *(_SECOND * many for many in (1, 2, 4, 10, 20, 40)),
    *(_MINUTE * many for many in (1, 2, 4, 10, 20, 40)),
    *(_HOUR * many for many in (1, 2, 4, 12, 24)),
    *(_DAY * many for many in (2, 4, 10, 20, 60, 200, 1000)),
]
BEFORE = {DAY: "the day before", MONTH: "the month before"}


def length(ms: float | None) -> str:
    """ "640 ms", "3.2 s", "4 min"; a dash of none."""
    if ms is None:
        return "–"
    if ms < 1000:
        return f"{ms:.0f} ms"
    return f"{ms / 1000:.1f} s" if ms < 60_000 else wording.spell(timedelta(milliseconds=ms))


def round_length(ms: float) -> float:
    """The length at or above, in milliseconds, that reads well, and so does its half."""
    return next((length for length in _ROUND if length >= ms), ms)


def money(amount: Decimal | float, currency: str) -> str:
    """As many digits as a small amount needs; an amount that came without a currency says so."""
    value = Decimal(amount)
    digits = 2 if abs(value) >= Decimal("0.1") or not value else 4
    return f"{currency or 'no currency'} {value:,.{digits}f}"


def whole(value: float) -> str:
    """A count; half a thing is shown as half where a grid line falls there."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def earlier(said: str, span: Span) -> str:
    """What it was before."""
    return f"{said} {BEFORE.get(span.view, 'the week before')}"
