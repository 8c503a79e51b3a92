"""Measure the extractor against the labelled receipts: `python -m tests.measure_receipts`.

Prints the share of exact matches per field, for all receipts and for two random halves, and a table
of how often a stated confidence is right.
"""

import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from runs.workflows.expense.document import read
from runs.workflows.expense.extract import Extraction, extract
from tests.shared_data import RECEIPTS, Labelled, is_here, labelled_receipts, same_name

FIELDS = ("vendor", "date", "total", "tax")
BUCKETS = (0.95, 0.9, 0.8, 0.7, 0.5, 0.01, 0.0)


@dataclass(frozen=True)
class Outcome:
    """One receipt: which fields are right (None where nobody knows), and how sure it was."""

    right: dict[str, bool | None]
    confidence: dict[str, float]

    @property
    def all_three(self) -> bool:
        """Whether vendor, date and total are all right."""
        return all(self.right[field] for field in ("vendor", "date", "total"))


def judge(labelled: Labelled) -> Outcome:
    """Read one receipt and compare it with its label."""
    found = extract(read(labelled.line).text)
    right: dict[str, bool | None] = {
        "vendor": same_name(found.vendor.value, labelled.vendor),
        "date": found.date.value == labelled.date,
        "total": found.total.value == labelled.total,
        "tax": None if labelled.tax is None else found.tax.value == labelled.tax,
    }
    return Outcome(right, _confidences(found))


def _confidences(found: Extraction) -> dict[str, float]:
    fields = {field: getattr(found, field).confidence for field in FIELDS}
    return fields | {"all three": min(fields["vendor"], fields["date"], fields["total"])}


def share_right(outcomes: list[Outcome], field: str) -> float:
    """The share of exact matches among the receipts that have a label for this field."""
    if field == "all three":
        return sum(outcome.all_three for outcome in outcomes) / len(outcomes)
    known = [outcome.right[field] for outcome in outcomes if outcome.right[field] is not None]
    return sum(bool(right) for right in known) / len(known)


def by_confidence(outcomes: list[Outcome], field: str) -> list[tuple[float, int, float]]:
    """For each bucket of stated confidence: its lower edge, how many, and the share that is right."""
    buckets: dict[float, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        right = outcome.all_three if field == "all three" else outcome.right[field]
        if right is not None:
            edge = next(edge for edge in BUCKETS if outcome.confidence[field] >= edge)
            buckets[edge].append(right)
    return [
        (edge, len(buckets[edge]), sum(buckets[edge]) / len(buckets[edge]))
        for edge in BUCKETS
        if buckets[edge]
    ]


def report(outcomes: list[Outcome]) -> Iterator[str]:
    """The lines of the report: accuracy, then calibration."""
    shuffled = random.Random(2026).sample(outcomes, len(outcomes))
    half = len(shuffled) // 2
    columns = {"all": outcomes, "half 1": shuffled[:half], "half 2": shuffled[half:]}
    yield f"{'exact match':12}" + "".join(f"{name:>9}" for name in columns)
    for field in (*FIELDS, "all three"):
        yield f"{field:12}" + "".join(f"{share_right(part, field):9.3f}" for part in columns.values())
    yield ""
    yield f"{'confidence':12}{'from':>6}{'n':>6}{'right':>8}"
    for field in (*FIELDS, "all three"):
        for edge, count, share in by_confidence(outcomes, field):
            yield f"{field:12}{edge:6.2f}{count:6d}{share:8.3f}"


def main() -> int:
    """Print the report; 1 if there is nothing to measure."""
    if not is_here():
        sys.stdout.write(f"No receipts at {RECEIPTS}; set SHARED_DATA.\n")
        return 1
    receipts = labelled_receipts()
    began = time.perf_counter()
    outcomes = [judge(receipt) for receipt in receipts]
    milliseconds = 1000 * (time.perf_counter() - began) / len(receipts)
    sys.stdout.write(f"{len(receipts)} receipts, {milliseconds:.1f} ms each\n\n")
    sys.stdout.writelines(f"{line}\n" for line in report(outcomes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
