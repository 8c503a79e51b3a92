"""The item page in a real browser: ways of looking, pictures, keys of one's own, editing in place, and paper."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from approvals import actors, policies
from approvals.models import Proposal
from approvals.submission import Exhibit
from tests import builders, orders
from tests.approvals.reviewing import queue, url
from tests.journeys.soundness import faults
from tests.people import Company
from tests.pictures_of import png
from tests.pictures_of import url as data_url

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BOX = {"field": "/title", "box": [0.25, 0.5, 0.5, 0.1]}


def pictured(company: Company, title: str = "Chairs") -> Proposal:
    words = f"Please write: {title}, EUR 10.00"
    span = {"field": "/amount", "start": len(words) - 5, "end": len(words)}
    text = Exhibit("text", words, "Request", spans=(span,))
    image = Exhibit("image", data_url(png(400, 300)), "Scan", spans=(BOX,))
    return builders.a_proposal(
        company.bot, arguments={"title": title, "amount": "10.00"}, evidence=(text, image)
    )


def an_order(company: Company, **changes: object) -> Proposal:
    orders.install()
    company.bot.tools = ["orders.place", "memo.write"]
    company.bot.save(update_fields=["tools"])
    return builders.a_proposal(company.bot, tool="orders.place", arguments=orders.WHOLE | changes)


def lit(page: Page) -> list[str]:
    return page.eval_on_selector_all(
        "[data-pin].lit", "all => all.map(one => one.tagName.toLowerCase() + one.dataset.pin)"
    )


def test_a_picture_and_its_field_light_up_together(company, opened):
    page = opened(company.maria, url("proposal", pictured(company)))
    expect(page.locator(".picture img")).to_be_visible()
    assert page.eval_on_selector(".picture img", "image => image.complete && image.naturalWidth") == 400
    page.hover("#pin-1")
    assert sorted(lit(page)) == ["a1", "a1"]
    page.hover("h1[data-landing]")
    page.focus(".box[data-pin='1']")
    assert sorted(lit(page)) == ["a1", "a1"]
    page.locator("h1[data-landing]").click()
    seen = []
    for _ in range(3):
        page.keyboard.press("v")
        seen.append(page.eval_on_selector(":is(mark, .box).lit", "one => one.dataset.pin"))
    assert len(set(seen)) == 2 and seen[0] == seen[2], "v walks marks in text and boxes in pictures alike"


def test_d_lays_the_difference_side_by_side_and_it_is_remembered(company, opened):
    proposal = builders.a_proposal(company.bot, arguments={"title": "Chairs", "amount": "10.00"})
    policies.set_policy(
        workspace=company.workspace,
        tool="memo.write",
        actor=actors.worker("test"),
        now=timezone.now(),
        quorum=2,
    )
    proposal = builders.a_proposal(company.bot, arguments={"title": "Tables", "amount": "10.00"})
    builders.approve(
        proposal, company.ken, verdict="edit", arguments=proposal.arguments | {"amount": "12.00"}
    )
    page = opened(company.maria, url("proposal", proposal))
    before, after = page.locator(".change del").first, page.locator(".change tr:has(del) ins").first
    expect(page.locator(".change .becomes").first).to_be_visible()
    page.keyboard.press("d")
    expect(page.locator(".change .becomes").first).to_be_hidden()
    assert after.bounding_box()["x"] > before.bounding_box()["x"] + 40
    page.reload()
    expect(page.locator(".change .becomes").first).to_be_hidden()
    page.set_viewport_size({"width": 360, "height": 740})
    assert after.bounding_box()["y"] > before.bounding_box()["y"], (
        "one under the other where there is no room"
    )
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("d")
    expect(page.locator(".change .becomes").first).to_be_visible()


def test_h_goes_to_the_history_and_opens_the_story(company, opened):
    page = opened(company.maria, url("proposal", pictured(company)))
    expect(page.locator("[data-pane=story] .story")).to_be_hidden()
    page.keyboard.press("h")
    expect(page.locator("[data-pane=story] .story")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "history"


def test_a_key_is_given_and_works_and_the_old_one_rests(company, opened):
    chairs = pictured(company)
    page = opened(company.maria, url("proposal", chairs))
    sign = page.locator(".acts [data-key=a]")
    expect(sign).to_have_attribute("aria-keyshortcuts", "A")
    page.keyboard.press("?")
    page.click("[data-remap=a]")
    page.keyboard.press("y")
    expect(page.locator("[data-sheet-said]")).to_contain_text("is Y now")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_hidden()
    expect(sign.locator("kbd")).to_have_text("Y")
    expect(sign).to_have_attribute("aria-keyshortcuts", "Y")
    page.reload()
    page.keyboard.press("a")
    page.wait_for_timeout(200)
    chairs.refresh_from_db()
    assert chairs.state == "pending", "the key it had does nothing any more"
    page.keyboard.press("y")
    expect(page.locator(".undo")).to_contain_text("Approved")


def test_announced_keys_can_be_given_away_too(company, opened):
    page = opened(company.maria, url("proposal", pictured(company)))
    page.keyboard.press("?")
    page.focus("[data-remap=h]")
    page.keyboard.press("Enter")
    page.keyboard.press("y")
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    expect(page.locator("[data-pane=story] .story")).to_be_hidden()
    page.keyboard.press("y")
    expect(page.locator("[data-pane=story] .story")).to_be_visible()


@pytest.mark.parametrize(
    ("key", "words"), [("r", "already means “Reject”"), ("5", "is kept"), ("g", "already means")]
)
def test_a_key_that_is_taken_or_kept_is_refused(company, opened, key, words):
    page = opened(company.maria, url("proposal", pictured(company)))
    page.keyboard.press("?")
    page.click("[data-remap=a]")
    page.keyboard.press(key)
    expect(page.locator("[data-sheet-said]")).to_contain_text(words)
    expect(page.locator("[data-remap=a]")).to_have_text("A")


def test_escape_keeps_the_key_and_one_button_resets_all(company, opened):
    page = opened(company.maria, url("proposal", pictured(company)))
    page.keyboard.press("?")
    page.click("[data-remap=a]")
    page.keyboard.press("Escape")
    expect(page.locator("#sheet")).to_be_visible()
    page.click("[data-remap=a]")
    page.keyboard.press("q")
    page.click("[data-keys-reset]")
    expect(page.locator("[data-remap=a]")).to_have_text("A")
    page.uncheck("[data-keys-switch]")
    page.keyboard.press("Escape")
    assert page.locator(".acts [data-key=a]").get_attribute("aria-keyshortcuts") is None


def test_no_key_acts_by_accident(company, opened):
    chairs = pictured(company)
    page = opened(company.maria, url("proposal", chairs))
    page.evaluate("""() => {
        const typed = (more) => new KeyboardEvent("keydown", {bubbles: true, key: "a", ...more});
        const press = (more) => document.body.dispatchEvent(typed(more));
        press({isComposing: true}); press({keyCode: 229}); press({repeat: true}); press({ctrlKey: true});
        press({metaKey: true}); press({altKey: true}); press({shiftKey: true, key: "A"});
        press({modifierAltGraph: true});
    }""")
    for combination in ("Alt+a", "Shift+A"):
        page.keyboard.press(combination)
    page.wait_for_timeout(200)
    chairs.refresh_from_db()
    assert chairs.state == "pending"
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {bubbles: true, key: 'D'}))")
    assert page.evaluate("document.documentElement.dataset.diff") == "columns", (
        "with CapsLock a key is the same key"
    )
    page.evaluate("""document.body.dispatchEvent(new KeyboardEvent("keydown",
        {bubbles: true, key: "?", ctrlKey: true, altKey: true, modifierAltGraph: true}))""")
    expect(page.locator("#sheet")).to_be_visible()


def test_rows_are_added_and_errors_are_said_while_typing(company, opened):
    order = an_order(company)
    page = opened(company.maria, url("edit", order))
    page.fill("[name=argument-lines-0-price]", "1,50")
    expect(page.locator("[data-field=argument-lines] .live-error")).to_contain_text("Write a number")
    page.fill("[name=argument-lines-0-price]", "21.00")
    expect(page.locator(".live-error")).to_have_count(0)
    expect(page.locator("#rehearsal")).to_contain_text("21.00")
    page.click("[data-field=argument-lines] [data-row-add]")
    assert page.evaluate("document.activeElement.name") == "argument-lines-2-item"
    page.fill("[name=argument-lines-2-item]", "Lamp")
    page.fill("[name=argument-lines-2-quantity]", "2")
    page.fill("[name=argument-lines-2-price]", "9.90")
    page.click("[data-row='argument-lines-1'] [data-row-remove]")
    expect(page.locator("#rehearsal")).to_contain_text("Lamp")
    page.click("text=Sign with these values")
    expect(page.locator(".undo")).to_contain_text("Approved")
    order.refresh_from_db()
    assert [line["item"] for line in order.arguments["lines"]] == ["Chair", "Lamp"]
    assert order.arguments["lines"][1] == {"item": "Lamp", "quantity": 2, "price": "9.90", "gift": False}


def test_rows_come_and_go_without_the_script(company, opened):
    page = opened(company.maria, url("edit", an_order(company)), java_script_enabled=False)
    page.click("[data-field=argument-tags] [data-row-add]")
    page.fill("[name=argument-tags-2-value]", "autumn")
    page.click("[data-row='argument-lines-1'] [data-row-remove]")
    expect(page.locator("[name=argument-tags-2-value]")).to_have_value("autumn")
    expect(page.locator("[name=argument-lines-1-item]")).to_have_count(0)
    page.click("text=Sign with these values")
    expect(page.locator(".undo")).to_contain_text("Approved")


def test_on_paper_there_is_the_item_whole_and_no_control(company, opened):
    proposal = builders.approve(pictured(company), company.maria)
    page = opened(company.maria, url("proposal", proposal))
    page.emulate_media(media="print")
    for gone in (".rail", ".queue", ".deck"):
        expect(page.locator(gone)).to_be_hidden()
    paper = page.locator(".printed")
    expect(paper).to_contain_text(proposal.digest)
    expect(paper).to_contain_text(re.compile(r"Printed\s*\d+ \w+ \d{4}"))
    expect(page.locator(".story")).to_be_visible()
    expect(page.locator("[data-pane=arguments] pre")).to_be_visible()
    page.emulate_media(media="screen")
    expect(paper).to_be_hidden()


def test_axe_finds_nothing_on_pictures_parts_and_keys(company, opened):
    item, order = pictured(company), an_order(company)
    builders.approve(an_order(company, tags=["other"]), company.ken)
    page = opened(company.maria, queue(), "phone")
    for path in (url("proposal", item), url("proposal", order), url("edit", order)):
        page.goto(page.url.split("/w/")[0] + path)
        if path == url("proposal", order):
            page.keyboard.press("?")
            expect(page.locator("#sheet")).to_be_visible()
        assert faults(page) == [], path
