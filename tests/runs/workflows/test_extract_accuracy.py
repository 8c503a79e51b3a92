"""The extractor against receipts that people have labelled, and against hostile strings."""

import pytest

from runs.workflows.expense.extract import extract
from tests.measure_receipts import Outcome, by_confidence, judge, share_right
from tests.shared_data import is_here, labelled_receipts, texts

pytestmark = pytest.mark.skipif(
    not is_here(), reason="the shared receipts are not on this machine (SHARED_DATA)"
)
TARGETS = {"date": 0.97, "total": 0.93, "vendor": 0.85, "tax": 0.95, "all three": 0.78}
MARGIN = 0.01


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return [judge(receipt) for receipt in labelled_receipts()]


@pytest.mark.parametrize("field", TARGETS)
def test_the_field_is_read_as_often_as_promised(outcomes: list[Outcome], field: str) -> None:
    assert share_right(outcomes, field) >= TARGETS[field] - MARGIN


@pytest.mark.parametrize("field", ["vendor", "date", "total", "tax"])
def test_a_field_read_with_confidence_is_right(outcomes: list[Outcome], field: str) -> None:
    sure = [(n, share) for edge, n, share in by_confidence(outcomes, field) if edge >= 0.9]
    assert sum(n * share for n, share in sure) / sum(n for n, _ in sure) >= 0.95


@pytest.mark.parametrize("path", ["nasty/strings.jsonl", "nasty/prompt_injection.jsonl"])
def test_hostile_text_around_a_receipt_changes_neither_date_nor_total(path: str) -> None:
    receipt = "Cedar Tools Ltd\nLondon\nDate: 2026-02-01\nHammer 50.00\nNails 4.19\n{}\nTOTAL £54.19\n"
    for text in texts(path):
        extract(text)
        found = extract(receipt.format(text))
        assert (found.total.value, found.date.value) == ("54.19", "2026-02-01"), text
