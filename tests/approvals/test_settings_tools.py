"""Admins declare tools, version them, try them and retire them; auditors look."""

import json
from typing import Any

import pytest

from approvals import declared, shelf, tools
from approvals.models import DeclaredTool, LedgerEntry, Trial
from tests.approvals.administering import at, facts, signed_in
from tests.declaring import ARGUMENTS, CANARY, TICKETS, declare, work
from tests.desk import Desk
from tests.people import Company

pytestmark = pytest.mark.django_db
HERE = TICKETS | {"base": "https://tickets.example.com"}


def form(definition: dict[str, Any] = HERE, **changes: Any) -> dict[str, Any]:
    told = {"kind": "rest", "name": "ticket", "title": "Open a ticket", "risk": "medium", "seen": 0}
    return told | {"source": json.dumps(definition, indent=2)} | changes


def test_an_admin_declares_a_tool_that_agents_may_then_be_given(northwind: Company):
    browser = signed_in(northwind.ada)
    answer = browser.post(at("settings-tool-declare"), form())
    assert answer.url == at("settings-tool", "northwind.ticket")
    row = DeclaredTool.objects.get()
    assert (row.name, row.version, row.title, row.created_by) == (
        "northwind.ticket",
        1,
        "Open a ticket",
        northwind.ada.user,
    )
    assert [one.name for one in tools.of_workspace(northwind.workspace) if one.workspace] == [
        "northwind.ticket", "northwind.ticket.undo",
    ]  # fmt: skip
    assert 'value="northwind.ticket"' in browser.get(at("settings")).text
    assert "Open a ticket" in browser.get(at("settings-policies")).text
    assert "Open a ticket" in browser.get(at("settings-tools")).text
    (fact,) = facts("tool.declared")
    assert fact[2]["tool"] == "northwind.ticket" and fact[2]["definition"] == row.digest


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ('{\n  "arguments": {,}\n}', "Line 2: This is not JSON"),
        ("[1]", "A definition is an object"),
        ('{"a": 1, "a": 2}', "&#x27;a&#x27; stands twice in one object"),
        ('{"title": "x"}', "has a field of its own above"),
        ("{" * 40 + "}" * 40, "nested deeper than 16 levels"),
        ("{}", "arguments: This is missing"),
    ],
)
def test_what_is_no_definition_is_said_with_its_line(northwind: Company, typed: str, said: str):
    answer = signed_in(northwind.ada).post(at("settings-tool-declare"), form(source=typed))
    assert answer.status_code == 422 and said in answer.text
    assert not DeclaredTool.objects.exists() and facts("tool.declared") == []


def test_a_fault_in_the_middle_is_shown_where_it_stands(northwind: Company):
    wrong = json.loads(json.dumps(HERE))
    wrong["arguments"]["properties"]["total"] = {"type": "number"}
    wrong["write"]["path"] = "/../admin"
    typed = json.dumps(wrong, indent=2)
    answer = signed_in(northwind.ada).post(at("settings-tool-declare"), form(source=typed))
    line = typed[: typed.index('"number"')].count("\n") + 1
    assert f"Line {line}, <code>arguments/properties/total/type</code>: a number loses digits" in answer.text
    assert '<span class="wrong"><i aria-hidden="true">' in answer.text
    line = typed[: typed.index('"/../admin"')].count("\n") + 1
    assert f"Line {line}, <code>write/path</code>: no segment of a path is empty" in answer.text


def test_a_version_follows_the_one_that_was_seen_and_shows_what_it_changed(northwind: Company):
    row, browser = declare(northwind, HERE), signed_in(northwind.ada)
    page = browser.get(at("settings-tool-next", row.name)).text
    assert (
        "Open a ticket" in page
        and "&quot;arguments&quot;" in page
        and "&quot;title&quot;: &quot;Open" not in page
    )
    changed = HERE | {"patience": 5}
    same = browser.post(at("settings-tool-version", row.name), form(seen=1))
    assert same.status_code == 422 and "says already" in same.text
    made = browser.post(at("settings-tool-version", row.name), form(changed, seen=1))
    assert made.status_code == 303
    late = browser.post(at("settings-tool-version", row.name), form(HERE | {"patience": 7}, seen=1))
    assert late.status_code == 422 and "Somebody declared another version" in late.text
    shown = browser.get(at("settings-tool", row.name)).text
    assert (
        "<del><i>− </i>  &quot;patience&quot;: 15,\n</del><ins><i>+ </i>  &quot;patience&quot;: 5,\n</ins>"
        in shown
    )
    assert [fact[2]["version"] for fact in facts("tool.declared")] == [1, 2]


