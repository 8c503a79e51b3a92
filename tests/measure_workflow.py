"""What the workflow made of the shared receipts, against their labels: ``python -m tests.measure_workflow WORKSPACE``.

Run ``manage.py run_workflow expense-posting --input …/receipts.jsonl --workspace WORKSPACE`` first, on the same
servers. Prints accuracy per field of what was proposed, confidence against being right, and what every stop was worth.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import django
from django.apps import apps

from config import embedded
from tests import shared_data

BANDS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.01)


def main(workspace: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    embedded.ensure()
    try:
        django.setup()
        _measure(workspace)
    finally:
        embedded.release()


def _measure(workspace: str) -> None:
    proposals = apps.get_model("approvals", "Proposal").objects
    rows = {
        row.subject.removeprefix("receipt:"): row
        for row in proposals.filter(workspace__slug=workspace, tool="books.post_expense", reverses=None)
    }
    judged = [
        (rows[label.line["id"]], _right(rows[label.line["id"]], label))
        for label in shared_data.labelled_receipts()
    ]
    _fields(right for _, right in judged)
    _bands(judged)
    _stops(judged)
    _repeats(rows)


def _right(row: Any, label: shared_data.Labelled) -> dict[str, bool]:
    told = row.proposed_arguments
    total = told.get("total")
    return {
        "vendor": shared_data.same_name(told.get("vendor"), label.vendor),
        "date": told.get("date") == label.date,
        "total": total is not None and Decimal(total) == Decimal(label.total),
    }


def _fields(judged: Iterable[dict[str, bool]]) -> None:
    rights = list(judged)
    for name in ("vendor", "date", "total"):
        print(f"{name:<10}{sum(right[name] for right in rights) / len(rights):7.1%} of {len(rights)}")
    print(f"{'all three':<10}{sum(all(right.values()) for right in rights) / len(rights):7.1%}")


def _bands(judged: list[tuple[Any, dict[str, bool]]]) -> None:
    print("\nconfidence        n   date, total and vendor right")
    for low, high in pairwise(BANDS):
        rights = [all(right.values()) for row, right in judged if low <= float(row.confidence or 0) < high]
        if rights:
            print(f"{low:.2f}–{min(high, 1):.2f}   {len(rights):6}   {sum(rights) / len(rights):.1%}")


def _stops(judged: list[tuple[Any, dict[str, bool]]]) -> None:
    """A stop was worth its while where something proposed was wrong or missing."""
    print("\nstop                              n   something was wrong")
    seen: Counter[tuple[str, str]] = Counter()
    worth: Counter[tuple[str, str]] = Counter()
    for row, right in judged:
        for ruling in row.rulings:
            if ruling["ruling"] != "allow":
                seen[ruling["ruling"], ruling["gate"]] += 1
                worth[ruling["ruling"], ruling["gate"]] += not all(right.values())
    for (ruling, gate), count in sorted(seen.items()):
        print(f"{ruling:<6}{gate:<24}{count:6}   {worth[ruling, gate]}")
    calm = [
        right
        for row, right in judged
        if {r["gate"] for r in row.rulings if r["ruling"] != "allow"} == {"rollout stage"}
    ]
    wrong = sum(not all(right.values()) for right in calm)
    print(f"stopped by the lane alone     {len(calm):6}   {wrong}")


def _repeats(rows: dict[str, Any]) -> None:
    """Of each pair one must have been stopped: whichever came second."""
    pairs = shared_data.duplicates()
    stopped = {
        name
        for name, row in rows.items()
        if any(ruling["gate"] == "duplicate" and ruling["ruling"] != "allow" for ruling in row.rulings)
    }
    missed = [pair for pair in pairs if not stopped & set(pair["ids"])]
    listed = {name for pair in pairs for name in pair["ids"]}
    print(
        f"\nrepeats: {len(pairs) - len(missed)} of {len(pairs)} pairs stopped, {len(stopped - listed)} others with them"
    )
    for pair in missed:
        print("  missed:", pair["ids"], "the same paper" if pair["same_receipt"] else "only alike")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "default")
