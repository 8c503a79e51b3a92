"""Each amount of a document with the part it plays, read from its label, its row and its neighbours."""

import re
from dataclasses import dataclass
from decimal import Decimal

from runs.workflows.expense.amounts import Amount
from runs.workflows.expense.labels import Role, role_of
from runs.workflows.expense.lines import Line
from runs.workflows.expense.vocabulary import words

_WORD = re.compile(r"[^\W\d_]{2,}|T ?O ?T ?A ?L")
_HEADER = words(
    """QTY QUANTITY DESC* ITEM ITEMS PRICE U/P CODE MENGE ARTIKEL BEZEICHNUNG DESIGNATION QTE CANT* UNIT RATE SUMMARY
    PAYMENT_MODE 数量 単価"""
)
_RATE = re.compile(r"[0-9]{1,2}(?:[.,][0-9]{1,2})? ?%")
_SUMMARY = re.compile(
    r"\b(?:GST|SST|VAT|TAX|MWST|UST|TVA|IVA)\b.{0,30}(?:SUMMARY|ANALYSIS|CODE|BREAKDOWN|DETAIL|RATE)|\bSUMMARY\b"
    r"|\b(?:NETTO|NET)\b.{0,20}\b(?:TAX|GST|VAT|MWST|STEUER|BRUTTO)\b|\b(?:AMOUNT|AMT)\b.{0,12}\b(?:TAX|GST|VAT)\b"
)
_TABLE = "TAX TABLE"
TABLE_TOTAL = "TAX TABLE TOTAL"
_SUMS = (Role.TOTAL, Role.GROSS, Role.PAYABLE)


@dataclass(frozen=True, slots=True)
class Reading:
    """An amount and its role; `near` is the label that gave it."""

    amount: Amount
    role: Role
    near: str

    @property
    def value(self) -> Decimal:
        """The amount's value, for arithmetic."""
        return self.amount.value


def readings_of(lines: list[Line], amounts: list[Amount]) -> list[Reading]:
    """Every amount with its role; those on lines that give orders are left out."""
    by_line: dict[int, list[Amount]] = {}
    for amount in amounts:
        if amount.doubtful < 2:
            by_line.setdefault(amount.line, []).append(amount)
    readings: list[Reading] = []
    summary_until = -1
    for line in lines:
        if line.doubtful == 2:
            continue
        row = by_line.get(line.number, [])
        if not row and _SUMMARY.search(line.folded[:200]):
            summary_until = line.number + 8
        if row:
            label = _label_above(lines, by_line, line, row)
            readings.extend(_read_row(line, row, label, line.number <= summary_until))
    return readings


def _label_above(lines: list[Line], by_line: dict[int, list[Amount]], line: Line, row: list[Amount]) -> str:
    """The words of the line above, for a line that holds nothing but one amount."""
    if len(row) != 1 or line.number == 0 or len(_WORD.findall(line.folded)) > (row[0].sign is not None):
        return ""
    above = lines[line.number - 1]
    if above.number in by_line or len(above.text) > 50 or _HEADER.search(above.folded) or above.doubtful == 2:
        return ""
    return above.folded


def _read_row(line: Line, row: list[Amount], above: str, in_summary: bool) -> list[Reading]:
    exact = [amount for amount in row if amount.exact]
    table = _as_tax_row(line, exact, in_summary) if 2 <= len(exact) <= 4 else None
    if table:
        return table
    readings: list[Reading] = []
    for amount in row:
        label = amount.label if _WORD.search(amount.label) else (above or _label_after(line, amount, row))
        role = role_of(label)
        # Nobody rounds by a whole unit: "ROUNDING 72.75" is the total after rounding.
        if role is Role.ROUNDING and abs(amount.value) >= 1:
            role = Role.TOTAL
        readings.append(Reading(amount, role, label))
    return readings


def _label_after(line: Line, amount: Amount, row: list[Amount]) -> str:
    """Words behind the only amount of a line (12.50 TOTAL), where none stand before it."""
    if len(row) > 1:
        return ""
    tail = line.folded[amount.end - line.start :][:40]
    return tail if _WORD.search(tail) else ""


def _as_tax_row(line: Line, row: list[Amount], in_summary: bool) -> list[Reading] | None:
    """A row of a tax table: net and tax, or net, tax and gross, in whatever order they add up."""
    if any(_WORD.search(amount.label) for amount in row[1:]):
        return None
    rated = _RATE.search(line.folded) is not None
    first = role_of(row[0].label)
    if not (in_summary or rated or first in (*_SUMS, Role.TAX)):
        return None
    if len(row) == 3:
        tax, net, gross = sorted(row, key=lambda amount: amount.value)
        if tax.value > 0 and tax.value + net.value == gross.value:
            whole = Role.GROSS if first in _SUMS and not rated else Role.PART
            return [
                Reading(tax, Role.TAX, _TABLE),
                Reading(net, Role.NET, _TABLE),
                Reading(gross, whole, _TABLE),
            ]
    if len(row) == 2 and (in_summary or rated or first is Role.TOTAL):
        tax, net = sorted(row, key=lambda amount: abs(amount.value))
        if abs(tax.value) * 3 < abs(net.value):
            label = TABLE_TOTAL if first in _SUMS else _TABLE
            return [Reading(net, Role.NET, label), Reading(tax, Role.TAX, label)]
    return None