def test_names_of_others_cannot_be_taken(northwind: Company, harbour: Company):
    declare(northwind, HERE)
    browser = signed_in(northwind.ada)
    taken = browser.post(at("settings-tool-declare"), form())
    assert taken.status_code == 422 and "There is a tool of that name" in taken.text
    for name in ("Ticket", "ticket.undo", "../x", "a" * 31, ""):
        assert browser.post(at("settings-tool-declare"), form(name=name)).status_code == 422
    with pytest.raises(tools.UnknownTool):
        tools.offered("northwind.ticket", None, workspace="harbour")
    assert tools.of_workspace(harbour.workspace) == tools.every()
    dana = signed_in(harbour.dana)
    assert dana.get(at("settings-tool", "northwind.ticket", slug="harbour")).status_code == 404
    assert dana.get(at("settings-policy", "northwind.ticket", slug="harbour")).status_code == 404


def test_a_retired_tool_is_offered_no_more_and_a_new_version_brings_it_back(northwind: Company):
    row, browser = declare(northwind, HERE), signed_in(northwind.ada)
    browser.post(at("settings-tool-retire", row.name))
    browser.post(at("settings-tool-retire", row.name))
    assert [fact[0] for fact in facts("tool.retired")] == ["tool.retired"]
    assert tools.of_workspace(northwind.workspace) == tools.every()
    assert tools.get(row.name).title == "Open a ticket"
    assert "This tool is retired" in browser.get(at("settings-tool", row.name)).text
    browser.post(at("settings-tool-version", row.name), form(seen=1))
    assert shelf.is_live(row.name, 2) and declared.newest(northwind.workspace, row.name).version == 2


def test_an_auditor_looks_and_changes_nothing(northwind: Company):
    row, browser = declare(northwind, HERE), signed_in(northwind.tess)
    assert browser.get(at("settings-tools")).status_code == 200
    page = browser.get(at("settings-tool", row.name))
    assert page.status_code == 200 and "Retire this tool" not in page.text and "Try version" not in page.text
    for name, args in (
        ("settings-tool-declare", []), ("settings-tool-version", [row.name]), ("settings-tool-retire", [row.name]),
        ("settings-tool-try", [row.name]), ("settings-tool-secrets", [row.name]),
    ):  # fmt: skip
        assert browser.post(at(name, *args), form()).status_code == 403, name
    for name, args in (("settings-tool-new", []), ("settings-tool-next", [row.name])):
        assert browser.get(at(name, *args)).status_code == 403, name
    assert signed_in(northwind.maria).get(at("settings-tools")).status_code == 403


def test_a_dry_run_is_made_by_a_worker_and_shows_the_request_without_its_secret(
    northwind: Company, desk: Desk
):
    row, browser = declare(northwind, TICKETS | {"base": desk.url}), signed_in(northwind.ada)
    asked = browser.post(at("settings-tool-try", row.name), {"arguments": json.dumps(ARGUMENTS)})
    trial = Trial.objects.get()
    assert asked.url == at("settings-trial", trial.pk) and desk.asked == []
    waiting = browser.get(asked.url, headers={"HX-Request": "true"}).text
    assert 'hx-trigger="every 1s"' in waiting and "<html" not in waiting
    work()
    page = browser.get(asked.url, headers={"HX-Request": "true"}).text
    assert "hx-trigger" not in page and "passed" in page
    assert "Authorization: Bearer [secret TICKETS_TOKEN]" in page and "X-Dry-Run: true" in page
    assert "answered HTTP 200" in page and "[secret]" in page and CANARY not in page and desk.tickets == {}
    assert f"Bearer {CANARY}" == desk.heads[0]["authorization"]
    whole = browser.get(at("settings-tool", row.name)).text
    assert "known" in whole and CANARY not in whole
    assert LedgerEntry.objects.filter(kind="tool.tried").count() == 1


