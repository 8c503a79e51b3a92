"""One Chromium for all tests that follow one another in driving one."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.patience import PATIENCE_MS

NAMES = ("chromium", "chromium-browser", "google-chrome")
expect.set_options(timeout=PATIENCE_MS)  # a busy machine is no failure


def installed() -> str:
    """The path of a browser. Where there is none the test is skipped, or fails if one is required."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is not None:
        return found
    reason = f"no browser is installed (looked for {', '.join(NAMES)})"
    if os.environ.get("BROWSER_TESTS") == "required":
        pytest.fail(f"BROWSER_TESTS=required, and {reason}", pytrace=False)
    pytest.skip(reason)


class Chromium:
    """Started when a test asks for it, ended before the first test that does not.

    Its driver keeps an event loop in this thread, which Django and others would mistake for async code.
    """

    def __init__(self) -> None:
        self._ends = ExitStack()
        self._browser: Browser | None = None

    def open(self) -> Browser:
        if self._browser is not None and not self._browser.is_connected():
            self.close()
        if self._browser is None:
            patch = self._ends.enter_context(pytest.MonkeyPatch.context())
            patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
            driver = self._ends.enter_context(sync_playwright())
            self._browser = driver.chromium.launch(executable_path=installed(), args=["--no-sandbox"])
            self._ends.callback(self._browser.close)
        return self._browser

    def close(self) -> None:
        self._browser = None
        self._ends.close()
