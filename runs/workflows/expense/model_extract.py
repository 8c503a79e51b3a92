"""Read a receipt or an invoice by asking a model, and believe it only where the text bears it out."""

import re
from datetime import date
from decimal import Decimal

from pydantic import field_validator

from runs.llm.answers import Form, Quoted
from runs.llm.client import Asks
from runs.llm.questions import Answer, Question
from runs.workflows.expense.consistency import Consistency, consistency_of
from runs.workflows.expense.currencies import has_no_minor_unit, place_of
from runs.workflows.expense.dates import find_date
from runs.workflows.expense.extract import Extraction
from runs.workflows.expense.found import Found
from runs.workflows.expense.quotes import (
    Page,
    grounded_amount,
    grounded_currency,
    grounded_date,
    grounded_words,
)
from runs.workflows.expense.readings import readings_of
from runs.workflows.expense.totals import Candidate, Verdict, find_total

SURE = 0.7
"""Below this, in a field an expense cannot do without, a larger model is worth asking."""
_MONEY = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")
_CODE = re.compile(r"[A-Z]{3}")


class Words(Quoted[str]):
    """Text as printed."""

    @field_validator("value")
    @classmethod
    def _says_something(cls, value: str | None) -> str | None:
        if value is not None and not (value.strip() and len(value) <= 200):
            raise ValueError("must be 1 to 200 characters, or null")
        return value


class Day(Quoted[str]):
    """A day as YYYY-MM-DD."""

    @field_validator("value")
    @classmethod
    def _is_a_day(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            raise ValueError("must be a day of the calendar as YYYY-MM-DD, or null") from None


class Code(Quoted[str]):
    """A currency as three capital letters."""

    @field_validator("value")
    @classmethod
    def _is_a_code(cls, value: str | None) -> str | None:
        if value is not None and not _CODE.fullmatch(value):
            raise ValueError("must be three capital letters of ISO 4217, or null")
        return value


class Money(Quoted[str]):
    """An amount as a plain decimal number."""

    @field_validator("value")
    @classmethod
    def _is_money(cls, value: str | None) -> str | None:
        if value is not None and not _MONEY.fullmatch(value):
            raise ValueError("must be a plain decimal number such as 1234.50, or null")
        return value


class Expense(Form):
    """What one receipt or invoice says."""

    vendor: Words
    date: Day
    currency: Code
    total: Money
    tax: Money
    document: Words


def extract_with_model(text: str, client: Asks) -> tuple[Extraction, Answer[Expense]]:
    """Ask for the fields of one text and ground every one of them. Raises what asking raises."""
    question = Question(prompt=client.prompt("extract_expense", text), form=Expense, document=text)
    answer = client.ask(question, unsure=_unsure)
    page, said = Page(text), answer.value
    total = grounded_amount(page, said.total)
    currency = grounded_currency(page, said.currency)
    extraction = Extraction(
        vendor=grounded_words(page, said.vendor),
        date=grounded_date(page, said.date, ruled=find_date(page.lines, place_of(page.lines)).value),
        currency=currency,
        total=total,
        tax=grounded_amount(page, said.tax),
        document=grounded_words(page, said.document),
        consistency=_consistency(page, total, whole_units=has_no_minor_unit(currency.value)),
    )
    return extraction, answer


def _unsure(said: Expense) -> bool:
    needed = (said.vendor, said.date, said.currency, said.total)
    return any(field.value is None or field.confidence < SURE for field in needed)


def _consistency(page: Page, total: Found, *, whole_units: bool) -> Consistency:
    """How the amounts agree with the model's total; another total read by rule is in conflict with it."""
    readings = readings_of(page.lines, page.amounts)
    verdict = find_total(readings, whole_units)
    if total.value is not None and verdict.found.value != total.value:
        value = Decimal(total.value)
        proof = next((reading for reading in readings if reading.value == value), None)
        winner = Candidate(value, proof) if proof else None
        verdict = Verdict(total, winner, verdict.winner)
    return consistency_of(readings, verdict, any(line.doubtful == 2 for line in page.lines))
