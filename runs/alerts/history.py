"""Thirty days of what a threshold watches, drawn a day at a time with the threshold as a line across."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from runs.alerts import readings, words
from runs.figures import plots, scales, spoken
from runs.figures.links import Links
from runs.figures.plots import Plot, Series
from runs.figures.reading import Slice
from runs.figures.spans import Span
from runs.figures.tallies import Tally
from runs.models import Grain, Threshold
from runs.models.threshold import Watch

DAYS = 30
ROWS = {
    Watch.ERROR_RATE: ("runs", "failed"), Watch.ACCURACY: ("proposals", "answered"),
    Watch.ESCALATION: ("failures", ""), Watch.LATENCY: ("runs", ""), Watch.SPEND: ("runs", ""),
}  # fmt: skip
RATES = (Watch.ERROR_RATE, Watch.ACCURACY, Watch.ESCALATION)


class _Days(Span):
    """The last thirty days, today among them."""

    @property
    def after(self) -> date:
        return self.first + timedelta(days=DAYS)


def drawn(threshold: Threshold, now: datetime) -> Plot:
    """Each day by itself; what is held against the threshold is a stretch of its own length."""
    clock = ZoneInfo(threshold.workspace.timezone)
    first = now.astimezone(clock).date() - timedelta(days=DAYS - 1)
    span = _Days("days", first, clock)
    days: dict[int, Tally] = defaultdict(Tally)
    rows = Slice(threshold.workflow).rows(threshold.workspace, Grain.DAY, span.since, span.until)
    rows = rows.filter(measure__in=readings.MEASURES[Watch(threshold.watch)])
    for at, measure, key, count, amount in rows.values_list("starts_at", "measure", "key", "count", "amount"):
        days[span.slot_of(at)].add(measure, key, count, amount)
    values = [_value(threshold, days[number]) for number in range(len(span.slots))]
    links = Links(threshold.workspace.slug, span, Slice(threshold.workflow))
    series = Series(words.title(threshold), "info", values, links.column(*ROWS[Watch(threshold.watch)]))
    return _plot(threshold, series, span)


def _plot(threshold: Threshold, series: Series, span: Span) -> Plot:
    def say(value: float) -> str:
        return words.figure(threshold, value)

    known = [value for value in series.values if value is not None]
    held = None if threshold.watch == Watch.ESCALATION else float(threshold.limit)
    plot = Plot(
        "history", "Day by day", f"{series.name} of each of the last {DAYS} days.", "", words.rule(threshold), "",
        [series], not known,
    )  # fmt: skip
    labels = [span.label(number) for number in range(len(span.slots))]
    top = _top(threshold, max([*known, held or 0]))
    plots.dotted(plot, [series], labels, say, top)
    if held is not None and not plot.is_empty:
        y = f"{scales.height(held, top):.2f}%"
        plot.lines.append({"x1": "0%", "x2": "100%", "y1": y, "y2": y, "tone": "held stop"})
    plot.table = [
        {"label": label, "cells": [{"text": "–" if value is None else say(value), "url": url, "reach": ""}]}
        for label, value, url in zip(labels, series.values, series.urls, strict=True)
    ]
    return plots.below(plot, [span.tick(number) for number in range(len(span.slots))])


def _value(threshold: Threshold, tally: Tally) -> float | None:
    if threshold.watch == Watch.ESCALATION:
        rate = tally.escalations.rate
        return None if rate is None else 100 * rate
    return readings.judged(threshold, tally).value


def _top(threshold: Threshold, highest: float) -> float:
    if threshold.watch == Watch.LATENCY:
        return spoken.round_length(1000 * highest) / 1000
    return min(scales.top_of(highest), 100) if threshold.watch in RATES else scales.top_of(highest)
