"""Real browsers for journeys: one Chromium, pages opened as a member, and every complaint of theirs a failure."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page, sync_playwright

from approvals import actors, policies
from approvals.models import Membership
from tests.approvals.reviewing import signed_in
from tests.people import Company

SIZES = {"phone": (360, 740), "desk": (1280, 800)}
# A refusal, and a network that a test has cut.
EXPECTED = ("status of 4", "net::ERR_FAILED", "htmx:sendError", "htmx:afterRequest")
ANSWERING = "process_request_thread"  # how the socket server of the tests names a thread that answers
Opener = Callable[..., Page]


def at_rest(page: Page) -> None:
    """What moves has arrived, and every colour is of the theme that was asked for last.

    What moves with scrolling, or for ever, never arrives. Chromium leaves some colours of the theme before where a page
    is asked for another one by a test; sheets that are taken off and put on again make it look anew.
    """
    page.evaluate("""async () => {
        for (const off of [true, false]) {
            for (const sheet of document.styleSheets) sheet.disabled = off;
            void document.body.offsetHeight;
        }
        await new Promise((painted) => requestAnimationFrame(painted));
        const ends = ({ timeline, effect }) =>
            timeline === document.timeline && effect.getComputedTiming().endTime < Infinity;
        await Promise.allSettled(document.getAnimations().filter(ends).map((moving) => moving.finished));
    }""")


def all_answered(patience: float = 20.0) -> None:
    """Waits until the server has answered whatever was asked, so that the tables can be emptied under nobody."""
    until = time.monotonic() + patience
    while any(ANSWERING in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < until, "the server of the tests still answers somebody"
        time.sleep(0.01)


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser; its driver keeps an event loop in this thread, which Django would mistake for async code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            yield browser
            browser.close()


@pytest.fixture
def company(browser: Browser, transactional_db: None, northwind: Company) -> Company:
    """Memos may be taken back for ten minutes, so that no test has to hurry."""
    policies.set_policy(
        workspace=northwind.workspace, tool="memo.write", actor=actors.worker("test"), now=timezone.now(),
        undo_seconds=600,
    )  # fmt: skip
    return northwind


@pytest.fixture
def opened(browser: Browser, live_server: Any) -> Iterator[Opener]:
    """Opens a page as a member. Whatever the browser complains about fails the test."""
    contexts, complaints = [], []

    def open_page(member: Membership, path: str, size: str = "desk", **options: Any) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        cookie = signed_in(member).cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    all_answered()
    unexpected = [text for text in complaints if not any(words in text for words in EXPECTED)]
    assert unexpected == [], unexpected
