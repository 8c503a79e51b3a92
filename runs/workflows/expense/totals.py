"""Which printed amount is the total: labels first, then what the other amounts confirm."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice

from runs.workflows.expense.amounts import money
from runs.workflows.expense.found import Found, cannot_tell
from runs.workflows.expense.labels import Role
from runs.workflows.expense.readings import Reading

_WEIGHT = {Role.PAYABLE: 6.0, Role.TOTAL: 5.0, Role.GROSS: 4.7, Role.BALANCE: 3.4, Role.SUBTOTAL: 2.5, Role.AMOUNT: 2.2,
           Role.TENDER: 1.8, Role.NET: 0.6}  # fmt: skip
STRONG = frozenset({Role.PAYABLE, Role.TOTAL, Role.GROSS})
_A_FEW = 40


@dataclass(slots=True)
class Candidate:
    """One value that may be the total, with everything that speaks for it."""

    value: Decimal
    best: Reading
    score: float = 0.0
    roles: set[Role] = field(default_factory=set)
    proofs: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The total, the candidate it came from, and a rival that nothing explains."""

    found: Found
    winner: Candidate | None = None
    rival: Candidate | None = None


def values_by_role(readings: list[Reading]) -> dict[Role, list[Decimal]]:
    """The distinct values of each role, in order, a bounded number of them."""
    found: dict[Role, dict[Decimal, None]] = defaultdict(dict)
    for reading in readings:
        found[reading.role].setdefault(reading.value)
    return {role: list(islice(values, _A_FEW)) for role, values in found.items()}


def find_total(readings: list[Reading], whole_units: bool) -> Verdict:
    """The best supported value; `whole_units` says the currency prints no decimals."""
    usable = _usable(readings, whole_units)
    candidates = _candidates(usable)
    if not candidates:
        return Verdict(cannot_tell("no total printed"))
    _prove(candidates, values_by_role(readings))
    ranked = sorted(candidates.values(), key=lambda c: (c.score, c.best.amount.start), reverse=True)
    winner = ranked[0]
    rival = next((c for c in ranked[1:] if _rivals(winner, c, readings)), None)
    confidence, reason = _trust(winner, rival)
    if confidence == 0.0:
        return Verdict(cannot_tell(reason))
    amount = winner.best.amount
    return Verdict(Found(money(winner.value), confidence, amount.start, amount.end, reason), winner, rival)


def _usable(readings: list[Reading], whole_units: bool) -> list[Reading]:
    """Bare whole numbers count only where the document prints its strong amounts that way."""
    weighed = [r for r in readings if r.role in _WEIGHT and (r.amount.exact or r.amount.sign or _labelled(r))]
    decimal = any(r.amount.exact for r in weighed)
    if whole_units or not decimal:
        return weighed
    return [r for r in weighed if r.amount.exact or r.amount.sign]


def _labelled(reading: Reading) -> bool:
    return reading.role in STRONG or reading.role in (Role.BALANCE, Role.SUBTOTAL)


def _candidates(readings: list[Reading]) -> dict[Decimal, Candidate]:
    candidates: dict[Decimal, Candidate] = {}
    for reading in readings:
        weight = _WEIGHT[reading.role] - (4.0 if reading.amount.doubtful else 0.0)
        candidate = candidates.get(reading.value)
        if candidate is None:
            candidate = candidates[reading.value] = Candidate(reading.value, reading, weight)
        elif weight >= candidate.score:
            candidate.best, candidate.score = reading, weight
        candidate.roles.add(reading.role)
    for candidate in candidates.values():
        candidate.score += 0.2 * len(candidate.roles & STRONG)
        candidate.score -= 4.0 if candidate.value == 0 else 3.0 if candidate.value < 0 else 0.0
    return candidates


def _prove(candidates: dict[Decimal, Candidate], by_role: dict[Role, list[Decimal]]) -> None:
    """Let the arithmetic of the other amounts speak for a candidate."""
    changes, tenders = by_role.get(Role.CHANGE, []), by_role.get(Role.TENDER, [])
    bases = [v for role in (Role.NET, Role.SUBTOTAL, Role.GROSS, Role.TOTAL) for v in by_role.get(role, [])]
    for tender in tenders:
        _credit(candidates, abs(tender), "tender", 0.8)
        for change in changes:
            _credit(candidates, abs(tender) - abs(change), "change", 1.2 if change == 0 else 2.0)
        for balance in by_role.get(Role.BALANCE, []):
            _credit(candidates, abs(tender) + balance, "balance", 2.0)
    for base in bases:
        for tax in by_role.get(Role.TAX, []):
            if tax != 0:
                _credit(candidates, base + tax, "net and tax", 1.5)
    for rounding in by_role.get(Role.ROUNDING, []):
        if 0 < abs(rounding) < 1:
            _prove_rounding(candidates, rounding)


def _prove_rounding(candidates: dict[Decimal, Candidate], rounding: Decimal) -> None:
    for value in list(candidates):
        if candidates[value].roles & (STRONG | {Role.SUBTOTAL, Role.NET}):
            _credit(candidates, value + rounding, "rounding", 2.0)


def _credit(candidates: dict[Decimal, Candidate], value: Decimal, proof: str, weight: float) -> None:
    candidate = candidates.get(value)
    if candidate is not None and proof not in candidate.proofs and value > 0:
        candidate.proofs.add(proof)
        candidate.score += weight


def _rivals(winner: Candidate, other: Candidate, readings: list[Reading]) -> bool:
    """Another strongly labelled value that is not a known part of the winner."""
    if not other.roles & STRONG or other.score < 4.0 or other.value <= 0:
        return False
    difference = abs(winner.value - other.value)
    if difference <= Decimal("0.05"):
        return False
    parts = (Role.TAX, Role.DISCOUNT, Role.TENDER, Role.BALANCE, Role.CHARGE, Role.ROUNDING)
    return not any(abs(abs(r.value) - difference) <= Decimal("0.02") for r in readings if r.role in parts)


def _trust(winner: Candidate, rival: Candidate | None) -> tuple[float, str]:
    """How often a total with this support is right, and the short reason."""
    if winner.score <= 0:
        return 0.0, "no total printed"
    proven = winner.proofs & {"change", "net and tax", "rounding", "balance"}
    if winner.roles & STRONG:
        if rival is not None:
            return (0.6 if proven and winner.score - rival.score > 2 else 0.45), "several totals"
        if winner.best.amount.doubtful:
            return 0.4, "beside an order to the reader"
        if proven:
            return 0.97, "labelled total, arithmetic agrees"
        return (0.95 if "tender" in winner.proofs else 0.9), "labelled total"
    if winner.roles & {Role.SUBTOTAL, Role.BALANCE, Role.AMOUNT}:
        return (0.75 if proven or "tender" in winner.proofs else 0.4), "weak label"
    if Role.TENDER in winner.roles:
        return (0.6 if proven else 0.3), "amount paid"
    return 0.0, "no total printed"
