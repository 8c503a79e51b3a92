"""What a person leaves on the page by hand survives no swap, and nothing writes styles that the policy refuses."""

import pytest
from playwright.sync_api import expect

from tests.approvals.reviewing import queue
from tests.journeys.test_flow_browser import ready, shows
from tests.journeys.test_review_browser import a_queue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_field_that_was_dragged_larger_breaks_no_rule_when_the_item_comes_back(company, opened):
    """A browser keeps the size of a dragged text field in its style; a swap must not copy that as an attribute."""
    a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())  # fails at its end if the browser complained
    ready(page)
    page.keyboard.press("a")
    shows(page, "Tables")
    expect(page.locator("#undo form[action*='undo']")).to_be_visible()
    page.evaluate("document.getElementById('reason-note').style.height = '12rem'")
    page.keyboard.press("u")
    shows(page, "Chairs")
    expect(page.locator("#reason-note")).not_to_have_attribute("style", "height: 12rem;")
