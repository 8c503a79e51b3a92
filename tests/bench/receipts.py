"""Real receipts through the shipped workflow, read by rule, as `manage.py run_workflow` walks them."""

import json
import time
from dataclasses import dataclass

from runs.workflows import catalogue
from tests.people import Company
from tests.shared_data import RECEIPTS


@dataclass(frozen=True)
class Walked:
    inputs: int
    seconds: float
    outcomes: str


def measure(company: Company) -> Walked:
    lines = [json.loads(line) for line in RECEIPTS.read_text(encoding="utf-8").splitlines()]
    began = time.perf_counter()
    _, tally = catalogue.get("expense-posting").walk(agent=company.bot, inputs=lines)
    seconds = time.perf_counter() - began
    counted = {name: count for name, count in tally.outcomes.items() if name != "inputs"}
    return Walked(len(lines), seconds, ", ".join(f"{count} {name}" for name, count in counted.items()))
