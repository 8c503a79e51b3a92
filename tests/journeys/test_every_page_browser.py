"""Every page there is, as somebody who may see all of it sees it: sound for axe, for the eye, and for the policy."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from tests.approvals.reviewing import signed_in
from tests.architecture.test_walks import Site, site  # noqa: F401
from tests.architecture.walk import addresses
from tests.journeys.browsing import SIZES, at_rest
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WATCH = """
    window.refused = [];
    document.addEventListener("securitypolicyviolation", (event) => window.refused.push(
        `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


def paths(client: Client, known: dict[str, Any]) -> list[str]:
    """Addresses that answer a plain GET with a whole page."""
    found = []
    for address in addresses(known):
        if address.is_api:
            continue
        answer = client.get(address.path)
        if answer.status_code == 200 and not answer.streaming and b"<html" in answer.content[:200]:
            found.append(address.path)
    return found


def faults(page: Page, path: str) -> list[str]:
    """What is wrong with the open page, in both themes."""
    found = [f"{path}: {refusal}" for refusal in page.evaluate("window.refused")]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{path}: wider than the screen")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        at_rest(page)
        for rule in Axe().run(page).response["violations"]:
            found.append(f"{path}, {scheme}: {rule['id']} {[node['html'][:150] for node in rule['nodes']]}")
    return found


@pytest.mark.parametrize("size", list(SIZES))
def test_every_page_is_sound(site: Site, northwind: Company, opened: Any, live_server: Any, size: str):  # noqa: F811
    page = opened(northwind.ada, "/", size)
    page.context.add_init_script(WATCH)
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    found: list[str] = []
    seen = paths(signed_in(northwind.ada), site.known)
    for path in seen:
        page.goto(live_server.url + path)
        found += faults(page, path)
    assert found == []
    assert [url for url in elsewhere if not url.startswith((live_server.url, "data:"))] == []
    assert len(seen) > 17
