"""Pictures of a running demo: ``python -m tests.pictures ADDRESS PASSWORD FOLDER [--all]``.

README's pictures are made by it; ``--all`` takes every page at phone and desktop width in both themes, to be looked at.
"""

import argparse
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

SIZES = {"phone": (390, 844), "desktop": (1360, 900)}
SETTINGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FIND = "q=receipt%3A"
STANDING_ORDER, SCANNED = f"{FIND}NW-4203", f"{FIND}NW-4102"
REFUSED = "view=all&q=the+books"
PATIENCE_MS = 4_000


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = shutil.which("chromium") or shutil.which("google-chrome")
        yield playwright.chromium.launch(executable_path=found, args=SETTINGS)


@contextmanager
def signed_in(chrome: Browser, address: str, name: str, password: str, **how: Any) -> Iterator[Page]:
    """A page of somebody's own, past the sign-in."""
    context = chrome.new_context(reduced_motion="reduce", **how)
    page = context.new_page()
    page.goto(f"{address}/sign-in/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("form button")
    settle(page)
    yield page
    context.close()


def readme(chrome: Browser, address: str, password: str, folder: Path) -> None:
    """The pictures of README."""
    large = {"viewport": {"width": 1320, "height": 820}, "device_scale_factor": 1}
    base = f"{address}/w/northwind"
    with signed_in(chrome, address, "ada", password, color_scheme="light", **large) as page:
        shoot(page, f"{base}/review/?{SCANNED}", folder / "review.png", among_others)
        shoot(page, f"{base}/runs/", folder / "run.png")
        shoot(page, f"{base}/review/?{STANDING_ORDER}", folder / "batch.png", batch)
    with signed_in(chrome, address, "olu", password, color_scheme="dark", **large) as page:
        shoot(page, f"{base}/exceptions/?{REFUSED}", folder / "case.png", first_row)


def everything(chrome: Browser, address: str, password: str, folder: Path) -> None:
    """Every page, both widths, both themes."""
    for size, (width, height) in SIZES.items():
        for theme in ("light", "dark"):
            how: dict[str, Any] = {"viewport": {"width": width, "height": height}, "color_scheme": theme}
            for person, shots in SHOTS.items():
                with signed_in(chrome, address, person, password, **how) as page:
                    for name, (path, act) in shots.items():
                        url = f"{address}/w/northwind/{path}"
                        shoot(page, url, folder / f"{name}-{size}-{theme}.png", act)


def shoot(page: Page, url: str, path: Path, act: Callable[[Page], None] | None = None) -> None:
    """Go there, do what is to be seen, and take it. Going anew leaves what was opened before."""
    page.goto(url)
    settle(page)
    if act is not None:
        act(page)
        settle(page)
    page.screenshot(path=path)


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")


def first_row(page: Page) -> None:
    """Open what the list shows first."""
    href = page.locator("a.row").first.get_attribute("href")
    page.goto(page.evaluate("href => new URL(href, location).href", href))


def among_others(page: Page) -> None:
    """The first row found, beside the whole list."""
    first_row(page)
    page.goto(page.url.partition("?")[0])


def edit(page: Page) -> None:
    first_row(page)
    page.locator('[data-key="e"]:visible').first.click()


def batch(page: Page) -> None:
    """What is like the first row, as it opens."""
    first_row(page)
    page.locator('form:has(> [data-key="b"]) button').first.click(timeout=PATIENCE_MS)
    page.wait_for_url("**/batches/**", timeout=PATIENCE_MS)


def opened(key: str) -> Callable[[Page], None]:
    """The panel behind a key, on the item the list shows first."""

    def act(page: Page) -> None:
        first_row(page)
        page.locator(f'[data-key="{key}"]:visible').first.click(timeout=PATIENCE_MS)

    return act


def keys(page: Page) -> None:
    page.keyboard.press("?")


def filters(page: Page) -> None:
    page.locator('summary[data-key="f"]').click(timeout=PATIENCE_MS)


Shot = tuple[str, Callable[[Page], None] | None]
SHOTS: dict[str, dict[str, Shot]] = {
    "olu": {
        "review": ("review/", None),
        "item": ("review/", first_row),
        "edit": ("review/", edit),
        "case": ("exceptions/", first_row),
        "run": ("runs/", first_row),
        "exceptions": ("exceptions/", None),
        "exceptions-classes": ("exceptions/classes/", None),
        "runs": ("runs/", None),
        "settled": ("review/?view=settled", None),
        "lost": ("nowhere/", None),
    },
    "ada": {
        "batch": (f"review/?{STANDING_ORDER}", batch),
        "ledger": ("ledger/", None),
        "figures": ("figures/?view=day", None),
        "alerts": ("figures/alerts/", None),
        "oversight": ("settings/oversight/", None),
        "settings": ("settings/", None),
        "settings-policies": ("settings/policies/", None),
        "settings-lanes": ("settings/lanes/", None),
        "settings-people": ("settings/people/", None),
        "settings-reviewing": ("settings/reviewing/", None),
        "settings-tools": ("settings/tools/", None),
        "settings-limits": ("settings/limits/", None),
        "settings-changes": ("settings/changes/", None),
        "switches": ("switches/", None),
        "sagas": ("sagas/", None),
        "lanes": ("lanes/", None),
        "golden": ("golden/", None),
        "golden-set": ("golden/expense-posting/", None),
        "sample": ("samples/", None),
        "sample-judge": ("samples/judge/", None),
        "moment": ("runs/?q=yesterday", None),
        "settings-models": ("settings/models/", None),
        "settings-prompt": ("settings/models/prompts/extract_expense/", None),
    },
    "maria": {
        "scan": (f"review/?{SCANNED}", first_row),
        "keys": ("review/", keys),
        "filters": ("review/?panel=1", None),
        "filters-opened": ("review/", filters),
        "view-kept": ("review/?order=money&least=500", None),
        "later": ("review/", opened("s")),
        "give": ("review/", opened("g")),
        "given": ("review/?view=given", first_row),
        "aside": ("review/?view=aside", first_row),
        "figures": ("review/yours/", None),
        "notices": ("notices/", None),
        "hours": ("yours/hours/", None),
    },
}  # fmt: skip


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
