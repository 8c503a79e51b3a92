"""An admin declares a tool, sees where it is wrong, tries it, and reads what came of it; axe finds nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.approvals.administering import at
from tests.declaring import ARGUMENTS, TICKETS, declare, work
from tests.desk import Desk
from tests.journeys.soundness import faults
from tests.people import Company

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]


def test_a_tool_is_declared_tried_and_versioned_in_the_browser(
    northwind: Company,
    desk: Desk,
    opened: Any,
    live_server: Any,
    tmp_path: Path,
):
    page = opened(northwind.ada, at("settings-tools"), "phone")
    page.get_by_role("link", name="Open a ticket").click()
    page.get_by_label("Name").fill("ticket")
    wrong = TICKETS | {"base": desk.url, "write": TICKETS["write"] | {"path": "//{customer}"}, "patience": 99}
    page.get_by_label("Definition").fill(json.dumps(wrong, indent=2))
    page.get_by_role("button", name="Declare").click()
    assert page.locator(".faults li").count() == 2 and page.locator(".faults .wrong").count() == 2
    assert faults(page) == []
    page.get_by_label("Definition").fill(json.dumps(TICKETS | {"base": desk.url}, indent=2))
    page.get_by_role("button", name="Declare").click()
    page.get_by_role("heading", name="Open a ticket").wait_for()
    assert faults(page) == []
    page.locator("#id_arguments").fill(json.dumps(ARGUMENTS))
    page.get_by_role("button", name="Try version 1").click()
    page.get_by_text("A worker will do it").wait_for()
    assert faults(page) == []
    work()
    page.get_by_text("Sent as a dry run").wait_for()
    assert page.get_by_text("[secret TICKETS_TOKEN]").is_visible()
    assert faults(page) == []
    declare(northwind, TICKETS | {"base": desk.url, "patience": 3}, seen=1)
    page.goto(live_server.url + at("settings-tool", "northwind.ticket"))
    assert page.locator("ins").count() == 1 and faults(page) == []
    page.get_by_role("link", name="New version").click()
    assert faults(page) == []


def test_all_of_it_works_without_a_script(northwind: Company, desk: Desk, opened: Any):
    row = declare(northwind, TICKETS | {"base": desk.url})
    page = opened(northwind.ada, at("settings-tool", row.name), java_script_enabled=False)
    page.locator("#id_arguments").fill(json.dumps(ARGUMENTS))
    page.get_by_role("button", name="Try version 1").click()
    work()
    page.get_by_role("link", name="Look again").click()
    assert page.get_by_text("Sent as a dry run").is_visible()
