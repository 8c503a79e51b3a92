"""Whole documents from many countries, read as a careful person reads them."""

import pytest

from runs.workflows.expense.extract import extract
from tests.runs.workflows.papers import PAPERS, Paper

FIELDS = ("vendor", "date", "currency", "total", "tax", "document")
WHOLE = [paper for paper in PAPERS if paper.name != "one running sentence"]


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_date_currency_total_and_tax_are_read_as_printed(paper: Paper) -> None:
    found = extract(paper.text)
    read = {field: getattr(found, field).value for field in ("date", "currency", "total", "tax")}
    assert read == {field: getattr(paper, field) for field in read}


@pytest.mark.parametrize("paper", WHOLE, ids=lambda paper: paper.name)
def test_vendor_and_document_number_are_read_as_printed(paper: Paper) -> None:
    found = extract(paper.text)
    assert found.vendor.value == paper.vendor
    if paper.document is not None:
        assert found.document.value == paper.document


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_value_points_at_the_characters_that_support_it(paper: Paper) -> None:
    found = extract(paper.text)
    for name in FIELDS:
        field = getattr(found, name)
        if field.value is None:
            assert (field.confidence, field.start, field.end) == (0.0, None, None)
        else:
            assert paper.text[field.start : field.end].strip()
            assert 0 < field.confidence < 1


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_an_honest_document_raises_no_alarm(paper: Paper) -> None:
    facts = extract(paper.text).consistency
    assert not facts.sum_contradicts
    assert not facts.totals_conflict
    assert not facts.instructions_found


def test_the_confidence_of_the_whole_is_that_of_its_weakest_field() -> None:
    found = extract(PAPERS[0].text)
    fields = (found.vendor, found.date, found.currency, found.total)
    assert found.confidence == min(field.confidence for field in fields)


def test_the_same_text_always_gives_the_same_answer() -> None:
    assert all(extract(paper.text) == extract(paper.text) for paper in PAPERS)
