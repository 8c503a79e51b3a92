"""Switches and limits in a real browser while much stands still: sound for axe in both themes, and one click each."""

import os
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals import actors, limits, switches
from approvals.models import Proposal
from runs import breakers, drain
from tests.approvals.administering import at
from tests.builders import a_proposal, an_approved
from tests.journeys.browsing import press, until
from tests.journeys.soundness import faults
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
TEST = actors.worker("test")


@pytest.fixture
def waiting(northwind: Company, board: Any) -> str:
    """Two limits, one of them full; every kind of thing stands still. The address of an item they touch."""
    now, by = timezone.now(), northwind.ada.user_id
    for terms in (
        limits.Terms("workspace", "writes", "hour", Decimal(2), burst=2),
        limits.Terms("tool", "money", "month", Decimal(5000), key="memo.write", currency="EUR"),
        limits.Terms("agent", "writes", "day", Decimal(400), key=northwind.bot.id.hex, burst=40),
    ):
        limits.set_limit(workspace=northwind.workspace, terms=terms, by=by, actor=TEST, now=now)
    held = [an_approved(northwind.bot, northwind.maria) for _ in range(4)][-1]
    drain.drain(linger=0, longest=0)
    limits.set_limit(
        workspace=northwind.workspace, terms=limits.Terms("workspace", "writes", "hour", Decimal(3), burst=2), by=by,
        actor=TEST, now=now,
    )  # fmt: skip
    item = a_proposal(northwind.bot)
    of_tool = switches.OfTool(northwind.workspace, "memo.write")
    for of in (northwind.workspace, northwind.bot, of_tool):
        switches.pull(of=of, actor=TEST, now=now, by=by)
    breakers.open_by_hand(workspace=northwind.workspace, tool="memo.write", by="olu", actor=TEST, now=now)
    return f"{at('proposal', item.public_id)} {at('effect', held.public_id)}"


def picture(page: Page, name: str) -> None:
    if where := os.environ.get("PICTURES_TO"):
        for width, scheme in ((360, "light"), (1280, "dark"), (1280, "light")):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{where}/{name}-{width}-{scheme}.png", full_page=True)


def test_pages_of_what_stands_still_are_sound(northwind: Company, waiting: str, opened: Any) -> None:
    page = opened(northwind.ada, at("switches"), "phone")
    base = page.url.partition("/w/")[0]
    for number, path in enumerate([at("switches"), at("settings-limits"), *waiting.split()]):
        page.goto(base + path)
        assert faults(page) == [], path
        picture(page, f"page{number}")


def test_one_click_stops_an_agent_and_one_releases_it(northwind: Company, opened: Any) -> None:
    a_proposal(northwind.bot)
    page = opened(northwind.ada, at("switches"), "phone")
    page.get_by_role("button", name="Stop bot").click()
    page.get_by_label("What stands still").wait_for()
    assert page.get_by_text("bot is stopped.", exact=True).is_visible()
    page.get_by_role("button", name="Release bot").click()
    page.get_by_role("button", name="Stop bot").wait_for()
    assert page.get_by_label("What stands still").count() == 0


def test_the_way_back_stays_while_its_clock_stands_still(company: Company, opened: Any) -> None:
    chairs = a_proposal(company.bot)
    page = opened(company.maria, at("proposal", chairs.public_id))
    press(page, "a")
    expect(page.locator(".undo")).to_contain_text("Runs in")
    switches.pull(of=company.workspace, actor=TEST, now=timezone.now(), by=company.ada.user_id)
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('countersign:closing'))"
    )  # the last second has come
    expect(page.locator(".undo")).to_contain_text("Its clock stands still")
    expect(page.locator("#paused")).to_contain_text("The kill switch is pulled.")
    page.reload()
    expect(page.locator(".undo")).to_contain_text("Its clock stands still")
    press(page, "u")
    until(page, lambda: Proposal.objects.get(pk=chairs.pk).state == "pending")
