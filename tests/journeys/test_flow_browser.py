"""The flow in a real browser: the next item is there at once, and whatever the network does, one answer or none."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from approvals.models import Decision, Hold, Proposal
from tests import builders
from tests.approvals.reviewing import queue, url
from tests.journeys.browsing import BY_POINTER, listens, until
from tests.journeys.test_review_browser import a_queue, heading, state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DECISIONS = re.compile(r"/decision/")


def ready(page: Page, many: int = 2) -> None:
    """The next items are in the page, and the one shown has been there long enough to be answered."""
    expect(page.locator("#flow")).to_have_attribute("data-ahead", str(many))
    listens(page, BY_POINTER)


def shows(page: Page, title: str) -> None:
    expect(heading(page)).to_have_text(f"Write “{title}”")


class Network:
    """What becomes of answers between the page and the server."""

    def __init__(self, page: Page, answers: re.Pattern[str] = DECISIONS) -> None:
        self.mode, self.waiting = "open", list[Route]()
        page.route(answers, self._pass)

    def _pass(self, route: Route) -> None:
        if self.mode == "slow":
            self.waiting.append(route)
        elif self.mode == "cut":
            route.abort()
        elif self.mode == "deaf":  # the server hears the page, and the page does not hear the server
            self.mode = "open"
            route.fetch()
            route.abort()
        else:
            route.continue_()

    def go_on(self) -> None:
        self.mode = "open"
        for route in self.waiting:
            route.continue_()
        self.waiting.clear()


def test_the_next_item_is_there_while_the_answer_is_on_its_way(company, opened):
    chairs, tables, lamps = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    network = Network(page)
    network.mode = "slow"
    page.keyboard.press("a")
    shows(page, "Tables")
    expect(page).to_have_url(re.compile(tables.public_id))
    expect(page.locator("h1[data-landing]")).to_be_focused()
    expect(page.locator("#undo")).to_contain_text("Approving: Write “Chairs”")
    expect(page.locator(f"#row-{chairs.public_id}")).to_have_count(0)
    assert state(chairs) == "pending", "the server has not been asked yet"
    until(page, lambda: network.waiting)
    network.go_on()
    expect(page.locator("#undo")).to_contain_text("Approved: Write “Chairs”")
    assert [state(row) for row in (chairs, tables, lamps)] == ["approved", "pending", "pending"]


def test_several_are_answered_faster_than_the_server_does(company, opened):
    rows = a_queue(company, "Chairs", "Tables", "Lamps", "Shelves")
    page = opened(company.maria, queue())
    ready(page)
    network = Network(page)
    network.mode = "slow"
    page.keyboard.press("a")
    shows(page, "Tables")
    page.wait_for_timeout(300)
    page.keyboard.press("r")
    page.keyboard.press("3")
    shows(page, "Lamps")
    until(page, lambda: network.waiting)
    network.go_on()
    until(page, lambda: Decision.objects.count() == 2)
    assert [state(row) for row in rows] == ["approved", "rejected", "pending", "pending"]
    ready(page, 1)
    page.keyboard.press("a")
    shows(page, "Shelves")


def test_a_held_key_answers_one_item(company, opened):
    rows = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    for _ in range(12):
        page.keyboard.down("a")
        page.wait_for_timeout(40)
    page.keyboard.up("a")
    shows(page, "Tables")
    until(page, lambda: state(rows[0]) == "approved")
    assert [state(row) for row in rows[1:]] == ["pending", "pending"]


def test_a_double_click_answers_one_item(company, opened):
    rows = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    page.locator(".acts .btn.sign").dblclick()
    until(page, lambda: state(rows[0]) == "approved")
    page.wait_for_timeout(300)
    assert [state(row) for row in rows[1:]] == ["pending", "pending"]


def test_u_at_once_waits_for_the_answer_and_takes_it_back(company, opened):
    chairs, tables, _ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    network = Network(page)
    network.mode = "slow"
    page.keyboard.press("a")
    shows(page, "Tables")
    page.keyboard.press("u")
    expect(page.locator("[data-flow-undo]")).to_have_text("Undo waits")
    until(page, lambda: network.waiting)
    network.go_on()
    shows(page, "Chairs")
    assert state(chairs) == "pending" and chairs.decisions.count() == 1
    ready(page, 2)
    page.keyboard.press("a")
    shows(page, "Tables")
    until(page, lambda: state(chairs) == "approved")
    assert state(tables) == "pending"


def test_a_cut_network_keeps_the_answers_and_sends_them_once(company, opened):
    rows = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    network = Network(page)
    network.mode = "cut"
    page.keyboard.press("a")
    shows(page, "Tables")
    expect(page.locator("#outbox")).to_contain_text(
        "One answer waits for the network. It is not recorded yet."
    )
    page.wait_for_timeout(300)
    page.keyboard.press("a")
    shows(page, "Lamps")
    expect(page.locator("#outbox")).to_contain_text(
        "2 answers wait for the network. They are not recorded yet."
    )
    assert Decision.objects.count() == 0
    network.go_on()
    page.click("text=Try now")
    until(page, lambda: Decision.objects.count() == 2)
    expect(page.locator("#outbox")).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("The server has every answer now")
    assert [state(row) for row in rows] == ["approved", "approved", "pending"]


def test_an_answer_whose_acknowledgement_is_lost_is_recorded_once(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    network = Network(page)
    network.mode = "deaf"
    page.keyboard.press("a")
    expect(page.locator("#toasts")).to_contain_text("Recorded already")
    assert Decision.objects.count() == 1 and state(chairs) == "approved"


def test_of_two_who_race_one_is_told_who_was_quicker(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    Hold.objects.all().delete()
    builders.approve(chairs, company.ken)
    page.keyboard.press("a")
    shows(page, "Tables")
    card = page.locator("[data-refused]")
    expect(card).to_contain_text("Not recorded: Write “Chairs”")
    expect(card).to_contain_text("Somebody was quicker: ken approved it")
    expect(card).to_contain_text("Nothing of yours was recorded")
    assert Decision.objects.get().reviewer == company.ken.user
    card.get_by_text("Look").click()
    shows(page, "Chairs")
    expect(page.locator(".notice.ok")).to_contain_text("Signed by ken")
    expect(card).to_have_count(0)


def test_what_was_typed_is_not_lost_when_the_server_disagrees(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    Proposal.objects.filter(pk=chairs.pk).update(digest="0" * 64)
    page.keyboard.press("r")
    page.fill("#reason-note", "The sum is wrong")
    page.click("text=A value is wrong")
    shows(page, "Tables")
    card = page.locator("[data-refused]")
    expect(card).to_contain_text("This changed while you looked")
    expect(card).to_contain_text("You wrote: “The sum is wrong”")
    page.keyboard.press("l")
    shows(page, "Chairs")
    expect(page.locator(".flow-sides")).to_contain_text("what is on the table now")
    expect(page.locator("#reason-note")).to_have_value("The sum is wrong")
    assert not Decision.objects.exists()


def test_back_shows_what_became_of_it_and_decides_nothing_again(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, url("proposal", chairs))
    ready(page)
    page.keyboard.press("a")
    shows(page, "Tables")
    until(page, lambda: state(chairs) == "approved")
    page.go_back()
    shows(page, "Chairs")
    expect(page.locator(".notice.ok")).to_contain_text("Approved")
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert Decision.objects.count() == 1


def test_two_tabs_of_one_person_record_one_answer(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, url("proposal", chairs))
    ready(page)
    other = page.context.new_page()
    other.goto(page.url)
    expect(heading(other)).to_have_text("Write “Chairs”")
    page.keyboard.press("a")
    shows(page, "Tables")
    until(page, lambda: state(chairs) == "approved")
    other.locator(".acts .btn.sign").click()
    expect(other.locator("#toasts")).to_contain_text("Recorded already")
    assert Decision.objects.count() == 1


def test_who_was_signed_out_is_told_and_the_answer_is_kept(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, url("proposal", chairs))
    ready(page)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.keyboard.press("a")
    shows(page, "Tables")
    expect(page.locator("#outbox")).to_contain_text("until you are signed in again")
    page.context.add_cookies(cookies)
    page.click("text=Try now")
    until(page, lambda: state(chairs) == "approved")
    assert Decision.objects.count() == 1


def test_the_last_item_leads_to_an_explained_emptiness(company, opened):
    a_queue(company, "Chairs", "Tables")
    page = opened(company.maria, queue())
    ready(page, 1)
    page.keyboard.press("a")
    shows(page, "Tables")
    page.wait_for_timeout(450)
    page.keyboard.press("a")
    expect(page.locator(".empty")).to_be_visible()
    assert Proposal.objects.filter(state="approved").count() == 2
