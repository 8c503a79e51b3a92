"""The same as a drawing says, as a table, each value a link to its rows."""

from collections.abc import Sequence

from runs.figures import plots, spoken
from runs.figures.links import Links
from runs.figures.plots import Plot, Series, Spoken


def labels_of(links: Links) -> list[str]:
    """Of every column, in full."""
    return [links.span.label(number) for number in range(len(links.span.slots))]


def stacked(plot: Plot, series: Sequence[Series], links: Links) -> Plot:
    """Columns and their table."""
    return tabled(plots.stacked(plot, series, labels_of(links), spoken.whole), series, spoken.whole, links)


def dotted(plot: Plot, series: Sequence[Series], say: Spoken, links: Links, top: float) -> Plot:
    """Marks and their table. ``top`` is what the highest grid line stands for."""
    return tabled(plots.dotted(plot, series, labels_of(links), say, top), series, say, links)


def tabled(plot: Plot, series: Sequence[Series], say: Spoken, links: Links) -> Plot:
    """A row a column."""
    plot.table = [
        {
            "label": label,
            "cells": [
                {"text": _said(one.values[at], say), "url": one.urls[at], "reach": _reach(one, at)}
                for one in series
            ],
        }
        for at, label in enumerate(labels_of(links))
    ]
    return plots.below(plot, [links.span.tick(number) for number in range(len(links.span.slots))])


def _said(value: float | None, say: Spoken) -> str:
    return "–" if value is None else say(value)


def _reach(series: Series, at: int) -> str:
    ends = series.reach[at] if series.reach else None
    return f"{100 * ends[0]:.0f} to {100 * ends[1]:.0f} %" if ends else ""
