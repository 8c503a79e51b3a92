"""From the key that signs to the next item painted, in a real browser at a real web process; and the first load."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import expenses
from tests.bench import reviewing, site, web
from tests.bench.site import Latency
from tests.people import Company

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
THOUGHT_MS = 400  # between two keys; people take longer
# The item on the screen is the one whose digest would be signed. A frame that shows another one has been painted by the
# time the next frame begins.
WATCH = """
(() => {
  const shown = () => document.querySelector('#main form[data-decide] [name=seen_digest]')?.value ?? null;
  window.waits = [];
  addEventListener('keydown', (event) => {
    const before = shown(), pressed = event.timeStamp;
    const look = () => shown() === before || shown() === null ? requestAnimationFrame(look)
      : requestAnimationFrame((now) => window.waits.push(Math.max(now, performance.now()) - pressed));
    requestAnimationFrame(look);
  }, true);
})();
"""


@dataclass(frozen=True)
class Weight:
    """What a browser that was never here fetches, as it came over the wire."""

    requests: int
    bytes: int
    decoded: int
    seconds: float


@dataclass(frozen=True)
class Pressed:
    latency: Latency
    answered: int
    weight: Weight
    again: Weight


def installed() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def measure(company: Company, *, many: int = 200, waiting: int = 300) -> Pressed:
    """Signs so many of the waiting ones with the key alone."""
    expenses.pending_at_once(company.bot, site.fresh(waiting))
    cookie = reviewing.signed_in(company.maria.user).cookies[settings.SESSION_COOKIE_NAME].value
    path = reverse("review", args=[company.workspace.slug])
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the driver keeps an event loop in this thread
    with web.served() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=installed(), args=["--no-sandbox"])
        context = _context(browser, address, cookie)
        weight = _load(context, address + path)
        again = _load(context, address + path)
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(address + path, wait_until="networkidle")
        waits = _sign(page, many)
        browser.close()
    return Pressed(Latency.of(waits), len(waits), weight, again)


def _context(browser: Browser, address: str, cookie: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])
    return context


def _load(context: BrowserContext, address: str) -> Weight:
    """As the browser itself counts what came over the wire; what its cache gave costs nothing."""
    page = context.new_page()
    wire: dict[str, int] = {}
    text: dict[str, int] = {}
    listener = context.new_cdp_session(page)
    listener.on(
        "Network.loadingFinished", lambda told: wire.update({told["requestId"]: told["encodedDataLength"]})
    )
    listener.on("Network.dataReceived", lambda told: _add(text, told["requestId"], told["dataLength"]))
    listener.send("Network.enable")
    seconds = site.seconds(lambda: page.goto(address, wait_until="load"))
    page.wait_for_load_state("networkidle")
    page.close()
    fetched = [size for size in wire.values() if size]
    return Weight(len(fetched), int(sum(fetched)), sum(text.values()), seconds)


def _add(sums: dict[str, int], name: str, size: int) -> None:
    sums[name] = sums.get(name, 0) + size


def _sign(page: Page, many: int) -> Sequence[float]:
    """One key at a time, the next when the item it brought has been painted and thought about. Returns seconds."""
    for number in range(1, many + 1):
        page.wait_for_timeout(THOUGHT_MS)
        page.keyboard.press("a")
        page.wait_for_function("many => window.waits.length >= many", arg=number, timeout=10_000)
    waits: list[float] = page.evaluate("window.waits")
    return [wait / 1000 for wait in waits]
