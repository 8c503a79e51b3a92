"""A proposal runs in the version it was signed under; what is retired is finished and undone; lists stay cheap."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from approvals import declared, shelf, tools, wording
from approvals.models import DeclaredTool
from runs import reversal
from runs.models import Execution
from tests import builders
from tests.declaring import ARGUMENTS, TICKETS, a_ticket, declare, sign, work
from tests.desk import Desk
from tests.people import Company
from tests.runs.api.conftest import Caller, a_body, problem

pytestmark = pytest.mark.django_db


def test_the_version_that_was_signed_is_the_one_that_runs(northwind: Company, desk: Desk):
    first = TICKETS | {"base": desk.url}
    row = declare(northwind, first)
    before_it, signed = a_ticket(northwind, row.name), a_ticket(northwind, row.name, subject="Other")
    sign(signed, northwind)
    second = first | {"write": first["write"] | {"path": "/v2/{customer}/tickets"}}
    declare(northwind, second, seen=1)
    after_it = a_ticket(northwind, row.name, subject="Third")
    assert [one.tool_version for one in (before_it, signed, after_it)] == [1, 1, 2]
    sign(before_it, northwind)
    sign(after_it, northwind)
    for _ in range(3):  # all three are about one customer: one after the other
        work()
    assert {row.state for row in Execution.objects.all()} == {"succeeded"}
    assert sorted(line.split("?")[0] for line in desk.writes()) == [
        "POST /customers/ACME%20%26%20S%C3%B6hne/tickets",
        "POST /customers/ACME%20%26%20S%C3%B6hne/tickets",
        "POST /v2/ACME%20%26%20S%C3%B6hne/tickets",
    ]


def test_what_was_proposed_before_it_was_retired_is_answered_written_and_undone(
    northwind: Company,
    desk: Desk,
):
    row = declare(northwind, TICKETS | {"base": desk.url})
    waiting = a_ticket(northwind, row.name)
    declared.retire(tool=row, actor=builders.actor_of(northwind.ada), now=timezone.now())
    with pytest.raises(tools.UnknownTool):
        a_ticket(northwind, row.name, subject="Too late")
    sign(waiting, northwind)
    work()
    done = Execution.objects.get()
    assert done.state == "succeeded", done.error
    undo = reversal.propose(
        execution=done, member=northwind.maria, reason="wrong", actor=builders.actor_of(northwind.maria),
        now=timezone.now() - timedelta(minutes=6),
    )  # fmt: skip
    work()
    sign(undo, northwind)
    work()
    assert desk.tickets == {}


def test_the_api_lists_and_takes_only_what_is_declared_here(northwind: Company, harbour: Company, desk: Desk):
    row = declare(northwind, TICKETS | {"base": desk.url})
    mine, theirs = Caller(northwind.bot), Caller(harbour.bot)
    harbour.bot.tools = [*harbour.bot.tools, row.name]
    harbour.bot.save()
    listed = {tool["name"]: tool for tool in mine.get("/tools").json()["items"]}
    assert listed[row.name]["version"] == 1 and "total" in listed[row.name]["arguments"]["properties"]
    assert row.name not in {tool["name"] for tool in theirs.get("/tools").json()["items"]}
    body = a_body(tool=row.name, arguments=ARGUMENTS)
    known = problem(theirs.propose(body), 422)["type"]
    assert known == problem(theirs.propose(body | {"tool": "harbour.nothing"}), 422)["type"]
    assert mine.propose(body).status_code == 201
    declare(northwind, TICKETS | {"base": desk.url, "patience": 4}, seen=1)
    assert problem(mine.propose(body | {"tool_version": 1}), 422)["type"] == known
    assert mine.propose(body | {"tool_version": 2}).status_code == 201


def test_titles_of_many_rows_cost_one_question_a_second(northwind: Company, desk: Desk):
    for name in ("one", "two", "three"):
        declare(northwind, TICKETS | {"base": desk.url}, name=name)
    shelf.forget()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for _ in range(50):
            titles = {wording.tool_title(f"northwind.{name}") for name in ("one", "two", "three")}
    assert titles == {"Open a ticket"} and len(asked) == 4
    with CaptureQueriesContext(connection) as asked:
        tools.of_workspace(northwind.workspace)
    assert len(asked) <= 1


def test_the_database_lets_nobody_change_a_version(northwind: Company, harbour: Company, desk: Desk):
    row = declare(northwind, TICKETS | {"base": desk.url})
    mine = DeclaredTool.objects.filter(pk=row.pk)
    told = {name: getattr(row, name) for name in ("kind", "title", "source", "digest", "created_at")}
    again = {"workspace": northwind.workspace, "name": row.name} | told
    attempts = [
        lambda: mine.update(source="{}"),
        lambda: mine.update(title="Another"),
        lambda: mine.update(version=2),
        lambda: mine.update(workspace=harbour.workspace),
        lambda: mine.delete(),
        lambda: DeclaredTool.objects.create(**again, version=1),
        lambda: DeclaredTool.objects.create(**again, version=3),
        lambda: DeclaredTool.objects.create(**again | {"workspace": harbour.workspace}, version=2),
        lambda: (mine.update(retired_at=timezone.now()), mine.update(retired_at=None)),
    ]
    for attempt in attempts:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()


def test_a_definition_that_was_tampered_with_is_no_tool(northwind: Company, desk: Desk):
    row = declare(northwind, TICKETS | {"base": desk.url})
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE approvals_declaredtool DISABLE TRIGGER stays")
        cursor.execute("UPDATE approvals_declaredtool SET source = replace(source, 'tickets', 'elsewhere')")
        cursor.execute("ALTER TABLE approvals_declaredtool ENABLE TRIGGER stays")
    shelf.forget()
    with pytest.raises(tools.UnknownTool):
        tools.get(row.name)
