"""The kill switch stops what a workspace writes, and lanes are told from one place."""

from django.utils import timezone

from approvals import policies, tools
from approvals.models import Workspace
from runs import drain
from runs.models import Execution
from tests.approvals.administering import at, facts, signed_in
from tests.builders import a_proposal, an_approved


def paused(northwind) -> bool:
    return Workspace.objects.get(pk=northwind.workspace.pk).paused_at is not None


def test_stages_are_explained_in_words(northwind):
    lane = policies.lane_of(agent=northwind.bot, tool=tools.get("memo.write"), now=timezone.now())
    page = signed_in(northwind.tess).get(at("settings-lanes")).text
    assert "one in four may pass by policy" in page
    assert "nothing executes" in page
    assert at("lane", lane.pk) in page


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
