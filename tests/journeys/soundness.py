"""Whether an open page is sound, for axe and for the eye: on a phone and at a desk, in light and in dark."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.journeys.browsing import SIZES

IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"
IS_WIDE = "document.documentElement.scrollWidth > innerWidth"
# Chromium leaves some colours of the theme before where a page is asked for another one by a test; sheets that are
# taken off and put on again make it look anew.
LOOK_ANEW = """() => {
    for (const off of [true, false]) {
        for (const sheet of document.styleSheets) sheet.disabled = off;
        void document.body.offsetHeight;
    }
}"""
# What moves with scrolling, or for ever, never arrives; and a page that is not painted is not waited for without end.
ARRIVED = """async () => {
    const enough = new Promise((over) => setTimeout(over, 3000));
    const ends = ({ timeline, effect }) =>
        timeline === document.timeline && effect.getComputedTiming().endTime < Infinity;
    await Promise.race([enough, new Promise((painted) => requestAnimationFrame(painted))]);
    const moving = document.getAnimations().filter(ends).map((one) => one.finished);
    await Promise.race([enough, Promise.allSettled(moving)]);
}"""
# The longest line of prose, in pixels: elements, and their text as it is broken into lines.
LONGEST_LINE = """() => Math.max(0, ...[...document.querySelectorAll("p, li, dd")].flatMap((one) => {
    const range = document.createRange();
    return [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).flatMap((node) => {
        range.selectNodeContents(node);
        return [...range.getClientRects()].map((line) => line.width);
    });
}))"""
WIDE, READABLE = {"width": 2560, "height": 1440}, 1000
# Those of axe's rules that a theme may change: the others have said all they have to say in the theme before.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
JUDGED = """(rules) => Promise.race([
    new Promise((over) => setTimeout(() => over(["axe did not end"]), 60000)),
    axe.run({
        resultTypes: ["violations"], ...(rules && { runOnly: { type: "rule", values: rules } }),
    }).then(({ violations }) => violations.map(
        ({ id, nodes }) => `${id} ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" ")}`)),
])"""


def faults(page: Page, *sizes: str) -> list[str]:
    """What is wrong with the open page at each of these sizes, or at all: one theme at the first, the other at
    the next, and both where there is only one. Colours are a theme's; what only one size shows is seen in one.

    One page is looked at from all sides: what it says is the same, and only what is seen differs.
    """
    stood = page.viewport_size
    page.emulate_media(reduced_motion="reduce")
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found: list[str] = []
    for number, size in enumerate(sizes or SIZES):
        if number:
            _in_the_other_theme(page)
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{size}: {fault}" for fault in _in_its_theme(page)]
    if len(sizes) == 1:
        _in_the_other_theme(page)
        found += [f"{sizes[0]}: {fault}" for fault in _in_its_theme(page, OF_COLOURS)]
    if stood:
        page.set_viewport_size(stood)
    return found


def sprawls(page: Page) -> list[str]:
    """What is wrong with the open page on a very wide screen: nothing scrolls sideways, no line is too long to read."""
    stood = page.viewport_size
    page.set_viewport_size(WIDE)
    found = ["2560: wider than the screen"] if page.evaluate(IS_WIDE) else []
    longest = page.evaluate(LONGEST_LINE)
    found += [f"2560: a line of {longest:.0f} pixels"] if longest > READABLE else []
    if stood:
        page.set_viewport_size(stood)
    return found


def _in_the_other_theme(page: Page) -> None:
    page.emulate_media(color_scheme="light" if page.evaluate(IS_DARK) else "dark")
    page.evaluate(LOOK_ANEW)


def _in_its_theme(page: Page, rules: list[str] | None = None) -> list[str]:
    page.evaluate(ARRIVED)  # at its new size, in its new colours
    found = ["wider than the screen"] if page.evaluate(IS_WIDE) else []
    if page.evaluate(JUDGED, rules):  # what is wrong is wrong still when looked at anew
        page.evaluate(LOOK_ANEW)
        page.evaluate(ARRIVED)
        theme = "dark" if page.evaluate(IS_DARK) else "light"
        found += [f"{theme}: {fault}" for fault in page.evaluate(JUDGED, rules)]
    return found
