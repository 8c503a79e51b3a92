"""Lanes move by an admin's hand, and the kill switch stops what a workspace writes."""

import pytest
from django.utils import timezone

from approvals import policies, tools
from approvals.models import Lane, Workspace
from runs import drain
from runs.models import Execution
from tests.approvals.administering import at, facts, signed_in
from tests.builders import a_proposal, an_approved


@pytest.fixture
def lane(northwind) -> Lane:
    return policies.lane_of(agent=northwind.bot, tool=tools.get("memo.write"), now=timezone.now())


def move(browser, lane: Lane, stage: str, seen: str = "assisted"):
    return browser.post(at("settings-lane-move", lane.pk), {"stage": stage, "seen": seen})


def paused(northwind) -> bool:
    return Workspace.objects.get(pk=northwind.workspace.pk).paused_at is not None


def test_an_admin_moves_a_lane(northwind, lane):
    assert move(signed_in(northwind.ada), lane, "partial_25").status_code == 303
    assert Lane.objects.get(pk=lane.pk).stage == "partial_25"
    data = {"lane": lane.pk, "from": "assisted", "to": "partial_25"}
    assert facts("lane.moved") == [("lane.moved", f"user:{northwind.ada.user_id}", data)]


def test_moving_a_lane_to_where_it_stands_changes_nothing(northwind, lane):
    browser = signed_in(northwind.ada)
    move(browser, lane, "full")
    move(browser, lane, "full", seen="full")
    assert "stands at that stage already" in browser.get(at("settings-lanes")).text
    assert len(facts("lane.moved")) == 1


def test_a_lane_that_moved_meanwhile_stays_where_it_went(northwind, lane):
    browser = signed_in(northwind.ada)
    move(browser, lane, "shadow")
    move(browser, lane, "full", seen="assisted")
    assert "The lane moved meanwhile" in browser.get(at("settings-lanes")).text
    assert Lane.objects.get(pk=lane.pk).stage == "shadow"


def test_a_stage_that_does_not_exist_is_refused(northwind, lane):
    answer = move(signed_in(northwind.ada), lane, "sideways")
    assert answer.status_code == 422
    assert "sideways is not one of the available choices" in answer.text
    assert facts("lane.moved") == []


def test_stages_are_explained_in_words(northwind, lane):
    page = signed_in(northwind.tess).get(at("settings-lanes")).text
    assert "one in four may pass by policy" in page
    assert "nothing executes" in page


def test_the_kill_switch_stops_writes_until_it_is_released(northwind, board):
    approved = an_approved(northwind.bot, northwind.maria)
    browser = signed_in(northwind.ada)
    browser.post(at("settings-switch-pull"))
    drain.drain()
    assert board.calls == []
    browser.post(at("settings-switch-release"))
    drain.drain()
    assert Execution.objects.get(proposal=approved).state == "succeeded"
    who = f"user:{northwind.ada.user_id}"
    assert facts("switch.pulled", "switch.released") == [
        ("switch.pulled", who, {}), ("switch.released", who, {})
    ]  # fmt: skip


def test_pulling_and_releasing_twice_are_two_facts(northwind):
    browser = signed_in(northwind.ada)
    for name, words in (
        ("settings-switch-pull", "pulled already"),
        ("settings-switch-release", "not pulled"),
    ):
        browser.post(at(name))
        browser.post(at(name))
        assert words in browser.get(at("settings-lanes")).text
    assert len(facts("switch.pulled", "switch.released")) == 2


def test_a_pulled_switch_is_shown_on_every_page(northwind):
    a_proposal(northwind.bot)
    banner = "The kill switch is pulled."
    ada, maria = signed_in(northwind.ada), signed_in(northwind.maria)
    assert banner not in maria.get(at("review")).text
    ada.post(at("settings-switch-pull"))
    assert paused(northwind)
    for page in ("review", "ledger", "cases", "runs"):
        assert banner in maria.get(at(page)).text, page
    assert at("switches") in maria.get(at("review")).text
    assert "by ada" in maria.get(at("review")).text


def test_the_switch_of_one_workspace_is_not_the_switch_of_another(northwind, harbour):
    signed_in(northwind.ada).post(at("settings-switch-pull"))
    assert not paused(harbour)
