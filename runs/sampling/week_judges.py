"""Who judged, and how far judges agree."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from approvals.models import SampleItem
from approvals.models.sample import State
from approvals.statistics import bounds
from approvals.statistics.agreement import Agreement

FEW = 20


def agreement(told: Agreement) -> dict[str, Any]:
    """Agreement on right and on wrong apart; kappa never alone."""
    low = bounds.wilson(told.both_right + told.both_wrong, told.n)[0]
    rows = [
        ("Judged alike", told.raw), ("Alike on right", told.on_right), ("Alike on wrong", told.on_wrong),
        ("Kappa", told.kappa), ("Kappa, were both answers equally common", told.pabak),
    ]  # fmt: skip
    few = told.n < FEW
    return {
        "n": told.n,
        "few": few,
        "low": f"{100 * low:.0f} %",
        "facts": [
            {"label": label, "value": _said(label, value)} for label, value in (rows[:1] if few else rows)
        ]
        if told.n
        else [],
    }


def _said(label: str, value: float | None) -> str:
    if value is None:
        return "cannot be told yet"
    return f"{value:.2f}" if label.startswith("Kappa") else f"{100 * value:.0f} %"


def table(items: Sequence[SampleItem]) -> list[dict[str, Any]]:
    """By judge: how many they judged, found wrong, and how often the others saw it otherwise in the end."""
    told: dict[str, dict[str, int]] = defaultdict(lambda: {"judged": 0, "wrong": 0, "overturned": 0})
    for item in items:
        for verdict in item.verdicts.all():
            mine = told[verdict.judge.get_username()]
            mine["judged"] += 1
            mine["wrong"] += verdict.wrong
            mine["overturned"] += item.state == State.SETTLED and item.wrong != verdict.wrong
    return [{"name": name, **counts} for name, counts in sorted(told.items())]
