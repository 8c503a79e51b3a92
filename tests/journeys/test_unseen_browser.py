"""AISVS 9.2.2 in a real browser: approving waits until the end of what will be written has been in view."""

import pytest
from playwright.sync_api import expect

from approvals.models import Proposal
from tests import builders
from tests.approvals.reviewing import url
from tests.journeys.browsing import press, until
from tests.journeys.soundness import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "\n".join(f"Line {number} of what will be written" for number in range(120))


def a_proposal(company, title):
    return builders.a_proposal(company.bot, arguments={"title": title, "amount": "10.00"})


def state(proposal):
    return Proposal.objects.get(pk=proposal.pk).state


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_9_2_2_the_key_goes_on_reading_until_the_end_was_seen(company, opened, size):
    long = a_proposal(company, LONG)
    page = opened(company.maria, url("proposal", long), size)
    sign = page.locator("#main button[value=approve]")
    expect(sign).to_have_attribute("aria-disabled", "true")
    expect(page.locator("[data-unseen]")).to_be_visible()
    assert size == "phone" or faults(page) == []
    press(page, "a")
    expect(sign).to_have_attribute("aria-disabled", "true")
    assert state(long) == "pending"
    for _ in range(40):
        if sign.get_attribute("aria-disabled") is None:
            break
        press(page, "a")
        page.wait_for_timeout(50)  # the observer speaks with the next frame
    expect(page.locator("[data-unseen]")).to_be_hidden()
    assert state(long) == "pending"
    press(page, "a")
    until(page, lambda: state(long) == "approved")


def test_9_2_2_what_fits_the_screen_waits_for_nothing(company, opened):
    short = a_proposal(company, "Chairs")
    page = opened(company.maria, url("proposal", short))
    expect(page.locator("[data-unseen]")).to_be_hidden()
    press(page, "a")
    until(page, lambda: state(short) == "approved")


def test_9_2_2_without_the_script_the_whole_text_stands_above_the_button(company, opened):
    long = a_proposal(company, LONG)
    page = opened(company.maria, url("proposal", long), java_script_enabled=False)
    expect(page.locator(".what .change").first).to_contain_text("Line 119 of what will be written")
    page.click("#main button[value=approve]")
    assert state(long) == "approved"
