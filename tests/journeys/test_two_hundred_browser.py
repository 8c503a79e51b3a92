"""A morning's work: two hundred items, hands on the keyboard, and each of them answered once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from approvals.models import Decision, Exposure, Proposal
from tests import builders
from tests.approvals.reviewing import queue
from tests.config.scripts import until
from tests.journeys.browsing import BY_KEY, LISTENS

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
MANY = 200
HEADING = "#main h1[data-landing]"
STANDS = f"""([words, patience]) => document.querySelector("{HEADING}")?.textContent.trim() === words
    && ({LISTENS})(patience)"""


def test_two_hundred_items_are_answered_by_keyboard_alone(company, opened):
    now = timezone.now()
    asked = [
        builders.a_proposal(
            company.bot, arguments={"title": f"Memo {number:03}", "amount": "10.00"},
            expires_at=now + timedelta(hours=1, minutes=number),
        )
        for number in range(MANY)
    ]  # fmt: skip
    page = opened(company.maria, queue())
    for number in range(MANY):
        page.wait_for_function(STANDS, arg=[f"Write “Memo {number:03}”", BY_KEY])
        if number % 10 == 3:
            page.keyboard.press("r")
            page.keyboard.press("4")
        else:
            page.keyboard.press("a")
    expect(page.locator(".empty h1")).to_be_visible()
    assert until(lambda: Decision.objects.count() == MANY)
    answers = dict(Decision.objects.values_list("proposal", "verdict"))
    assert [answers[row.pk] for row in asked] == [
        "reject" if number % 10 == 3 else "approve" for number in range(MANY)
    ]
    assert not Proposal.objects.filter(state="pending").exists()
    assert Exposure.objects.filter(seen_ms__isnull=False).count() == MANY, "the page measured every look"
    assert Exposure.objects.filter(under_floor=False).count() == 0, "and nobody reads that fast"
