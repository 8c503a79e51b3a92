"""The tax of the whole document, where one is printed."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from runs.workflows.expense.amounts import money
from runs.workflows.expense.found import Found, cannot_tell
from runs.workflows.expense.labels import Role
from runs.workflows.expense.readings import Reading

_WHOLE = re.compile(
    r"\bTOTAL (?:GST|SST|VAT|TAX|MWST|TVA|IVA)|\b(?:GST|SST|VAT|TAX|MWST|TVA|IVA) TOTAL|TAX TABLE TOTAL|\bPAYABLE"
    r"|INCLUDE[DS]"
)
_NEAR = Decimal("0.05")


@dataclass(slots=True)
class Candidate:
    """One tax value with everything that speaks for it."""

    best: Reading
    score: float = 0.0
    adds_up: bool = False
    proofs: set[str] = field(default_factory=set)


def find_tax(readings: list[Reading], total: Decimal | None, whole_units: bool = False) -> Found:
    """The tax that, with a printed net, makes up the total; else the only one printed."""
    candidates = _candidates(readings, total, whole_units)
    if not candidates:
        return cannot_tell("no tax printed")
    if total is not None:
        _prove(candidates, readings, total)
    ranked = sorted(candidates.items(), key=lambda item: (item[1].score, item[0]), reverse=True)
    value, winner = ranked[0]
    others = [v for v, c in ranked[1:] if v > 0]
    if not winner.adds_up and _is_half(value, readings, total):
        return cannot_tell("several taxes")
    if not winner.adds_up and others and winner.score - ranked[1][1].score < 1:
        return cannot_tell("several taxes")
    amount = winner.best.amount
    if winner.adds_up:
        confidence, reason = (0.96 if not others else 0.93), "net and tax make the total"
    else:
        confidence, reason = (0.85 if not others else 0.6), "labelled tax"
    return Found(money(value), confidence, amount.start, amount.end, reason)


def _candidates(
    readings: list[Reading], total: Decimal | None, whole_units: bool
) -> dict[Decimal, Candidate]:
    found: dict[Decimal, Candidate] = {}
    for reading in islice(
        (r for r in readings if r.role is Role.TAX and (whole_units or r.amount.exact or r.amount.sign)), 60
    ):
        value = reading.value
        if value < 0 or (total is not None and total > 0 and value > total / 2):
            continue
        candidate = found.setdefault(value, Candidate(reading))
        candidate.score += 0.5 if candidate.score else 1.0
        if _WHOLE.search(reading.near) and "whole" not in candidate.proofs:
            candidate.proofs.add("whole")
            candidate.score += 1.0
    zero = found.get(Decimal("0.00"))
    if zero is not None and len(found) > 1:
        zero.score -= 2.0
    return found


def _is_half(value: Decimal, readings: list[Reading], total: Decimal | None) -> bool:
    """Whether two equal taxes (central and state, say) are needed to make the total."""
    if total is None or value == 0:
        return False
    nets = islice((r.value for r in readings if r.role in (Role.NET, Role.SUBTOTAL)), 30)
    return any(abs(net + 2 * value - total) <= _NEAR for net in nets)


def _prove(candidates: dict[Decimal, Candidate], readings: list[Reading], total: Decimal) -> None:
    """A tax is proven by the net it was added to; zero-rated amounts may stand beside that net."""
    nets: dict[Role, dict[Decimal, None]] = defaultdict(dict)
    for reading in readings:
        nets[reading.role].setdefault(reading.value)
    bases = list(islice({**nets[Role.NET], **nets[Role.SUBTOTAL]}, 30))
    for value, candidate in candidates.items():
        wanted = total - value
        if any(abs(base - wanted) <= _NEAR and base != total for base in bases):
            candidate.score += 3.0
            candidate.adds_up = value > 0
        elif any(abs(a + b - wanted) <= _NEAR for i, a in enumerate(bases) for b in bases[:i]):
            candidate.score += 2.0
            candidate.adds_up = value > 0
