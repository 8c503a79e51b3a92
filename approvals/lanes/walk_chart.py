"""The two totals over a stay's audits, one after the other: the test for the next step, and the watch for drift."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from approvals.lanes import ladder, plot
from approvals.lanes.walked import Seen
from approvals.statistics import cusum, sprt


def of(seen: Sequence[Seen], urls: Sequence[str], carried: float, epsilon: Decimal) -> dict[str, Any] | None:
    """Both lines with their limits; ``carried`` is the drift total the stay began with, ``urls`` lead to the pages of
    what was ``seen``. None without audits.
    """
    if not seen:
        return None
    plan, drift = ladder.step_up(epsilon), ladder.drift(epsilon)
    tests, watches, height = [0.0], [carried], drift.h
    for one in seen:
        counts = one.tests and sprt.verdict(plan, tests[-1]) == sprt.GO_ON
        tests.append(sprt.step(plan, tests[-1], one.wrong) if counts else tests[-1])
        watches.append(cusum.step(drift, watches[-1], one.wrong))
    x = plot.across(0, len(seen))
    y = plot.upwards(min(plan.promote_at, *tests) - 0.3, max(height, *watches, *tests) + 0.3)
    return {
        "test": _line(tests, x, y),
        "watch": _line(watches, x, y),
        "errors": [
            {"x": x.place(n), "y": y.place(watches[n]), "url": url, "n": n}
            for n, (one, url) in enumerate(zip(seen, urls, strict=True), start=1)
            if one.wrong
        ],
        "promote_y": y.place(plan.promote_at),
        "alarm_y": y.place(height),
        "zero_y": y.place(0.0),
        "x_ticks": plot.ticks(x),
        "y_ticks": plot.ticks(y),
        "n": len(seen),
        "wrong": sum(one.wrong for one in seen),
        "test_total": f"{tests[-1]:.2f}",
        "watch_total": f"{watches[-1]:.2f}",
        "promote_at": f"{plan.promote_at:.2f}",
        "alarm_at": f"{height:g}",
    }


def _line(totals: Sequence[float], x: plot.Scale, y: plot.Scale) -> str:
    return " ".join(f"{x.place(n)},{y.place(total)}" for n, total in enumerate(totals))
