"""Two people and one item, and the flow on a phone."""

import pytest
from playwright.sync_api import expect

from approvals.models import Decision, Hold
from tests.approvals.reviewing import url
from tests.journeys.browsing import until
from tests.journeys.test_flow_browser import ready, shows
from tests.journeys.test_review_browser import a_queue, state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_colleague_on_the_item_is_named_and_it_can_be_taken_over(company, opened):
    (chairs,) = a_queue(company, "Chairs")
    first = opened(company.ken, url("proposal", chairs))
    until(first, lambda: Hold.objects.exists())
    page = opened(company.maria, url("proposal", chairs))
    expect(page.locator("#held")).to_contain_text("ken has had this on the screen since")
    page.keyboard.press("a")
    page.keyboard.press("o")
    expect(page.locator(".acts .btn.sign")).to_be_visible()
    page.wait_for_timeout(450)
    page.keyboard.press("a")
    until(page, lambda: state(chairs) == "approved")
    assert Decision.objects.get().reviewer == company.maria.user


def test_on_a_phone_the_next_item_comes_and_the_deck_is_in_reach(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, url("proposal", chairs), "phone")
    ready(page)
    box = page.locator(".acts .btn.sign").bounding_box()
    assert box and box["height"] >= 44 and box["y"] + box["height"] <= 740
    page.locator(".acts .btn.sign").click()
    shows(page, "Tables")
    until(page, lambda: state(chairs) == "approved")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
