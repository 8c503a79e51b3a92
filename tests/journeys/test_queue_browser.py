"""The list at the keyboard: filters and saved views, counts that change by themselves, on a desk and on a phone."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.models import Proposal
from approvals.waiting import saved_views
from tests import builders
from tests.approvals.queueing import set_aside, waiting
from tests.approvals.reviewing import queue, url
from tests.journeys.soundness import faults
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOK = """() => window.htmx.trigger(document.querySelector("[data-pulse]"), "pulse")"""


def three(company: Company) -> tuple[Proposal, Proposal, Proposal]:
    return (
        waiting(company, "Chairs", hours=1),
        waiting(company, "Tables", hours=2, risk="high"),
        waiting(company, "Lamps", hours=3),
    )


def rows(page: Page) -> Any:
    return page.locator("[data-list] .row")


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id || document.activeElement.className")


def test_filters_are_chosen_and_taken_off_by_keyboard(company, opened):
    three(company)
    page = opened(company.maria, queue())
    expect(rows(page)).to_have_count(3)
    page.keyboard.press("f")
    expect(page.locator("#f-view")).to_be_focused()
    page.locator("#f-risk").focus()
    page.keyboard.type("High")
    page.locator("#f-workflow").focus()
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile("risk=high"))
    expect(page.locator(".queue-head p")).to_have_text("1 of this tab match")
    page.get_by_role("link", name="Without: High risk").press("Enter")
    expect(rows(page)).to_have_count(3)


def test_the_list_moves_only_for_a_row_that_is_out_of_sight(company, opened):
    made = [waiting(company, f"Chair {number}", hours=number, currency="MYR") for number in range(1, 21)]
    place = {"due": "3d", "currency": "MYR", "tool": "memo.write", "least": "1"}
    page = opened(company.maria, queue(**place))
    page.set_viewport_size({"width": 1280, "height": 600})
    page.reload()
    expect(rows(page)).to_have_count(20)
    assert page.evaluate("document.querySelector('[data-list]').scrollTop") == 0
    expect(page.get_by_text("Filters", exact=False).first).to_be_in_viewport()
    page.goto(page.url.partition("/w/")[0] + url("proposal", made[18]) + "?" + page.url.partition("?")[2])
    expect(page.locator("[data-list] .row[aria-current]")).to_be_in_viewport(ratio=1)


def test_escape_closes_the_filters_and_keys_work_again(company, opened):
    three(company)
    page = opened(company.maria, queue())
    page.keyboard.press("f")
    expect(page.locator("#f-view")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".filters")).not_to_have_attribute("open", "")
    page.keyboard.press("j")
    expect(page.locator(".row[aria-current]")).to_contain_text("Tables")


def test_a_view_is_kept_opened_renamed_and_deleted(company, opened):
    three(company)
    page = opened(company.maria, queue(risk="high"))
    page.keyboard.press("f")
    page.fill("#f-name", "Risky ones")
    page.keyboard.press("Enter")
    tab = page.get_by_role("navigation", name="Your views").get_by_role("link")
    expect(tab).to_have_text("Risky ones 1")
    expect(tab).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="For me").click()
    expect(rows(page)).to_have_count(3)
    tab.click()
    expect(rows(page)).to_have_count(1)
    page.keyboard.press("f")
    page.fill(".own-views input[name=name]", "Dangerous")
    page.keyboard.press("Enter")
    expect(tab).to_have_text("Dangerous 1")
    page.keyboard.press("f")
    page.get_by_role("button", name="Delete Dangerous").click()
    expect(page.locator("#toasts")).to_contain_text("Deleted: Dangerous")
    expect(tab).to_have_count(0)


def test_counts_change_by_themselves_and_nothing_else_does(company, opened):
    three(company)
    saved_views.keep(member=company.maria, name="Risky", query={"risk": "high"}, now=timezone.now())
    page = opened(company.maria, queue())
    page.focus(".row >> nth=2")
    before = (focused(page), rows(page).all_text_contents())
    waiting(company, "Urgent", hours=0.9, risk="high")
    page.evaluate(LOOK)
    expect(page.locator("[data-live=newer]")).to_have_text("1 new above: show")
    expect(page.locator(".tabs [data-live=mine]")).to_have_text("4")
    expect(page.locator(".saved .count")).to_have_text("2")
    expect(page.locator(".rail [data-live=rail]")).to_have_text("4")
    assert (focused(page), rows(page).all_text_contents()) == before
    heading = page.locator("h1[data-landing]").text_content()
    page.click("[data-live=newer]")
    expect(rows(page)).to_have_count(4)
    expect(rows(page).first).to_contain_text("Urgent")
    expect(page.locator("[data-live=newer]")).to_be_hidden()
    assert page.locator("h1[data-landing]").text_content() == heading, "what is open stays open"


def test_an_empty_page_goes_on_when_work_comes(company, opened):
    page = opened(company.maria, queue())
    expect(page.locator(".empty")).to_contain_text("Everything you could sign is signed")
    waiting(company, "Chairs")
    page.evaluate(LOOK)
    expect(rows(page)).to_have_count(1)
    expect(page.locator("h1[data-landing]")).to_have_text("Write “Chairs”")


def test_who_types_is_not_torn_away_when_work_comes(company, opened):
    page = opened(company.maria, queue())
    page.keyboard.press("/")
    page.keyboard.type("cha")
    waiting(company, "Chairs")
    page.evaluate(LOOK)
    expect(page.locator("[data-live=newer]")).to_have_text("1 new: show")
    expect(page.locator("[type=search]")).to_be_focused()
    expect(page.locator("[type=search]")).to_have_value("cha")


def test_the_list_is_sound_with_everything_on(company, opened):
    chairs, _, _ = three(company)
    set_aside(chairs, company.maria, until=timezone.now() + timedelta(minutes=50))
    builders.a_proposal(company.bot)
    saved_views.keep(
        member=company.maria, name="A rather long name for a view of mine", query={}, now=timezone.now()
    )
    page = opened(company.maria, queue(view="all", order="risk", due="3d", least="1", panel="1"), "phone")
    expect(rows(page).first).to_be_visible()
    assert faults(page) == []


def test_without_the_script_filters_and_views_work(company, opened):
    three(company)
    page = opened(company.maria, queue(), java_script_enabled=False)
    page.click(".filters > summary")
    page.get_by_role("link", name="Choose filters").click()
    page.select_option("#f-risk", "high")
    page.get_by_role("button", name="Apply").click()
    expect(rows(page)).to_have_count(1)
    page.click(".filters > summary")
    page.get_by_role("link", name="Choose filters").click()
    page.fill("#f-name", "Risky")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("navigation", name="Your views")).to_contain_text("Risky 1")
