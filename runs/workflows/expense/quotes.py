"""Tie what a model says to the text: a value counts only with a quote that is printed and that says it.

A model can be talked into anything by a document. These checks cannot: a quote that is not in the text, a quote
that does not contain the value, and a quote from a line that gives orders all leave the value ungrounded.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice

from runs.llm.answers import Quoted
from runs.workflows.expense.amounts import Amount, amounts_of, money
from runs.workflows.expense.currencies import SIGNS, Place
from runs.workflows.expense.dates import find_date
from runs.workflows.expense.found import Found, cannot_tell
from runs.workflows.expense.lines import fold, lines_of

LONGEST_QUOTE = 500
MOST_PLACES = 50
_NOT_OF_A_SIGN = re.compile(r"[\s()\[\]:=*0-9.,\-/]+")
Span = tuple[int, int]


class Page:
    """A text, read once, in which quotes are looked up."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = fold(text)
        self.lines = lines_of(text)
        self.amounts = amounts_of(self.lines)
        self._orders = [
            (line.start, line.start + len(line.text)) for line in self.lines if line.doubtful == 2
        ]

    def places(self, words: str) -> list[Span]:
        """Where these words are printed, whatever the case and spacing; not in lines that give orders."""
        return [span for span in self._printed(words) if not self._is_order(span)]

    def why_not(self, words: str) -> str:
        """The reason for which `places` is empty."""
        ordered = any(self._is_order(span) for span in self._printed(words))
        return "quoted from an order" if ordered else "quote not in the text"

    def _printed(self, words: str) -> Iterator[Span]:
        pieces = fold(words).split() if len(words) <= LONGEST_QUOTE else []
        if not pieces:
            return iter(())
        before = "(?<![A-Z0-9])" if _plain(pieces[0][0]) else ""
        after = "(?![A-Z0-9])" if _plain(pieces[-1][-1]) else ""
        pattern = re.compile(before + r"\s+".join(map(re.escape, pieces)) + after)
        return islice((match.span() for match in pattern.finditer(self.folded)), MOST_PLACES)

    def _is_order(self, span: Span) -> bool:
        return any(start < span[1] and span[0] < end for start, end in self._orders)


def grounded_words(page: Page, said: Quoted[str]) -> Found:
    """A name or a number that must stand in its quote; the value is given as printed."""
    if said.value is None:
        return cannot_tell()
    quoted = page.places(said.quote or "")
    if not quoted:
        return _ungrounded(said.value, page.why_not(said.quote or ""))
    for start, end in page.places(said.value):
        if any(first <= start and end <= last for first, last in quoted):
            printed = " ".join(page.text[start:end].split())
            return Found(printed, said.confidence, start, end, "model")
    return _ungrounded(said.value, "quote does not say it")


def grounded_amount(page: Page, said: Quoted[str]) -> Found:
    """Money: one of the amounts in the quote must be the value. The last place counts: totals come last."""
    if said.value is None:
        return cannot_tell()
    value = Decimal(said.value)
    quoted = page.places(said.quote or "")
    amount = next((a for span in reversed(quoted) for a in _inside(page, span) if a.value == value), None)
    if amount:
        return Found(money(value), said.confidence, amount.start, amount.end, "model")
    return _ungrounded(money(value), "quote does not say it" if quoted else page.why_not(said.quote or ""))


def grounded_date(page: Page, said: Quoted[str], *, ruled: str | None) -> Found:
    """A date: the quote, read day first or month first, must give it.

    Where the two readings differ and the rules, which know the country, read another one, it is a guess.
    """
    if said.value is None:
        return cannot_tell()
    quoted = page.places(said.quote or "")
    if not quoted:
        return _ungrounded(said.value, page.why_not(said.quote or ""))
    start, end = quoted[0]
    lines = lines_of(page.text[start:end])
    readings = [find_date(lines, Place(None)), find_date(lines, Place("US", sure=True))]
    proof = next(
        (r for r in readings if r.value == said.value and r.start is not None and r.end is not None), None
    )
    if proof is None or proof.start is None or proof.end is None:
        return _ungrounded(said.value, "quote does not say it")
    unclear = readings[0].value != readings[1].value and ruled != said.value
    confidence = min(said.confidence, 0.5) if unclear else said.confidence
    reason = "day or month first" if unclear else "model"
    return Found(said.value, confidence, start + proof.start, start + proof.end, reason)


def grounded_currency(page: Page, said: Quoted[str]) -> Found:
    """A currency: the quote must carry its code, or a sign that can stand for it."""
    if said.value is None:
        return cannot_tell()
    quote = said.quote or ""
    quoted = page.places(quote)
    if not quoted:
        return _ungrounded(said.value, page.why_not(quote))
    words = _NOT_OF_A_SIGN.split(fold(quote))
    possible = {code for word in words for code in (word, *SIGNS.get(word, ()), *SIGNS.get(f"{word}.", ()))}
    if said.value not in possible:
        return _ungrounded(said.value, "quote does not say it")
    return Found(said.value, said.confidence, *quoted[0], "model")


def _inside(page: Page, span: Span) -> list[Amount]:
    return [a for a in page.amounts if span[0] <= a.start and a.end <= span[1]]


def _plain(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _ungrounded(value: str, reason: str) -> Found:
    return Found(value, 0.0, None, None, reason)
