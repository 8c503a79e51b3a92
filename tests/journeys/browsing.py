"""Real browsers for journeys: one Chromium, pages opened as a member, and every complaint of theirs a failure."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Browser, Page

from approvals import actors, policies
from approvals.models import Membership
from tests.approvals.reviewing import signed_in
from tests.patience import PATIENCE_MS, PATIENCE_SECONDS
from tests.people import Company

SIZES = {"phone": (360, 740), "desk": (1280, 800)}
# A refusal, and a network that a test has cut.
EXPECTED = ("status of 4", "net::ERR_FAILED", "htmx:sendError", "htmx:afterRequest")
# What came to be seen last, and when: the page passes over what is pressed too soon after it, as not meant for it.
SEEN = """
    window.seenAt = 0;
    const seen = () => { window.seenAt = performance.now(); };
    for (const event of ["htmx:afterSwap", "htmx:afterSettle", "countersign:shown"])
        document.addEventListener(event, () => {  // the page is told after us, and may take its time
            window.seenAt = Infinity;
            setTimeout(seen);
        });
"""
LISTENS = """(patience) => document.readyState === "complete"
    && !document.querySelector("form[aria-busy=true], .htmx-request, .htmx-swapping, .htmx-settling")
    && performance.now() - (window.seenAt ?? 0) > patience"""
BY_KEY, BY_POINTER = 210, 410  # milliseconds
ANSWERING = "process_request_thread"  # how the socket server of the tests names a thread that answers
Opener = Callable[..., Page]


def listens(page: Page, patience: int = BY_KEY) -> None:
    """Nothing is on its way, and what is shown has been there long enough to be answered."""
    page.wait_for_function(LISTENS, arg=patience)


def press(page: Page, *keys: str) -> None:
    """Each of them as soon as the page listens."""
    for key in keys:
        listens(page)
        page.keyboard.press(key)


def until(page: Page, true: Callable[[], Any]) -> None:
    """Waits for what the server will do soon, and lets the page go on meanwhile."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < give_up_at, "it did not come to that"
        page.wait_for_timeout(20)


def all_answered(patience: float = PATIENCE_SECONDS) -> None:
    """Waits until the server has answered whatever was asked, so that the tables can be emptied under nobody."""
    until = time.monotonic() + patience
    while any(ANSWERING in thread.name for thread in threading.enumerate()):
        assert time.monotonic() < until, "the server of the tests still answers somebody"
        time.sleep(0.01)


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
        context.add_init_script(SEEN)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live_server.url + path)
        if options.get("java_script_enabled", True):
            listens(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    all_answered()
    unexpected = [text for text in complaints if not any(words in text for words in EXPECTED)]
    assert unexpected == [], unexpected
