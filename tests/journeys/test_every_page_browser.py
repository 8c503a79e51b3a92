"""Every page there is, as somebody who may see all of it sees it: sound for axe, for the eye, and for the policy."""

from typing import Any

import pytest
from django.test import Client

from tests.approvals.reviewing import signed_in
from tests.architecture.test_walks import one_of_each
from tests.architecture.walk import addresses
from tests.journeys.soundness import faults, sprawls
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
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


def test_every_page_is_sound(northwind: Company, opened: Any, live_server: Any):
    site = one_of_each(northwind)
    page = opened(northwind.ada, "/", "phone")
    page.context.add_init_script(WATCH)
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url))
    found: list[str] = []
    seen = paths(signed_in(northwind.ada), site.known)
    for path in seen:
        page.goto(live_server.url + path)
        found += [
            f"{path}: {fault}" for fault in [*faults(page), *sprawls(page), *page.evaluate("window.refused")]
        ]
    assert found == []
    assert [url for url in elsewhere if not url.startswith((live_server.url, "data:"))] == []
    assert len(seen) > 17
