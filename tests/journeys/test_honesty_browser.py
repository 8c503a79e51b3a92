"""What the browser really measures, the lesson after a drill, and the pace, in a real browser."""

from time import monotonic

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from approvals.models import Exposure, Workspace
from tests.approvals.drilling import a_drill, a_history, a_receipt
from tests.approvals.reviewing import queue, url
from tests.builders import a_proposal, approve
from tests.journeys.browsing import press, until
from tests.journeys.soundness import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HIDE = """hidden => {
  Object.defineProperty(document, 'visibilityState', {value: hidden ? 'hidden' : 'visible', configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


def look(proposal):
    return Exposure.objects.get(decision__proposal=proposal)


def answered(page, proposal):
    """Approve, and wait until the server has it."""
    press(page, "a")
    page.wait_for_function("() => !document.querySelector('form[aria-busy=true]')")
    until(page, Exposure.objects.filter(decision__proposal=proposal).exists)
    return look(proposal)


def test_what_is_seen_is_measured_and_a_hidden_tab_is_not(company, opened):
    proposal = a_receipt(company, 1)
    began = monotonic()
    page = opened(company.maria, url("proposal", proposal))
    page.wait_for_timeout(1000)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(2000)
    page.evaluate(HIDE, False)
    page.locator("summary", has_text="All arguments").click()
    page.wait_for_timeout(100)  # the browser tells of what opened a moment later
    kept = answered(page, proposal)
    assert 900 <= kept.seen_ms <= (monotonic() - began - 2) * 1000 + 100, kept.seen_ms
    assert 900 <= kept.evidence_ms <= kept.seen_ms
    assert set(kept.panes) >= {"arguments", "evidence"}


def test_the_clock_begins_anew_with_the_next_item(company, opened):
    first, second = a_receipt(company, 1), a_receipt(company, 2)
    page = opened(company.maria, queue())
    page.wait_for_timeout(1500)
    began = monotonic()
    assert answered(page, first).seen_ms >= 1400
    assert answered(page, second).seen_ms <= (monotonic() - began) * 1000


def test_the_lesson_comes_with_the_next_item_and_a_key_closes_it(company, opened):
    a_history(company)
    drill = a_drill(company)
    a_receipt(company, 90)
    page = opened(company.maria, url("proposal", drill))
    page.keyboard.press("a")
    lesson = page.locator("[data-lesson]")
    expect(lesson).to_contain_text("That was a drill. You signed it.")
    expect(page.locator("h1[data-landing]")).to_contain_text("Receipt 90")
    assert page.locator(".undo").count() == 0
    assert faults(page) == []
    page.keyboard.press("c")
    expect(lesson).to_have_count(0)
    page.keyboard.press("a")
    expect(page.locator(".undo")).to_contain_text("Receipt 90")
    expect(lesson).to_have_count(0)


def test_beyond_the_limit_the_buttons_rest_and_then_wake(company, opened):
    Workspace.objects.filter(pk=company.workspace.pk).update(hourly_limit=1)
    for _ in range(2):
        approve(a_proposal(company.bot), company.maria)
    proposal = a_receipt(company, 1)
    page = opened(company.maria, url("proposal", proposal))
    expect(page.locator("[data-rest]")).to_contain_text("time to look up")
    button = page.locator("button[value=approve]")
    expect(button).to_be_disabled()
    page.keyboard.press("a")
    page.wait_for_timeout(500)
    assert not Exposure.objects.filter(decision__proposal=proposal).exists()
    expect(button).to_be_enabled()
    answered(page, proposal)


def test_the_pages_of_figures_are_readable_by_everybody(company, opened):
    a_history(company)
    for number, verdict in enumerate(("reject", "approve"), start=1):
        approve(a_drill(company, seed=number), company.maria, verdict=verdict,
                reason_code="wrong_value" if verdict == "reject" else "")  # fmt: skip
    approve(a_receipt(company, 60), company.maria)
    slug = company.workspace.slug
    for member, name in (
        (company.maria, "own-figures"),
        (company.ada, "oversight"),
        (company.ada, "settings-reviewing"),
    ):
        page = opened(member, reverse(name, args=[slug]), "phone")
        assert faults(page) == [], name
