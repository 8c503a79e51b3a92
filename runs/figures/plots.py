"""Where the marks of a drawing stand, in percent of its box, so that it takes any size without a script."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from runs.figures import markup
from runs.figures.scales import across, height, percent, top_of

Spoken = Callable[[float], str]


@dataclass(frozen=True)
class Series:
    """One row of marks, a value a column; None where there is nothing to say. ``reach`` is how sure each value is."""

    name: str
    tone: str
    values: Sequence[float | None]
    urls: Sequence[str]
    reach: Sequence[tuple[float, float] | None] = ()
    total: str = ""


@dataclass
class Plot:
    """Everything the template needs: marks, grid, labels, and the same as a table."""

    name: str
    title: str
    meaning: str
    headline: str
    basis: str
    earlier: str
    keys: list[Series]
    is_empty: bool
    bars: list[dict[str, str]] = field(default_factory=list)
    dots: list[dict[str, str]] = field(default_factory=list)
    lines: list[dict[str, str]] = field(default_factory=list)
    grid: list[dict[str, str]] = field(default_factory=list)
    ticks: list[dict[str, str]] = field(default_factory=list)
    table: list[dict[str, Any]] = field(default_factory=list)

    @property
    def marks(self) -> SafeString:
        return markup.marks(self.lines, self.bars, self.dots)

    @property
    def rows(self) -> SafeString:
        return markup.rows(self.table)


def highest(series: Sequence[Series]) -> float:
    """Of all values; 0 of none."""
    return max([value for one in series for value in one.values if value is not None], default=0)


def stacked(plot: Plot, series: Sequence[Series], labels: Sequence[str], spoken: Spoken) -> Plot:
    """Columns, one series upon another; the first stands on the base line."""
    wide = across(1, len(labels)) - across(0, len(labels))
    sums = [sum(one.values[at] or 0 for one in series) for at in range(len(labels))]
    top = max(top_of(max(sums, default=0)), 1.0)
    for at, label in enumerate(labels):
        under = 0.0
        for one in series:
            value = one.values[at] or 0
            if not value:
                continue
            y, foot = height(under + value, top), height(under, top)
            plot.bars.append({
                "x": percent(across(at + 0.14, len(labels))), "y": percent(y), "width": percent(wide * 0.72),
                "height": percent(foot - y),
                "tone": one.tone, "url": one.urls[at], "words": f"{label}: {spoken(value)} {one.name.lower()}",
            })  # fmt: skip
            under += value
    return _framed(plot, top, spoken)


def dotted(plot: Plot, series: Sequence[Series], labels: Sequence[str], spoken: Spoken, top: float) -> Plot:
    """A mark a value, joined to its neighbours by a line, with a whisker as far as the value is unsure."""
    for one in series:
        before: tuple[float, float] | None = None
        for at, value in enumerate(one.values):
            if value is None:
                before = None
                continue
            x, y = across(at + 0.5, len(labels)), height(value, top)
            if before is not None:
                plot.lines.append(_line(before, (x, y), f"course {one.tone}"))
            if one.reach and (ends := one.reach[at]) is not None:
                low, high = (height(end, top) for end in ends)
                plot.lines.append(_line((x, high), (x, low), f"reach {one.tone}"))
            words = f"{labels[at]}: {one.name.lower()} {spoken(value)}"
            plot.dots.append(
                {"x": percent(x), "y": percent(y), "tone": one.tone, "url": one.urls[at], "words": words}
            )
            before = (x, y)
    return _framed(plot, top, spoken)


def below(plot: Plot, ticks: Sequence[str]) -> Plot:
    """Labels under the columns, where there is room for one."""
    plot.ticks = [
        {"x": percent(across(at + 0.5, len(ticks))), "label": label}
        for at, label in enumerate(ticks)
        if label
    ]
    return plot


def course(values: Sequence[int]) -> list[dict[str, str]]:
    """A line as small as a word: bars, the highest of full height."""
    highest, wide = max(values, default=0) or 1, 100 / max(len(values), 1)
    return [
        {"x": percent(wide * (at + 0.1)), "y": percent(100 - 100 * value / highest), "width": percent(wide * 0.8),
         "height": percent(100 * value / highest)}
        for at, value in enumerate(values) if value
    ]  # fmt: skip


def _framed(plot: Plot, top: float, spoken: Spoken) -> Plot:
    plot.grid = [{"y": percent(height(top * share, top)), "label": spoken(top * share)} for share in (1, 0.5)]
    return plot


def _line(start: tuple[float, float], end: tuple[float, float], tone: str) -> dict[str, str]:
    return {
        "x1": percent(start[0]),
        "y1": percent(start[1]),
        "x2": percent(end[0]),
        "y2": percent(end[1]),
        "tone": tone,
    }
