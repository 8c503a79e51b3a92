"""An admin who has never been here gives every kind of failure its owners and adds a rule, by keyboard alone."""

from typing import Any

import pytest
from playwright.sync_api import Page

from exceptions import ruling
from exceptions.models import FailureClass, Revision
from tests.exceptions.conftest import open_case
from tests.exceptions.ruling import team
from tests.journeys.browsing import listens
from tests.journeys.soundness import faults
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


NAME = """() => { const here = document.activeElement;
    return here.ariaLabel || here.labels?.[0]?.innerText || here.innerText || ""; }"""


def reach(page: Page, name: str) -> None:
    """Tab until what is called so has the focus: whoever cannot use a pointer gets there too."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate(NAME).startswith(name):
            return
    raise AssertionError(f"nobody gets to {name!r} by keyboard")


STEPS: list[str] = []
A_STEP = 5  # seconds in which somebody new reads a label and makes a choice
FIVE_MINUTES = 300


def choose(page: Page, name: str, value: str) -> None:
    """Type a text, or the beginning of a choice as one does in a list."""
    STEPS.append(name)
    reach(page, name)
    page.keyboard.type(value)


def press(page: Page, name: str) -> None:
    STEPS.append(name)
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    listens(page)


def assign(page: Page, owner: str, backup: str) -> None:
    """Every kind of failure, family by family as they stand; those without a family one by one."""
    titles: dict[str, list[str]] = {}
    for code, title in FailureClass.objects.order_by("code").values_list("code", "title"):
        titles.setdefault(code.partition(".")[0], []).append(title)
    for family, members in titles.items():
        name = members[0] if len(members) == 1 else f"all of {family}"
        choose(page, f"Owner of {name}", owner)
        choose(page, f"Backup of {name}", backup)
    press(page, "Save owners")
    page.get_by_text("Open cases keep theirs").wait_for()


def add_a_rule(page: Page) -> None:
    press(page, "Rules")
    press(page, "Add a rule")
    for label, text in {"Name": "Payroll", "Message has": "payroll", "Belongs to": "Contr"}.items():
        choose(page, label, text)
    press(page, "Show what it would change")
    page.get_by_text("1 open case would lie elsewhere").wait_for()
    assert faults(page, "phone") == []
    press(page, "Keep this rule")


def test_a_new_admin_assigns_every_owner_and_adds_a_rule_by_keyboard(northwind: Company, opened: Any) -> None:
    open_case(northwind.workspace, message="payroll is late")
    page = opened(northwind.ada, "/w/northwind/exceptions/classes/")
    STEPS.clear()

    assign(page, "AI", "Fin")
    add_a_rule(page)
    assert len(STEPS) * A_STEP <= FIVE_MINUTES, f"{len(STEPS)} steps"

    owners = FailureClass.objects.values_list("owner__name", "backup__name").distinct()
    assert list(owners) == [("AI quality", "Finance ops")]
    assert set(Revision.objects.filter(version=2).values_list("by__username", flat=True)) == {"ada"}
    assert [rule.name for rule in ruling.in_order(northwind.workspace.pk)] == ["Payroll"]
    assert open_case(northwind.workspace, message="payroll 2 was lost").owner == team(
        northwind, "Controllers"
    )
    assert faults(page, "phone", "desk") == []
    page.goto(page.url.replace("rules/", "classes/"))
    assert faults(page, "phone", "desk") == []
