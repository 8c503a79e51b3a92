"""Notices in a real browser: told, led to the item, put away; at a desk, on a phone, in both themes, without script."""

from typing import Any

import pytest
from playwright.sync_api import expect

from approvals.telling import notices
from tests.builders import a_proposal, now
from tests.journeys.soundness import faults
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/w/northwind/notices/"


@pytest.fixture
def told(company: Company) -> Company:
    """Ken gave Maria an item with a long name; seven signatures are wanted; something else was put away before."""
    item = a_proposal(company.bot, title="Replace the reception’s chairs " + "and the tables " * 12)
    maria, ken = company.maria, company.ken
    for kind, more in [
        ("overturned", {}),
        ("assigned", {"by": ken.user_id}),
        ("second_wanted", {"count": 7}),
    ]:
        notices.tell(
            workspace_id=maria.workspace_id,
            users=[maria.user_id],
            kind=kind,
            now=now(),
            proposal=item,
            **more,
        )
        if kind == "overturned":
            notices.mark_read(member=maria, now=now(), upto=notices.latest(maria)[0].pk)
    return company


def test_the_page_is_sound(told: Company, opened: Any):
    page = opened(told.maria, PAGE, "phone")
    expect(page.locator(".notices .unread")).to_have_count(2)
    assert faults(page) == []


@pytest.mark.parametrize("scripted", [True, False])
def test_a_notice_leads_to_its_item_and_all_are_put_away_at_once(told: Company, opened: Any, scripted: bool):
    page = opened(told.maria, PAGE, java_script_enabled=scripted)
    page.get_by_role("link", name="ken gave you").click()
    expect(page.locator("h1[data-landing]")).to_contain_text("Write “Replace the reception’s chairs")
    page.goto(page.url.partition("/w/")[0] + PAGE)
    expect(page.locator(".notices .unread")).to_have_count(2)
    page.get_by_role("button", name="Mark all read").click()
    expect(page.locator(".notices .unread")).to_have_count(0)
    expect(page.get_by_role("button", name="Mark all read")).to_have_count(0)


def test_the_menu_says_how_many_are_unread(told: Company, opened: Any):
    page = opened(told.maria, "/w/northwind/ledger/")
    page.locator("button.me").click()
    link = page.get_by_role("link", name="Notices 2 unread")
    link.click()
    expect(page).to_have_url(page.url.partition("/w/")[0] + PAGE)


def test_an_address_is_given_on_the_page(company: Company, opened: Any):
    page = opened(company.maria, PAGE)
    page.get_by_label("Your e-mail address").fill("maria@northwind.example")
    page.get_by_role("button", name="Save address").click()
    expect(page.get_by_label("Your e-mail address")).to_have_value("maria@northwind.example")
    company.maria.user.refresh_from_db()
    assert company.maria.user.email == "maria@northwind.example"
