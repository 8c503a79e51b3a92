"""What came of a run in figures, each of which leads to its rows. Counted up to `MOST` proposals."""

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from approvals import prepared
from runs.models import Run
from runs.running.bar import took

MOST = 10_000

_COUNT = """
WITH mine AS (
    SELECT p.id, p.state, p.round FROM approvals_proposal p WHERE p.run = %(run)s AND NOT p.drill LIMIT %(most)s),
answered AS (
    SELECT d.proposal_id, bool_or(NOT d.by_policy) AS by_people, bool_or(d.verdict = 'edit') AS edited,
        bool_or(d.by_policy AND d.round = m.round AND m.state = 'approved') AS by_policy
    FROM mine m JOIN approvals_decision d ON d.proposal_id = m.id GROUP BY d.proposal_id),
written AS (
    SELECT e.id FROM mine m JOIN runs_execution e ON e.proposal_id = m.id WHERE e.state = 'succeeded')
SELECT (SELECT count(*) FROM mine),
    (SELECT count(*) FILTER (WHERE by_policy) FROM answered), (SELECT count(*) FILTER (WHERE by_people) FROM answered),
    (SELECT count(*) FILTER (WHERE edited) FROM answered),
    (SELECT count(*) FILTER (WHERE state = 'rejected') FROM mine),
    (SELECT count(*) FILTER (WHERE state = 'pending') FROM mine),
    (SELECT count(DISTINCT o.case_id) FROM exceptions_occurrence o WHERE o.run = %(run)s),
    (SELECT count(*) FROM written),
    (SELECT count(*) FROM written w JOIN runs_execution r ON r.reverses_id = w.id AND r.state = 'succeeded')
"""


@dataclass(frozen=True)
class Figures:
    """How many, in the order in which the statement counts them."""

    proposals: int = 0
    by_policy: int = 0
    reviewed: int = 0
    edited: int = 0
    rejected: int = 0
    pending: int = 0
    cases: int = 0
    written: int = 0
    reversed: int = 0


LABELS = {
    "proposals": "proposals", "by_policy": "passed by policy", "reviewed": "reviewed", "edited": "edited",
    "rejected": "rejected", "pending": "waiting", "cases": "exceptions", "written": "written", "reversed": "undone",
}  # fmt: skip
TONES = {"cases": "ask", "rejected": "stop", "written": "sign"}
ANCHORS = {"cases": "#exceptions", "written": "#records"}


def of(run: Run) -> Figures:
    """One statement, however many proposals the run has."""
    with prepared.cursor() as cursor:
        cursor.execute(_COUNT, {"run": run.pk, "most": MOST + 1})
        return Figures(*cursor.fetchone())


def shown(run: Run, told: Figures, here: str) -> list[dict[str, Any]]:
    """As ``components/figures.html`` reads them; what is none leads nowhere."""
    length = took(run.finished_at - run.started_at) if run.finished_at else "still running"
    spent: list[dict[str, Any]] = [
        {"label": "took", "value": length},
        {"label": "steps", "value": f"{run.steps_told:,}", "url": "#steps"},
        {"label": "steps failed", "value": run.steps_failed, "tone": "stop", "url": f"{here}?failed=1#steps"},
        {
            "label": "tokens",
            "value": f"{run.tokens_in + run.tokens_out:,}",
            "url": f"{here}?kind=model#steps",
        },
        *(_cost(currency, amount, here) for currency, amount in sorted(run.costs.items())),
    ]
    counted = [_figure(one.name, getattr(told, one.name), here) for one in fields(told)]
    return [one for one in spent if one["value"] not in (0, "0")] + counted


def _figure(name: str, count: int, here: str) -> dict[str, Any]:
    url = ANCHORS.get(name, f"{here}?show={name}#proposals") if count else ""
    value = f"{count:,}" if count <= MOST else f"{MOST:,}+"
    return {"label": LABELS[name], "value": value, "url": url, "tone": TONES.get(name, "") if count else ""}


def _cost(currency: str, amount: str, here: str) -> dict[str, Any]:
    """One figure for each currency: they are never added together."""
    value = f"{Decimal(amount).quantize(Decimal('0.0001')).normalize():f}"
    label = f"cost, {currency}" if currency else "cost in no named currency"
    return {"label": label, "value": value, "url": f"{here}?kind=model#steps"}
