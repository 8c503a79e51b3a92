"""What each threshold would prove: the error bound against how much would pass, from the strictest on. Pure."""

from typing import Any

from approvals.lanes import plot
from approvals.lanes.criterion import percent


def of(cuts: list[dict[str, Any]], limit: float) -> dict[str, Any] | None:
    """A dot for each cut at its bound, a tick at what was measured; the limit is a line, the chosen cut is full."""
    if not cuts:
        return None
    x = plot.across(0.0, 1.0)
    y = plot.upwards(0.0, min(1.0, 1.15 * max([limit, *(cut["bound"] for cut in cuts)])))
    marks = [_mark(cut, n, x, y) for n, cut in enumerate(cuts, start=1)]
    return {
        "marks": marks,
        "path": " ".join(f"{mark['x']},{mark['y']}" for mark in marks),
        "limit_y": y.place(limit),
        "limit": percent(limit),
        "x_ticks": plot.ticks(x, percent=True),
        "y_ticks": plot.ticks(y, percent=True),
    }


def _mark(cut: dict[str, Any], number: int, x: plot.Scale, y: plot.Scale) -> dict[str, Any]:
    rate = cut["errors"] / cut["n"]
    kind = "chosen" if cut["chosen"] else "passed" if cut["passed"] else "failed"
    return {
        "key": f"cut-{number}", "kind": kind, "x": x.place(cut["coverage"]), "y": y.place(cut["bound"]),
        "measured_y": y.place(rate), "threshold": f"{cut['threshold']:.3f}", "n": cut["n"], "errors": cut["errors"],
        "rate": percent(rate), "bound": percent(cut["bound"]), "coverage": percent(cut["coverage"], 0),
        "words": {"chosen": "holds, and is the threshold", "passed": "holds", "failed": "does not count"}[kind],
    }  # fmt: skip
