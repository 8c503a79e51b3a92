"""A dry run in a real browser: one key, the books' own words, and the difference when a target moved meanwhile."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from approvals.models import Proposal
from approvals.tools import Observation
from runs import drain
from tests import builders, expenses
from tests.approvals.reviewing import url
from tests.books import Books
from tests.journeys.browsing import press, until
from tests.journeys.soundness import faults
from tests.memo import WriteMemo
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIGNED = {"title": "Chairs", "amount": "8.00", "day": "2026-10-01", "shelf": {"name": "B", "place": "left"}}
MOVED = SIGNED | {"amount": "9.50", "day": "2026-10-02", "shelf": {"name": "B", "place": "right"}}


@pytest.fixture
def expense(company: Company, books: Books) -> Proposal:
    expenses.open_books("northwind")
    (proposal,) = expenses.propose(company.bot, [1])
    drain.drain(linger=0, longest=0)
    return Proposal.objects.get(pk=proposal.pk)


def test_one_key_asks_and_what_was_found_comes_by_itself(
    company: Company, books: Books, expense: Proposal, opened: Any
) -> None:
    page = opened(company.maria, url("proposal", expense))
    press(page, "w")
    expect(page.locator("#dry-run")).to_contain_text("A worker tries it")
    assert faults(page) == []
    drain.drain(linger=0, longest=1)
    expect(page.locator("#dry-run")).to_contain_text("It would be written")
    expect(page.locator("#dry-run")).to_contain_text(re.compile(r"rehearsed \d+ s ago for maria"))
    expect(page.locator("#dry-run .change")).to_contain_text("EUR 10.01")
    assert faults(page) == [] and books.rows() == []
    press(page, "a")
    until(page, lambda: Proposal.objects.get(pk=expense.pk).state == "approved")


def test_the_sheet_of_keys_knows_it(company: Company, expense: Proposal, opened: Any) -> None:
    page = opened(company.maria, url("proposal", expense))
    press(page, "?")
    expect(page.locator("#sheet")).to_contain_text("Rehearse")


def test_without_javascript_one_presses_and_looks_again(
    company: Company, expense: Proposal, opened: Any
) -> None:
    page = opened(company.maria, url("proposal", expense), java_script_enabled=False)
    page.get_by_role("button", name="Rehearse").click()
    drain.drain(linger=0, longest=1)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("#dry-run")).to_contain_text("It would be written")
    expect(page.get_by_role("button", name="Approve")).to_be_visible()


def sent_back(company: Company, monkeypatch: pytest.MonkeyPatch) -> Proposal:
    """Signed over one state of the target, and found in another just before the write."""
    holds = [Observation(SIGNED, "1")]
    monkeypatch.setattr(WriteMemo, "observe", lambda *_, **__: holds[-1])
    arguments = {"title": "Chairs", "amount": "12.00", "day": "2026-10-02"}
    at = timezone.now() - timedelta(minutes=20)
    proposal = builders.a_proposal(company.bot, arguments=arguments, at=at)
    builders.approve(proposal, company.maria, at=at)
    holds.append(Observation(MOVED, "2"))
    drain.drain(linger=0, longest=0)
    return Proposal.objects.get(pk=proposal.pk)


def test_a_target_that_moved_is_shown_on_three_sides(
    company: Company, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = sent_back(company, monkeypatch)
    page = opened(company.ken, url("proposal", proposal))
    rows = page.locator("#drift > table tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_have_class("conflict")
    expect(rows.first).to_contain_text(re.compile(r"Amount.*EUR 8.00.*EUR 9.50.*EUR 12.00.*overwrites", re.S))
    expect(rows.nth(1)).to_contain_text("stands there already")
    expect(rows.nth(2)).to_contain_text(re.compile(r"Shelf · Place.*left.*right.*not touched", re.S))
    assert faults(page, "desk") == []
    phone = opened(company.ken, url("proposal", proposal), "phone")
    assert faults(phone, "phone") == []
