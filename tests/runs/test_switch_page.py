"""The page of switches and breakers: read by everybody, pulled by admins, breakers by ops owners too, all on record."""

import pytest
from django.utils import timezone

from approvals import actors, switches
from approvals.models import Agent, ToolSwitch, Workspace
from runs.models import Breaker
from tests.approvals.administering import at, facts, id_of, signed_in
from tests.builders import a_proposal, an_approved

pytestmark = pytest.mark.django_db
KINDS = ("switch.pulled", "switch.released", "breaker.opened", "breaker.closed")
WHAT = pytest.mark.parametrize("what", ["workspace", "agent", "tool"])


def form(company, what):
    return {"what": what, "key": {"workspace": "", "agent": company.bot.id.hex, "tool": "memo.write"}[what]}


def stopped(company, what):
    rows = {
        "workspace": Workspace.objects.filter(pk=company.workspace.pk),
        "agent": Agent.objects.filter(pk=company.bot.pk),
        "tool": ToolSwitch.objects.filter(workspace=company.workspace, tool="memo.write"),
    }
    return rows[what].filter(paused_at__isnull=False).exists()


@WHAT
def test_an_admin_pulls_and_releases_in_one_click_each(northwind, what):
    browser = signed_in(northwind.ada)
    assert browser.post(at("switch-pull"), form(northwind, what)).status_code == 303
    assert stopped(northwind, what)
    assert "is stopped: nothing of it is written" in browser.get(at("switches")).text
    assert browser.post(at("switch-release"), form(northwind, what)).status_code == 303
    assert not stopped(northwind, what)
    who = f"user:{northwind.ada.user_id}"
    data = {"workspace": {}, "agent": {"agent": northwind.bot.id.hex}, "tool": {"tool": "memo.write"}}[what]
    assert facts(*KINDS) == [("switch.pulled", who, data), ("switch.released", who, data)]


@WHAT
def test_twice_is_one_fact_and_says_so(northwind, what):
    browser = signed_in(northwind.ada)
    for name, words in (("switch-pull", "was stopped already"), ("switch-release", "was not stopped")):
        browser.post(at(name), form(northwind, what))
        browser.post(at(name), form(northwind, what))
        assert words in browser.get(at("switches")).text
    assert len(facts(*KINDS)) == 2


@WHAT
def test_every_page_says_who_pulled_it_and_when(northwind, what):
    proposal = a_proposal(northwind.bot)
    signed_in(northwind.ada).post(at("switch-pull"), form(northwind, what))
    maria = signed_in(northwind.maria)
    for name, args in (
        ("review", []),
        ("cases", []),
        ("runs", []),
        ("ledger", []),
        ("proposal", [proposal.public_id]),
    ):
        page = maria.get(at(name, *args)).text
        assert 'aria-label="What stands still"' in page and "by ada" in page, name
    item = maria.get(at("proposal", proposal.public_id)).text
    assert "Clock stopped since" in item


def test_the_item_says_nothing_of_what_does_not_touch_it(northwind):
    proposal = a_proposal(northwind.bot)
    of = switches.OfTool(northwind.workspace, "books.post_expense")
    switches.pull(of=of, actor=actors.worker("test"), now=timezone.now())
    assert (
        "Clock stopped since" not in signed_in(northwind.maria).get(at("proposal", proposal.public_id)).text
    )


@pytest.mark.parametrize("who", ["maria", "olu", "tess"])
def test_only_admins_pull(northwind, who):
    member = northwind.people[who]
    for name in ("switch-pull", "switch-release"):
        assert signed_in(member).post(at(name), form(northwind, "workspace")).status_code == 403
    page = signed_in(member).get(at("switches"))
    assert page.status_code == 200 and "switches/pull" not in page.text
    assert facts(*KINDS) == []


@pytest.mark.parametrize(("who", "code"), [("ada", 303), ("olu", 303), ("maria", 403), ("tess", 403)])
def test_admins_and_ops_owners_open_and_close_breakers(northwind, who, code):
    browser = signed_in(northwind.people[who])
    assert browser.post(at("breaker-open"), {"tool": "memo.write"}).status_code == code
    assert Breaker.objects.filter(state="open", changed_by=who).exists() is (code == 303)
    assert browser.post(at("breaker-close"), {"tool": "memo.write"}).status_code == code
    told = [kind for kind, *_ in facts(*KINDS)]
    assert told == (["breaker.opened", "breaker.closed"] if code == 303 else [])


def test_a_breaker_twice_is_one_fact(northwind):
    browser = signed_in(northwind.olu)
    for name, words in (("breaker-open", "by hand already"), ("breaker-close", "was not cut off")):
        browser.post(at(name), {"tool": "memo.write"})
        browser.post(at(name), {"tool": "memo.write"})
        assert words in browser.get(at("switches")).text
    assert len(facts(*KINDS)) == 2


def test_an_open_breaker_is_told_on_every_page_and_on_the_item(northwind):
    proposal = an_approved(northwind.bot, northwind.maria)
    signed_in(northwind.olu).post(at("breaker-open"), {"tool": "memo.write"})
    page = signed_in(northwind.maria).get(at("proposal", proposal.public_id)).text
    assert page.count("Write a memo is cut off.") == 2 and "Opened" in page and "by olu" in page
    assert "Clock stopped" not in page


@pytest.mark.parametrize("name", ["switch-pull", "switch-release", "breaker-open", "breaker-close"])
def test_they_are_posts_and_strangers_find_nothing(northwind, harbour, name):
    assert signed_in(northwind.ada).get(at(name)).status_code == 405
    told = form(northwind, "agent") | {"tool": "memo.write"}
    assert signed_in(harbour.dana).post(at(name), told).status_code == 404
    if name.startswith("switch"):
        assert signed_in(harbour.dana).post(at(name, slug="harbour"), told).status_code == 404
    assert not stopped(northwind, "agent") and facts(*KINDS) == []


@pytest.mark.parametrize(
    "odd",
    [{}, {"what": "moon", "key": ""}, {"what": "tool", "key": "no.such"}, {"what": "agent", "key": "x"}],
)
def test_a_switch_that_does_not_exist_is_not_found(northwind, odd):
    assert signed_in(northwind.ada).post(at("switch-pull"), odd).status_code == 404


def test_the_agents_page_and_the_lanes_page_pull_the_same_switches(northwind):
    browser = signed_in(northwind.ada)
    browser.post(at("settings-agent-pause", id_of(northwind.bot)))
    browser.post(at("settings-switch-pull"))
    page = browser.get(at("switches")).text
    assert page.count("clock stopped since") == 2 and page.count("by ada") >= 2
