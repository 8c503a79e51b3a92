"""Admins take agents in, change and stop them."""

from approvals.models import Agent
from tests.approvals.administering import at, facts, id_of, signed_in
from tests.builders import a_proposal


def again(agent: Agent) -> Agent:
    return Agent.objects.get(pk=agent.pk)


def test_an_admin_adds_an_agent_that_may_name_the_ticked_tools(northwind):
    form = {"name": "Clerk of receipts", "version": "2026.11", "tools": ["memo.write", "memo.erase"]}
    answer = signed_in(northwind.ada).post(at("settings-agent-add"), form)
    made = Agent.objects.get(name="Clerk of receipts")
    assert answer.url == at("settings-agent", id_of(made))
    assert made.workspace == northwind.workspace
    assert (made.version, made.tools) == ("2026.11", ["memo.write", "memo.erase"])
    assert facts("agent.added") == [("agent.added", f"user:{northwind.ada.user_id}", {"agent": made.id.hex})]


def test_an_agent_is_not_added_twice(northwind):
    browser, form = signed_in(northwind.ada), {"name": "clerk", "version": "7", "tools": []}
    browser.post(at("settings-agent-add"), form)
    answer = browser.post(at("settings-agent-add"), form | {"version": "8"})
    assert answer.status_code == 422
    assert "There is an agent of that name" in answer.text
    assert 'value="8"' in answer.text
    assert Agent.objects.get(name="clerk").version == "7"
    assert len(facts("agent.added")) == 1


def test_an_agent_needs_a_name_and_tools_that_exist(northwind):
    form = {"name": " ", "version": "two words", "tools": ["rocket.launch"]}
    answer = signed_in(northwind.ada).post(at("settings-agent-add"), form)
    assert answer.status_code == 422
    assert "This field is required" in answer.text
    assert "without spaces" in answer.text
    assert "rocket.launch is not one of the available choices" in answer.text
    assert facts("agent.added") == []


def test_an_admin_gives_an_agent_another_version_and_tools(northwind):
    form = {"version": "2.0", "tools": ["memo.erase"]}
    answer = signed_in(northwind.ada).post(at("settings-agent-change", id_of(northwind.bot)), form)
    assert answer.status_code == 303
    assert (again(northwind.bot).version, again(northwind.bot).tools) == ("2.0", ["memo.erase"])
    [(_, actor, data)] = facts("agent.changed")
    assert actor == f"user:{northwind.ada.user_id}"
    assert data == {"agent": northwind.bot.id.hex, "version": "2.0", "tools": ["memo.erase"]}


def test_what_an_agent_may_no_longer_name_is_blocked_at_once(northwind):
    form = {"version": "2.0", "tools": ["memo.erase"]}
    signed_in(northwind.ada).post(at("settings-agent-change", id_of(northwind.bot)), form)
    assert a_proposal(again(northwind.bot)).state == "blocked"


def test_changing_an_agent_to_what_it_is_changes_nothing(northwind):
    browser, form = signed_in(northwind.ada), {"version": "2.0", "tools": ["memo.write"]}
    browser.post(at("settings-agent-change", id_of(northwind.bot)), form)
    answer = browser.post(at("settings-agent-change", id_of(northwind.bot)), form)
    assert answer.status_code == 422
    assert "Nothing was changed" in answer.text
    assert len(facts("agent.changed")) == 1


def test_a_tool_that_nobody_registers_any_more_stays_on_offer_while_the_agent_holds_it(northwind):
    Agent.objects.filter(pk=northwind.bot.pk).update(tools=["old.tool"])
    page = signed_in(northwind.ada).get(at("settings-agent", id_of(northwind.bot)))
    assert 'value="old.tool"' in page.text


def test_an_admin_pauses_and_releases_an_agent(northwind):
    browser = signed_in(northwind.ada)
    browser.post(at("settings-agent-pause", id_of(northwind.bot)))
    assert again(northwind.bot).paused_at is not None
    assert (
        "Nothing this agent proposed is written"
        in browser.get(at("settings-agent", id_of(northwind.bot))).text
    )
    browser.post(at("settings-agent-release", id_of(northwind.bot)))
    assert again(northwind.bot).paused_at is None
    data = {"agent": northwind.bot.id.hex}
    assert [(kind, codes) for kind, _, codes in facts("switch.pulled", "switch.released")] == [
        ("switch.pulled", data), ("switch.released", data),
    ]  # fmt: skip


def test_pausing_twice_is_one_fact(northwind):
    browser = signed_in(northwind.ada)
    for _ in range(2):
        browser.post(at("settings-agent-pause", id_of(northwind.bot)))
    moment = again(northwind.bot).paused_at
    assert "was paused already" in browser.get(at("settings")).text
    assert again(northwind.bot).paused_at == moment
    for _ in range(2):
        browser.post(at("settings-agent-release", id_of(northwind.bot)))
    assert "was not paused" in browser.get(at("settings")).text
    assert len(facts("switch.pulled", "switch.released")) == 2
