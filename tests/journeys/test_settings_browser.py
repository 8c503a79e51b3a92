"""Settings in a real browser while the kill switch is pulled, and what pressing their buttons shows."""

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from approvals import actors, switches
from tests.approvals.administering import actions, at, id_of
from tests.journeys.soundness import faults
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk(northwind: Company, opened: Any) -> Page:
    """A page of ada's. What the tests need of the database is made before."""
    actions(northwind)
    switches.pull(of=northwind.workspace, actor=actors.worker("test"), now=timezone.now())
    return opened(northwind.ada, at("settings"), "phone")


def test_axe_finds_nothing_wrong_with_settings(desk: Page, northwind: Company) -> None:
    base = desk.url.partition("/w/")[0]
    assert faults(desk) == []
    desk.goto(base + at("settings-agent", id_of(northwind.bot)))
    desk.get_by_role("button", name="Issue token").click()
    assert desk.get_by_label("Token", exact=True).input_value().startswith("csk_")
    assert faults(desk) == []
    desk.goto(base + at("settings-people"))
    desk.locator("summary").filter(has_text="maria").click()
    assert faults(desk) == []
    desk.goto(base + at("settings-policy", "memo.write"))
    desk.get_by_label("Signatures").fill("0")
    desk.evaluate("document.querySelector('form[action$=\"/set/\"]').noValidate = true")
    desk.get_by_role("button", name="Set version 1").click()
    assert desk.get_by_text("greater than or equal to 1").is_visible()
    assert faults(desk) == []
