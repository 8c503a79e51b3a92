"""Tess looks at a month of Northwind on a phone and at a desk, and follows a mark to its rows without a mouse."""

from datetime import timedelta
from typing import Any

import pytest

from runs.figures import folding
from tests.builders import a_proposal, approve, now
from tests.journeys.soundness import faults
from tests.people import Company
from tests.runs.figures.counting import a_run

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_month_is_drawn_soundly_and_every_mark_is_a_link(northwind: Company, opened: Any, live_server: Any):
    at = now()
    for state in ("succeeded", "failed", "partial"):
        a_run(northwind.bot, at - timedelta(minutes=9), at, state=state, tokens_in=1)
    approve(a_proposal(northwind.bot), northwind.maria)
    a_proposal(northwind.bot, arguments={"amount": "wrong"})
    assert folding.fold_due() > 0
    page = opened(northwind.tess, "/w/northwind/figures/?view=month", "phone")
    assert faults(page) == []
    page.locator("#volume ~ details summary").focus()
    page.keyboard.press("Enter")
    assert page.locator("#volume ~ details table").is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Runs as a table"
    page.locator(".plot-field a[aria-label$='1 failed']").first.dispatch_event("click")
    page.wait_for_url("**/figures/rows/**")
    assert page.locator("h1").inner_text() == "Runs" and page.locator("tbody tr").count() == 1
