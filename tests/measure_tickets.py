"""``python -m tests.measure_tickets``: how the word statistics sort real messages, on a part that nothing was set by.

One fifth of the messages is judged, one fifth sets the temperature, and three fifths are learnt from. Figures are
printed with their n; nothing is set by what is judged.
"""

import sys
import time

from scipy.stats import binomtest

from runs.workflows.tickets import learning
from tests import shared_data

FILES = (
    ("banking77", "tickets/banking77.jsonl", "tickets/banking77_labels.jsonl", "intent"),
    ("complaints", "tickets/complaints.jsonl", "tickets/complaints_labels.jsonl", "product"),
)


def examples(texts: str, labels: str, name: str) -> list[tuple[str, str]]:
    """Texts with their labels; none where the files are absent."""
    if not (shared_data.ROOT / texts).is_file():
        return []
    known = {row["id"]: row[name] for row in shared_data.objects(labels)}
    return [(row["text"], known[row["id"]]) for row in shared_data.objects(texts)]


def report(title: str, rows: list[tuple[str, str]]) -> str:
    """One paragraph of figures."""
    began = time.perf_counter()
    learned = learning.learn(rows)
    took, it = time.perf_counter() - began, learned.judged
    interval = binomtest(it.right, it.n).proportion_ci(method="wilson")
    lines = [
        f"{title}: {len(rows)} examples, {len(learned.sorter.labels)} labels, learnt and judged in {took:.1f} s",
        f"  sorted as labelled, of those kept back: {it.right} of {it.n}, {it.right / it.n:.1%} "
        f"({interval.low:.1%} to {interval.high:.1%})",
    ]
    if it.answered:
        share = it.answered_right / it.answered
        lines.append(
            f"  answered above the floor of {learning.FLOOR}: {it.answered} of {it.n}, right {share:.1%} of them"
        )
    return "\n".join(lines)


def main() -> int:
    """Prints what there is to measure."""
    here = [(title, rows) for title, *where in FILES if (rows := examples(*where))]
    for title, rows in here:
        print(report(title, rows))
    if not here:
        print("The shared data is not on this machine: nothing was measured.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
