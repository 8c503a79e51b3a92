"""Pictures of a running demo: ``python -m tests.pictures ADDRESS PASSWORD FOLDER [--all]``.

README's pictures are made by it; ``--all`` takes every page at phone and desktop width in both themes, to be looked at.
"""

import argparse
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

SIZES = {"phone": (390, 844), "desktop": (1360, 900)}
SETTINGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        yield playwright.chromium.launch(executable_path=found, args=SETTINGS)


@contextmanager
def signed_in(chrome: Browser, address: str, name: str, password: str, **how: Any) -> Iterator[Page]:
    """A page of somebody's own, past the sign-in."""
    context = chrome.new_context(**how)
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("form button")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def readme(chrome: Browser, address: str, password: str, folder: Path) -> None:
    """The three pictures of README."""
    large = {"viewport": {"width": 1440, "height": 900}, "device_scale_factor": 1.5}
    with signed_in(chrome, address, "maria", password, color_scheme="light", **large) as page:
        shoot(page, f"{address}/w/northwind/review/", folder / "review.png")
        shoot(page, f"{address}/w/northwind/runs/", folder / "run.png")
    with signed_in(chrome, address, "olu", password, color_scheme="dark", **large) as page:
        page.goto(f"{address}/w/northwind/exceptions/")
        page.locator("a.row").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / "case.png")


def everything(chrome: Browser, address: str, password: str, folder: Path) -> None:
    """Every page, both widths, both themes."""
    for size, (width, height) in SIZES.items():
        for theme in ("light", "dark"):
            how: dict[str, Any] = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
            with signed_in(chrome, address, "olu", password, **how) as page:
                for name, url in pages(page, address):
                    shoot(page, url, folder / f"{name}-{size}-{theme}.png")


def pages(page: Page, address: str) -> Iterator[tuple[str, str]]:
    base = f"{address}/w/northwind"
    yield "review", f"{base}/review/"
    for name, url in [("item", f"{base}/review/"), ("case", f"{base}/exceptions/"), ("run", f"{base}/runs/")]:
        page.goto(url)
        first = page.locator("a.row").first.get_attribute("href")
        yield name, f"{address}{first}"
    page.goto(f"{base}/review/")
    first = page.locator("a.row").first.get_attribute("href")
    item = (first or "").partition("?")[0]
    yield "edit", f"{address}{item}edit/"
    for name in ("exceptions", "exceptions/classes", "runs", "ledger", "settings"):
        yield name.replace("/", "-"), f"{base}/{name}/"
    yield "settled", f"{base}/review/?view=settled"
    yield "lost", f"{base}/nowhere/"


def shoot(page: Page, url: str, path: Path) -> None:
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address")
    parser.add_argument("password")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with browser() as chrome:
        (everything if asked.all else readme)(chrome, asked.address.rstrip("/"), asked.password, asked.folder)


if __name__ == "__main__":
    main()
