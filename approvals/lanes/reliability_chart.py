"""The reliability diagram: how often it was right where it said so, before and after calibration. Pure."""

from typing import Any

from approvals.lanes import plot
from approvals.lanes.criterion import percent

FEWEST = 30  # labels without which no dot is drawn


def of(figures: dict[str, Any]) -> dict[str, Any] | None:
    """Both series in one square of doubt: what was said along the bottom, what came of it upwards."""
    before, after = figures.get("before", {}).get("bins", []), figures.get("after", {}).get("bins", [])
    if figures.get("judged_on", 0) < FEWEST or not before:
        return None
    least = min(min(one["mean"], one["interval"][0]) for one in [*before, *after])
    low = max(0.0, min(0.9, int(least * 10) / 10))
    x, y = plot.across(low, 1.0), plot.upwards(low, 1.0)
    series = [("before", "as the agent said", before), ("after", "as calibrated", after)]
    marks = [
        _mark(one, name, f"{name}-{n}", x, y)
        for name, _, bins in series
        for n, one in enumerate(bins, start=1)
    ]
    return {
        "marks": marks,
        "x_ticks": plot.ticks(x, percent=True),
        "y_ticks": plot.ticks(y, percent=True),
        "diagonal": (x.place(low), y.place(low), x.place(1.0), y.place(1.0)),
        "rows": [
            {"title": title, "lines": [_row(mark) for mark in marks if mark["series"] == name]}
            for name, title, _ in series
        ],
        "said": _said(figures),
    }  # fmt: skip


def _mark(one: dict[str, Any], series: str, key: str, x: plot.Scale, y: plot.Scale) -> dict[str, Any]:
    low, high = one["interval"]
    return {
        "series": series, "key": key, "x": x.place(one["mean"]), "y": y.place(one["share"]), "top": y.place(high),
        "bottom": y.place(low), "n": one["n"], "from": f"{one['low']:.3f}", "to": f"{one['high']:.3f}",
        "mean": percent(one["mean"]), "share": percent(one["share"]), "interval": f"{percent(low)} to {percent(high)}",
    }  # fmt: skip


def _row(mark: dict[str, Any]) -> dict[str, Any]:
    return {name: mark[name] for name in ("key", "from", "to", "mean", "share", "interval", "n")}


def _said(figures: dict[str, Any]) -> list[dict[str, str]]:
    """The three scores before and after, over labels it was not fitted on."""
    names = {"ece": "Calibration error", "brier": "Brier score", "log_loss": "Log loss"}
    return [
        {"label": label, "before": f"{figures['before'][name]:.3f}", "after": f"{figures['after'][name]:.3f}"}
        for name, label in names.items()
    ]
