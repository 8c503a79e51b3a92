"""Not now and “give to somebody”, by keyboard, on a phone and without JavaScript; and the page of one's own hours."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from approvals.models import Aside, Assignment, Cover
from exceptions.models import Team
from tests.approvals.reviewing import queue, url
from tests.approvals.routing import away
from tests.builders import a_proposal
from tests.journeys.browsing import listens
from tests.journeys.soundness import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def heading(page: Page):
    return page.locator("#main [data-landing]")


def test_s_and_a_digit_put_an_item_off_and_the_next_is_there(company, opened):
    chairs, tables = (a_proposal(company.bot, title=title) for title in ("Chairs", "Tables"))
    page = opened(company.maria, queue())
    page.keyboard.press("s")
    expect(page.locator(".routing[open] .panel")).to_contain_text("In an hour")
    assert faults(page, "desk") == []
    page.keyboard.press("1")
    expect(heading(page)).to_have_text("Write “Tables”")
    expect(page.locator("#toasts")).to_contain_text("Set aside until")
    assert Aside.objects.get().proposal_id == chairs.pk
    page.goto(page.url.split("/w/")[0] + url("proposal", chairs))
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#toasts")).to_contain_text("Back in your queue")
    expect(page.locator(".routed")).to_have_count(0)
    assert tables.decisions.count() == chairs.decisions.count() == 0


def test_escape_closes_the_panel_and_a_digit_then_does_nothing(company, opened):
    a_proposal(company.bot, title="Chairs")
    page = opened(company.maria, queue())
    page.keyboard.press("s")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator(".routing[open]")).to_have_count(0)
    assert not Aside.objects.exists()


def test_g_gives_it_to_a_colleague_with_a_word(company, opened):
    away(company.ken, company.ada)
    team = Team.objects.create(workspace=company.workspace, name="Desk")
    team.members.add(company.ken.user)
    chairs, _ = (a_proposal(company.bot, title=title) for title in ("Chairs", "Tables"))
    page = opened(company.maria, queue())
    page.keyboard.press("g")
    panel = page.locator(".routing[open] .panel")
    expect(panel).to_contain_text("ada stands in")
    expect(panel).to_contain_text("Desk")
    assert faults(page, "desk") == []
    page.fill("#give-note", "please check")
    page.press("#give-note", "Escape")
    page.keyboard.press("g")
    panel.get_by_role("button", name="ken", exact=False).first.click()
    expect(heading(page)).to_have_text("Write “Tables”")
    made = Assignment.objects.get()
    assert (made.to, made.note) == ([company.ken.user_id], "please check")
    seen = opened(company.ken, url("proposal", chairs))
    expect(seen.locator(".routed")).to_contain_text("maria gave this to you")
    assert faults(seen, "desk") == []


def test_a_team_is_chosen_in_the_panel(company, opened):
    Team.objects.create(workspace=company.workspace, name="Desk").members.add(company.ken.user)
    a_proposal(company.bot, title="Chairs")
    page = opened(company.maria, queue())
    page.keyboard.press("g")
    page.get_by_role("button", name="Desk").click()
    expect(page.locator("#toasts")).to_contain_text("Given to Desk until")
    assert Assignment.objects.get().label == "Desk"


def test_on_a_phone_the_panels_fit(company, opened):
    chairs = a_proposal(company.bot, title="Chairs")
    page = opened(company.maria, url("proposal", chairs), "phone")
    for name in ("Not now", "Give to"):
        page.locator("summary", has_text=name).click()
        panel = page.locator(".routing[open] .panel")
        expect(panel).to_be_visible()
        listens(page)
        box = panel.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360 and box["y"] >= 0, name
        assert all(button.bounding_box()["height"] >= 44 for button in panel.locator("li button").all())
        page.locator("summary", has_text=name).click()


def test_without_javascript_everything_works(company, opened):
    chairs, tables = (a_proposal(company.bot, title=title) for title in ("Chairs", "Tables"))
    page = opened(company.maria, url("proposal", chairs), java_script_enabled=False)
    page.locator("summary", has_text="Not now").click()
    page.get_by_role("button", name="In an hour").click()
    expect(heading(page)).to_have_text("Write “Tables”")
    page.locator("summary", has_text="Give to").click()
    page.get_by_role("link", name="Choose a colleague or a team").click()
    page.get_by_role("button", name="ken").click()
    assert Assignment.objects.get().proposal_id == tables.pk
    assert Aside.objects.get().proposal_id == chairs.pk


def test_own_hours_are_a_page_one_can_use(company, opened):
    away(company.maria, company.ken)
    page = opened(company.ada, reverse("own-hours", args=["northwind"]), "phone")
    for summary in page.locator("main summary").all():
        summary.click()
    assert faults(page) == []
    page.get_by_label("Who stands in", exact=True).select_option(label="ken")
    day = page.evaluate("new Date(Date.now() + 864e5).toISOString().slice(0, 10)")
    page.get_by_label("First day away").fill(day)
    page.get_by_label("Last day away").fill(day)
    page.get_by_role("button", name="Arrange cover").click()
    expect(page.locator("main")).to_contain_text("ken stands in for you")
    assert Cover.objects.filter(away=company.ada.user).count() == 1
