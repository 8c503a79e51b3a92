"""Read a receipt or an invoice: five fields, its number, and how its amounts agree.

Rules only, no model: the same text always gives the same answer, in time linear in its length.
"""

from dataclasses import dataclass

from runs.workflows.expense.amounts import amounts_of
from runs.workflows.expense.consistency import Consistency, consistency_of
from runs.workflows.expense.currencies import find_currency, has_no_minor_unit, home_of
from runs.workflows.expense.dates import find_date
from runs.workflows.expense.found import Found
from runs.workflows.expense.lines import lines_of
from runs.workflows.expense.places import place_of
from runs.workflows.expense.readings import readings_of
from runs.workflows.expense.references import find_reference
from runs.workflows.expense.taxes import find_tax
from runs.workflows.expense.totals import find_total
from runs.workflows.expense.vendors import find_vendor


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one document says, field by field."""

    vendor: Found
    date: Found
    currency: Found
    total: Found
    tax: Found
    document: Found
    consistency: Consistency

    @property
    def confidence(self) -> float:
        """The confidence of the whole: the least of vendor, date, currency and total."""
        return min(
            self.vendor.confidence, self.date.confidence, self.currency.confidence, self.total.confidence
        )


def extract(text: str) -> Extraction:
    """Read any text; what it does not say comes back as *cannot tell*."""
    lines = lines_of(text)
    place = place_of(lines)
    amounts = amounts_of(lines)
    marks = [(a.sign, *a.sign_at) for a in amounts if a.sign and a.doubtful < 2]
    currency = find_currency(lines, marks, place)
    whole_units = has_no_minor_unit(currency.value)
    readings = readings_of(lines, amounts)
    verdict = find_total(readings, whole_units)
    total = verdict.winner.value if verdict.winner else None
    return Extraction(
        vendor=find_vendor(text, lines),
        date=find_date(lines, place if place.country else home_of(currency)),
        currency=currency,
        total=verdict.found,
        tax=find_tax(readings, total, whole_units),
        document=find_reference(lines),
        consistency=consistency_of(readings, verdict, any(line.doubtful == 2 for line in lines)),
    )
