"""What a walk can say of itself at the end."""

from collections import Counter
from dataclasses import dataclass, field

from approvals import gates
from approvals.models import Proposal


@dataclass
class Tally:
    """Counts by outcome, and by the gate that blocked or asked."""

    outcomes: Counter[str] = field(default_factory=Counter)
    blocked_by: Counter[str] = field(default_factory=Counter)
    asked_by: Counter[str] = field(default_factory=Counter)

    def count(self, proposal: Proposal) -> None:
        self.outcomes[proposal.state] += 1
        for ruling in proposal.rulings:
            if ruling["ruling"] == gates.BLOCK:
                self.blocked_by[ruling["gate"]] += 1
            elif ruling["ruling"] == gates.ASK:
                self.asked_by[ruling["gate"]] += 1