def test_a_dry_run_that_the_target_refuses_still_shows_what_was_asked(northwind: Company, desk: Desk):
    row, browser = declare(northwind, TICKETS | {"base": "http://127.0.0.1:1"}), signed_in(northwind.ada)
    browser.post(at("settings-tool-try", row.name), {"arguments": json.dumps(ARGUMENTS)})
    work()
    trial = Trial.objects.get()
    assert (trial.ending, trial.failure_class) == ("transient", "integration.unreachable")
    page = browser.get(at("settings-trial", trial.pk)).text
    assert "cannot be reached" in page and "POST http://127.0.0.1:1/customers/ACME%20%26" in page


def test_a_missing_secret_is_said_by_the_worker_and_by_nobody_else(
    northwind: Company, desk: Desk, monkeypatch
):
    monkeypatch.delenv("SECRET_NORTHWIND__TICKETS_TOKEN")
    row, browser = declare(northwind, TICKETS | {"base": desk.url}), signed_in(northwind.ada)
    assert "not asked" in browser.get(at("settings-tool", row.name)).text
    browser.post(at("settings-tool-secrets", row.name))
    assert "not asked" in browser.get(at("settings-tool", row.name)).text
    work()
    assert "missing" in browser.get(at("settings-tool", row.name)).text
    browser.post(at("settings-tool-try", row.name), {"arguments": json.dumps(ARGUMENTS)})
    work()
    trial = Trial.objects.latest("id")
    assert (trial.ending, trial.failure_class) == ("refused", "integration.auth") and desk.asked == []


@pytest.mark.parametrize(
    "typed", ["", "{", "[]", '{"customer": 7}', '{"customer": "x", "subject": "y", "total": "NaN"}']
)
def test_arguments_that_do_not_fit_are_not_tried(northwind: Company, typed: str):
    row = declare(northwind, HERE)
    answer = signed_in(northwind.ada).post(at("settings-tool-try", row.name), {"arguments": typed})
    assert answer.status_code == 422 and not Trial.objects.exists()


def test_no_more_than_a_few_dry_runs_wait(northwind: Company):
    row, browser = declare(northwind, HERE), signed_in(northwind.ada)
    answers = [
        browser.post(at("settings-tool-try", row.name), {"arguments": json.dumps(ARGUMENTS)})
        for _ in range(6)
    ]
    assert [answer.status_code for answer in answers] == [303] * 5 + [422]
    assert "Several dry runs wait already" in answers[-1].text


def test_every_example_is_a_definition(northwind: Company):
    browser = signed_in(northwind.ada)
    page = browser.get(at("settings-tools")).text
    for kind in ("rest", "sql", "email"):
        shown = browser.get(at("settings-tool-new"), {"kind": kind})
        assert shown.status_code == 200 and f"kind={kind}" in page
        told = shown.context["form"].initial
        made = browser.post(
            at("settings-tool-declare"), form(kind=kind, name=f"of_{kind}", source=told["source"])
        )
        assert made.status_code == 303, made.text
        assert browser.get(made.url).status_code == 200
    assert browser.get(at("settings-tool-new"), {"kind": "ftp"}).status_code == 404


def test_what_hides_in_a_definition_is_shown_to_the_next_admin(northwind: Company):
    """A definition that reads one way and works another."""
    told = HERE | {"write": HERE["write"] | {"body": {"note": "pay \u202eEUR 1\u202c <b>{customer}</b>"}}}
    row = declare(northwind, HERE)
    declare(northwind, told, seen=1)
    page = signed_in(northwind.tess).get(at("settings-tool", row.name)).text
    assert "\u202e" not in page and "U+202E" in page and "<b>{customer}" not in page
