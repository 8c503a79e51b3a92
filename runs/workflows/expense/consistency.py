"""Facts about how the amounts of a document agree, for gates to act on."""

import re
from dataclasses import dataclass
from decimal import Decimal

from runs.workflows.expense.labels import Role
from runs.workflows.expense.readings import Reading
from runs.workflows.expense.totals import STRONG, Verdict, values_by_role

_NEAR = Decimal("0.05")
_SUMS = (Role.SUBTOTAL, Role.NET, Role.TOTAL, Role.GROSS, Role.PAYABLE)
_UNIT_PRICE = re.compile(r"[0-9] ?[X@*]$|^@|\b(?:PER|EACH|AT)$")
_UNCLEAR = (Role.DISCOUNT, Role.PART, Role.CHARGE)


@dataclass(frozen=True, slots=True)
class Consistency:
    """What adds up and what does not.

    `net_and_tax_hold` and `lines_hold` are None where the document does not print enough to tell.
    `sum_contradicts` says that printed parts are clearly there and cannot make the total.
    `totals_conflict` says that two labelled totals differ and nothing printed explains it; then
    `other_total` is the one not chosen. `instructions_found` says that the text gives orders.
    """

    net_and_tax_hold: bool | None = None
    lines_hold: bool | None = None
    sum_contradicts: bool = False
    totals_conflict: bool = False
    other_total: str | None = None
    instructions_found: bool = False


def consistency_of(readings: list[Reading], verdict: Verdict, instructions: bool) -> Consistency:
    """The facts for one document."""
    rival = verdict.rival
    if verdict.winner is None:
        return Consistency(instructions_found=instructions)
    total = verdict.winner.value
    net_and_tax = _net_and_tax(readings, total)
    items = _lines(readings, total)
    return Consistency(
        net_and_tax_hold=net_and_tax,
        lines_hold=items,
        sum_contradicts=net_and_tax is False or (items is False and net_and_tax is not True),
        totals_conflict=rival is not None,
        other_total=str(rival.value) if rival else None,
        instructions_found=instructions,
    )


def _net_and_tax(readings: list[Reading], total: Decimal) -> bool | None:
    """Whether a printed net or subtotal with the printed extras makes the total."""
    roles = values_by_role(readings)
    own = [v for role in (Role.NET, Role.SUBTOTAL) for v in roles.get(role, [])]
    other = [v for role in STRONG for v in roles.get(role, []) if v != total]
    taxes = [v for v in roles.get(Role.TAX, []) if v > 0][:12]
    if not own or not taxes:
        return None
    bases = [v for v in own + sorted(other) if v > 0][:12]
    extras = [Decimal(0), *roles.get(Role.CHARGE, [])[:4]]
    extras += [-abs(v) for v in roles.get(Role.DISCOUNT, [])[:4]]
    added = [*taxes, *(2 * tax for tax in taxes), Decimal(0), sum(taxes, Decimal(0))]
    bases += [a + b for i, a in enumerate(bases) for b in bases[:i]]
    rounding = max((abs(v) for v in roles.get(Role.ROUNDING, []) if abs(v) < 1), default=Decimal(0))
    slack = _NEAR + rounding
    if any(abs(base + tax + extra - total) <= slack for base in bases for tax in added for extra in extras):
        return True
    everything = sum(extras, Decimal(0))
    return any(abs(base + tax + everything - total) <= slack for base in bases for tax in added)


def _lines(readings: list[Reading], total: Decimal) -> bool | None:
    """Whether the item lines make the total or the subtotal; None unless they are plainly a list."""
    items: dict[int, Reading] = {}
    sums: set[Decimal] = {total}
    for reading in readings[:400]:
        if reading.role in _SUMS:
            sums.add(reading.value)
        elif reading.role is Role.OTHER and len(sums) == 1 and reading.amount.exact:
            if reading.amount.line in items or not _UNIT_PRICE.search(reading.amount.label):
                items[reading.amount.line] = reading
        elif reading.role in _UNCLEAR:
            return None
    if len(items) < 2 or any(item.value == total for item in items.values()):
        return None
    added = sum((item.value for item in items.values()), Decimal(0))
    if any(abs(added - value) <= _NEAR for value in sums):
        return True
    return False if _plain_list(items) else None


def _plain_list(items: dict[int, Reading]) -> bool:
    """Whether the items stand on neighbouring lines, each named, each with its amount at the end."""
    numbers = sorted(items)
    return numbers[-1] - numbers[0] == len(numbers) - 1
