"""Drift in plain words: what is unlike before, by how much, and what that means for what the agent has earned."""

from approvals import wording
from approvals.visible import plain
from runs.models import DriftFinding
from runs.models.drift import Level

NAMES = {
    "length": "length of inputs",
    "amount": "amounts",
    "confidence": "confidence",
    "party": "vendors and customers",
    "label": "labels and accounts",
}
FAR = {
    Level.CALM: "No more than chance makes of two such weeks.",
    Level.WATCH: "More than chance, and not far. Nothing is done about it.",
    Level.ALARM: "Far, and hardly chance. What passed by itself waits for people again.",
}
_MEANS = {
    "length": "Other inputs come in than those it was judged by: another form, another sender, or poor scans.",
    "amount": "Other sums are at stake than those it was judged by. Look whether its limits still fit.",
    "confidence": "It is sure of itself in another way. What its confidence was worth was measured before that.",
    "party": "It works for others than those it was judged by. How it did with the old ones says little about these.",
    "label": "It sorts otherwise: what comes in has changed, or the way it is read.",
}


def means(row: DriftFinding) -> str:
    """Why it matters; only of what is unlike before."""
    return "" if row.level == Level.CALM else _MEANS[row.feature]


def usual(row: DriftFinding) -> str:
    """What is usual now and what was before, as plain text; empty for findings older than this was kept."""
    if "kinds" in row.sides:
        return "; ".join(
            f"{plain(name)} {now} % now, {was} % before" for name, was, now in row.sides["kinds"]
        )
    if "before" not in row.sides:
        return ""
    was, now = (_number(row.feature, row.sides[side]) for side in ("before", "of_late"))
    return f"usually {now}, as before" if was == now else f"usually {now} now, {was} before"


def behind(row: DriftFinding) -> str:
    """The measure, for whoever wants to check it."""
    name = "population stability index" if row.measure == "psi" else "Kolmogorov–Smirnov distance"
    if row.chance is None:
        return f"{name} {row.value:.2f}"
    return f"{name} {row.value:.2f}, by chance {'below 0.001' if row.chance < 0.001 else f'{row.chance:.3f}'}"


def message(row: DriftFinding, agent: str) -> str:
    """What its case says, and is called beside the kind of failure: short enough for a title."""
    return ", ".join(filter(None, [f"{NAMES[row.feature]} of {agent}", usual(row)]))


def _number(feature: str, value: float) -> str:
    if feature == "confidence":
        return f"{value:.2f}"
    shown = f"{value:,.0f}" if value >= 100 else wording.plain_number(round(value, 2))
    return f"{shown} characters" if feature == "length" else shown
