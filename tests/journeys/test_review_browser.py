"""A reviewer at the keyboard, in a real browser: one key an answer, no surprise, with and without the script."""

import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals.models import Hold, Proposal
from approvals.submission import Exhibit
from tests import builders
from tests.approvals.reviewing import queue, url
from tests.journeys.soundness import faults
from tests.patience import PATIENCE_SECONDS
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_queue(company: Company, *titles: str) -> list[Proposal]:
    """Proposals that run out one after another, so that their order is known."""
    now = timezone.now()
    return [
        builders.a_proposal(
            company.bot, arguments={"title": title, "amount": "10.00"}, expires_at=now + timedelta(hours=hours),
            evidence=(Exhibit("text", f"Please write: {title}", "Request",
                              spans=({"field": "/title", "start": 14, "end": 14 + len(title)},)),),
        )
        for hours, title in enumerate(titles, start=1)
    ]  # fmt: skip


def state(proposal: Proposal) -> str:
    return Proposal.objects.get(pk=proposal.pk).state


def is_held(proposal: Proposal) -> None:
    """Its page has said that it is open, and says so no second time for a while."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not Hold.objects.filter(proposal=proposal, opened_at__isnull=False).exists():
        assert time.monotonic() < until, "nobody ever held it"
        time.sleep(0.05)


def heading(page: Page) -> Any:
    return page.locator("h1[data-landing]")


def test_a_key_approves_and_the_next_item_comes(company, opened):
    chairs, tables = a_queue(company, "Chairs", "Tables")
    page = opened(company.maria, queue())
    expect(heading(page)).to_have_text("Write “Chairs”")
    page.keyboard.press("a")
    expect(heading(page)).to_have_text("Write “Tables”")
    expect(page.locator(".undo")).to_contain_text("Approved: Write “Chairs”")
    assert (state(chairs), state(tables)) == ("approved", "pending")
    expect(page.locator("[data-list] .row")).to_have_count(1)
    expect(page).to_have_url(re.compile(tables.public_id))


def test_a_held_key_decides_one_item_only(company, opened):
    chairs, tables, lamps = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    for _ in range(12):
        page.keyboard.down("a")  # from the second on the browser marks them as repeated
        page.wait_for_timeout(40)
    page.keyboard.up("a")
    expect(heading(page)).to_have_text("Write “Tables”")
    expect(page.locator(".undo")).to_contain_text("Approved: Write “Chairs”")
    assert [state(one) for one in (chairs, tables, lamps)] == ["approved", "pending", "pending"]


def test_u_takes_it_back(company, opened):
    (chairs,) = a_queue(company, "Chairs")
    page = opened(company.maria, queue())
    page.keyboard.press("a")
    expect(page.locator(".empty")).to_contain_text("Everything you could sign is signed")
    page.keyboard.press("u")
    expect(page.locator(".notice")).to_contain_text("Asked again, round 2")
    assert state(chairs) == "pending"


def test_r_and_a_digit_reject(company, opened):
    chairs, _ = a_queue(company, "Chairs", "Tables")
    page = opened(company.maria, queue())
    page.keyboard.press("1")
    page.keyboard.press("r")
    page.keyboard.press("a")
    assert state(chairs) == "pending", "while reasons are open, only reasons listen"
    page.keyboard.press("1")
    expect(heading(page)).to_have_text("Write “Tables”")
    expect(page.locator("#toasts")).to_contain_text("Rejected: Write “Chairs”")
    assert state(chairs) == "rejected" and chairs.decisions.get().reason_code == "wrong_value"


def test_nothing_is_decided_while_somebody_types(company, opened):
    chairs, _ = a_queue(company, "Chairs", "Tables")
    page = opened(company.maria, queue())
    page.keyboard.press("/")
    page.keyboard.type("area")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.fill("#reason-note", "because")
    page.press("#reason-note", "Enter")
    assert state(chairs) == "pending" and not chairs.decisions.exists()


def test_x_hands_it_to_exceptions(company, opened):
    chairs, _ = a_queue(company, "Chairs", "Tables")
    page = opened(company.maria, queue())
    page.keyboard.press("x")
    expect(page.locator("#toasts")).to_contain_text("Handed over")
    expect(heading(page)).to_have_text("Write “Tables”")
    assert state(chairs) == "blocked"


def test_s_leaves_an_item_for_later_and_j_and_k_walk(company, opened):
    a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    for keys, title in (("sn", "Tables"), ("j", "Lamps"), ("k", "Tables")):
        for key in keys:
            page.keyboard.press(key)
        expect(heading(page)).to_have_text(f"Write “{title}”")
        expect(page.locator(".row[aria-current]")).to_contain_text(title)
    assert Proposal.objects.filter(state="pending").count() == 3


def test_an_edit_shows_its_difference_before_it_is_signed(company, opened):
    (chairs,) = a_queue(company, "Chairs")
    page = opened(company.maria, queue())
    page.keyboard.press("e")
    field = page.locator("[name=argument-amount]")
    field.fill("12.50")
    field.press("Tab")
    expect(page.locator("#rehearsal")).to_contain_text("EUR 12.50")
    assert state(chairs) == "pending"
    field.press("Enter")
    expect(page.locator("#rehearsal")).to_contain_text("EUR 12.50")
    assert state(chairs) == "pending", "Enter in a field previews and never signs"
    page.locator("[name=argument-amount]").press("Control+Enter")
    expect(page.locator(".undo")).to_contain_text("Approved: Write “Chairs”")
    chairs.refresh_from_db()
    assert chairs.state == "approved" and chairs.arguments["amount"] == "12.50"


def test_a_wrong_edit_is_said_where_it_is_typed(company, opened):
    (chairs,) = a_queue(company, "Chairs")
    page = opened(company.maria, url("edit", chairs))
    page.fill("[name=argument-amount]", "a lot")
    page.click("text=Sign with these values")
    expect(page.locator("tr.invalid")).to_contain_text("Write a number")
    expect(page.locator("[name=argument-amount]")).to_have_value("a lot")


def test_what_changed_meanwhile_is_shown_instead_of_signed(company, opened):
    (chairs,) = a_queue(company, "Chairs")
    page = opened(company.maria, queue())
    is_held(chairs)
    Hold.objects.all().delete()
    builders.approve(chairs, company.ken)
    page.keyboard.press("a")
    expect(page.locator("[role=alert]")).to_contain_text("Somebody was quicker")
    expect(page.locator("[role=alert]")).to_contain_text("Approved")
    assert chairs.decisions.count() == 1


def test_a_phone_shows_the_list_and_then_the_item(company, opened):
    chairs, _ = a_queue(company, "Chairs", "Tables")
    page = opened(company.maria, queue(), "phone")
    expect(page.locator(".item")).to_be_hidden()
    page.keyboard.press("a")
    page.click(f"#row-{chairs.public_id}")
    expect(heading(page)).to_be_visible()
    expect(page.locator("[data-list]")).to_be_hidden()
    assert state(chairs) == "pending", "a key decides nothing that is not on the screen"
    page.click(".back")
    expect(page.locator("[data-list]")).to_be_visible()


def test_everything_works_without_the_script(company, opened):
    chairs, tables, lamps = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue(), java_script_enabled=False)
    page.click(".acts .btn.sign")
    expect(heading(page)).to_have_text("Write “Tables”")
    page.click(".undo button")
    expect(heading(page)).to_have_text("Write “Chairs”")
    page.goto(page.url.replace(chairs.public_id, tables.public_id))
    page.click("summary:has-text('Reject')")
    page.click("text=Already done or proposed")
    expect(heading(page)).to_have_text("Write “Lamps”")
    page.click(".acts >> text=Edit")
    page.fill("[name=argument-amount]", "11.00")
    page.click(".acts >> text=Preview")
    expect(page.locator("#rehearsal")).to_contain_text("EUR 11.00")
    page.click("text=Sign with these values")
    expect(page.locator(".undo")).to_contain_text("Lamps")
    assert [state(row) for row in (chairs, tables, lamps)] == ["pending", "rejected", "approved"]


def test_axe_finds_nothing(company, opened):
    first, second, third = a_queue(company, "Chairs", "Tables", "Lamps")
    builders.approve(second, company.maria)
    builders.approve(third, company.ken, verdict="reject", reason_code="other")
    page = opened(company.maria, queue(), "phone")
    for path in (url("edit", first), url("proposal", third), queue(view="second")):
        page.goto(page.url.split("/w/")[0] + path)
        assert faults(page) == [], path
