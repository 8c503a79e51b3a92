"""What the flow says and keeps when a session, an answer or a screen is lost; and what else leads on at once."""

import re
from urllib.parse import parse_qs

import pytest
from django.conf import settings
from playwright.sync_api import expect

from approvals.models import Aside, Decision, Hold
from tests.approvals.reviewing import queue, signed_in, url
from tests.journeys.browsing import press, until
from tests.journeys.test_flow_browser import Network, ready, shows
from tests.journeys.test_review_browser import a_queue, state

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_one_person_pressed_is_never_another_persons_answer(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.ken, url("proposal", chairs))
    ready(page)
    name, address = settings.SESSION_COOKIE_NAME, page.evaluate("origin")
    page.context.clear_cookies()
    page.keyboard.press("a")
    expect(page.locator("#outbox")).to_contain_text("until you are signed in again")
    Hold.objects.all().delete()
    other = signed_in(company.maria).cookies[name].value
    page.context.add_cookies([{"name": name, "value": other, "url": address}])
    page.click("text=Try now")
    expect(page.locator("#toasts")).to_contain_text("You are signed in as somebody else now")
    assert not Decision.objects.exists() and state(chairs) == "pending"


def test_an_undo_whose_acknowledgement_is_lost_is_not_said_to_be_too_late(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    page.keyboard.press("a")
    expect(page.locator("#undo")).to_contain_text("Approved: Write “Chairs”")

    def lose(route):
        route.fetch()
        route.abort()

    page.route(re.compile("/undo/"), lose, times=1)
    page.keyboard.press("u")
    expect(page.locator("#undo")).to_contain_text("It is not known here whether that was taken back")
    page.keyboard.press("u")
    expect(page.locator("#main .notice.stop")).to_contain_text("maria took the approval back")
    assert state(chairs) == "pending" and Decision.objects.count() == 1


def test_x_leads_on_at_once_and_the_answer_is_kept_while_the_network_is_slow(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    network = Network(page, re.compile("/handover/"))
    network.mode = "slow"
    page.keyboard.press("x")
    shows(page, "Tables")
    expect(page.locator("#undo")).to_contain_text("Handing over: Write “Chairs”")
    until(page, lambda: network.waiting)
    assert state(chairs) == "pending"
    network.go_on()
    expect(page.locator("#toasts")).to_contain_text("Handed over")
    assert state(chairs) == "blocked" and Decision.objects.count() == 1


def test_not_now_leads_on_at_once(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    page.keyboard.press("s")
    page.keyboard.press("1")
    shows(page, "Tables")
    expect(page.locator("#toasts")).to_contain_text("Set aside until")
    assert Aside.objects.get().proposal_id == chairs.pk and not Decision.objects.exists()


def test_what_is_being_edited_stays_ones_own(company, opened):
    chairs, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    page.keyboard.press("e")
    expect(page.locator("[data-edit]")).to_be_visible()
    page.wait_for_timeout(800)
    assert Hold.objects.get(proposal=chairs).reviewer_id == company.maria.user_id


def test_an_item_that_did_not_come_is_not_marked_as_the_open_one(company, opened):
    chairs, _, lamps, *_ = a_queue(company, "Chairs", "Tables", "Lamps")
    page = opened(company.maria, queue())
    ready(page)
    page.route(re.compile(lamps.public_id), lambda route: route.abort())
    page.locator(f"#row-{lamps.public_id}").click()
    expect(page.locator("#toasts .error")).to_contain_text("This page stays as it was")
    expect(page.locator(".row[aria-current]")).to_have_attribute("id", f"row-{chairs.public_id}")


def test_what_the_server_lays_ahead_while_somebody_is_quicker_stays_ahead(company, opened):
    *_, rugs, desks, shelves = a_queue(company, "Chairs", "Tables", "Lamps", "Rugs", "Desks", "Shelves")
    page = opened(company.maria, queue())
    ready(page)
    network = Network(page)
    network.mode = "slow"
    for title in ("Tables", "Lamps"):
        press(page, "a")
        shows(page, title)
    press(page, "a")  # nothing is ahead: this one waits for the server, and overtakes the first
    until(page, lambda: len(network.waiting) == 2)
    first, last = network.waiting
    answer = last.fetch()
    network.mode = "open"
    first.continue_()
    expect(page.locator("#flow")).to_have_attribute("data-ahead", "2")
    with page.expect_request(lambda asked: rugs.public_id in (asked.post_data or "")) as beat:
        last.fulfill(response=answer)
    shows(page, "Rugs")
    told = parse_qs(beat.value.post_data)
    assert [name.partition(":")[0] for name in told["ahead"]] == [desks.public_id, shelves.public_id]
    assert told["open"][0].startswith(rugs.public_id) and desks.public_id not in told.get("left", [])
