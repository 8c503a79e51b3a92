"""Settings in a real browser: both themes, phone and desk, judged by axe."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from approvals import actors, switches
from tests.approvals.administering import actions, at, id_of, pages, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIEWS = [(width, theme) for width in (360, 1280) for theme in ("light", "dark")]


@pytest.fixture
def desk(northwind, live_server, chromium) -> Iterator[Any]:
    """Opens a page as ada, at a width and in a theme. What the tests need of the database is made before."""
    actions(northwind)
    switches.pull(of=northwind.workspace, actor=actors.worker("test"), now=timezone.now())
    cookie = signed_in(northwind.ada).cookies["sessionid"].value
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield lambda width, theme: opened(browser, live_server.url, cookie, width, theme)
        browser.close()


def opened(browser: Browser, url: str, cookie: str, width: int, theme: Any) -> Page:
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": 800}, color_scheme=theme, reduced_motion="reduce"
    )
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": url}])
    page = context.new_page()
    page.set_default_timeout(10_000)
    return page


def complaints(page: Page) -> list[str]:
    """What axe finds wrong, and whether the page is wider than the screen."""
    found = [f"{each['id']}: {each['nodes'][0]['target']}" for each in Axe().run(page).response["violations"]]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, "wider than the screen"] if wide else found


@pytest.mark.parametrize(("width", "theme"), VIEWS)
def test_axe_finds_nothing_wrong_with_settings(desk, northwind, width, theme):
    page = desk(width, theme)
    for url in pages(northwind):
        page.goto(url)
        assert complaints(page) == [], url
    page.goto(at("settings-agent", id_of(northwind.bot)))
    page.get_by_role("button", name="Issue token").click()
    assert page.get_by_label("Token", exact=True).input_value().startswith("csk_")
    assert complaints(page) == []
    page.goto(at("settings-people"))
    page.locator("summary").filter(has_text="maria").click()
    assert complaints(page) == []
    page.goto(at("settings-policy", "memo.write"))
    page.get_by_label("Signatures").fill("0")
    page.evaluate("document.querySelector('form[action$=\"/set/\"]').noValidate = true")
    page.get_by_role("button", name="Set version 1").click()
    assert page.get_by_text("greater than or equal to 1").is_visible()
    assert complaints(page) == []
