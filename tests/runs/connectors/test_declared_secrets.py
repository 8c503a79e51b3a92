"""A secret belongs to one workspace: an admin of another who names it in a definition is told that there is none."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from approvals import kinds, tools
from approvals.models import Trial
from approvals.tools import Context
from runs.connectors.declarable import EMAIL, REST, SQL
from runs.models import Execution
from runs.secrets import MissingSecret
from tests import people
from tests.approvals.administering import at, signed_in
from tests.books import _prepared_books  # noqa: F401
from tests.declaring import ARGUMENTS, TICKETS, a_ticket, declare, sign, work
from tests.desk import Desk
from tests.people import Company
from tests.runs.connectors.email.letters import DEFINITION as LETTER
from tests.runs.connectors.email.letters import TOLD, key, post  # noqa: F401
from tests.runs.connectors.sql.crm import DEFINITION as CUSTOMER
from tests.runs.connectors.sql.crm import Crm, crm  # noqa: F401
from tests.runs.notices.mailbox import Mailbox

OBSERVE = {"path": "/tickets/1", "before": {"subject": "/subject"}}
PHONE = {"id": 1, "phone": "1"}


@pytest.fixture
def harbour(northwind: Company) -> Company:
    """Beside Northwind, with people of its own in every role."""
    return people.company("harbour", "Harbour Clinic", timezone.now())


def made(kind: kinds.Kind, workspace: str, definition: dict[str, Any]) -> tools.Tool:
    """The write that the workspace would declare."""
    return kind.build(kinds.Declared(f"{workspace}.own", 1, workspace, definition))[0]


def ways(tool: tools.Tool, told: dict[str, Any], write_key: str) -> list[Callable[[], object]]:
    """All that a worker does with a tool and that asks its target."""
    arguments, context = tool.Arguments.model_validate(told), Context(workspace=tool.workspace)
    found = [
        lambda: tool.run(arguments, key=write_key, context=context),
        lambda: tool.rehearse(arguments, key=write_key, context=context),
    ]
    if tool.observes:
        found.append(lambda: tool.observe(arguments, context=context))
    if tool.idempotency != "none":
        found.append(lambda: tool.look_up(arguments, key=write_key, context=context))
    return found


def misses(tool: tools.Tool, told: dict[str, Any], write_key: str) -> int:
    """How often it was missed, which is whenever the target would be asked."""
    for way in (found := ways(tool, told, write_key)):
        with pytest.raises(MissingSecret, match="of the workspace harbour"):
            way()
    return len(found)


@pytest.mark.django_db
def test_to_try_a_tool_with_the_secret_of_another_workspace_asks_its_target_nothing(
    harbour: Company, desk: Desk
):
    row, browser = declare(harbour, TICKETS | {"base": desk.url}), signed_in(harbour.ada)
    browser.post(at("settings-tool-secrets", row.name, slug="harbour"))
    browser.post(at("settings-tool-try", row.name, slug="harbour"), {"arguments": json.dumps(ARGUMENTS)})
    work()
    asked, trial = Trial.objects.order_by("id")
    assert asked.secrets == trial.secrets == {"TICKETS_TOKEN": False}
    assert (trial.ending, trial.failure_class) == ("refused", "integration.auth")
    assert "TICKETS_TOKEN is not known" in trial.message and desk.asked == []
    page = browser.get(at("settings-tool", row.name, slug="harbour")).text
    assert "<code>SECRET_HARBOUR__TICKETS_TOKEN</code> or a file <code>harbour/TICKETS_TOKEN</code>" in page
    assert "missing" in page and "NORTHWIND" not in page


@pytest.mark.django_db
def test_a_signed_write_with_the_secret_of_another_workspace_fails_and_asks_nothing(
    harbour: Company, desk: Desk
):
    row = declare(harbour, TICKETS | {"base": desk.url})
    sign(a_ticket(harbour, row.name), harbour)
    work()
    done = Execution.objects.get()
    assert (done.state, done.failure_class, desk.asked) == ("failed", "integration.auth", [])


@pytest.mark.django_db
def test_its_own_workspace_has_it(northwind: Company, desk: Desk):
    row = declare(northwind, TICKETS | {"base": desk.url})
    sign(a_ticket(northwind, row.name), northwind)
    work()
    assert Execution.objects.get().state == "succeeded" and len(desk.writes()) == 1
    page = signed_in(northwind.ada).get(at("settings-tool", row.name)).text
    assert (
        "<code>SECRET_NORTHWIND__TICKETS_TOKEN</code> or a file <code>northwind/TICKETS_TOKEN</code>" in page
    )


def test_no_way_to_a_desk_takes_the_secret_of_another_workspace(desk: Desk):
    definition = TICKETS | {"base": desk.url, "observe": OBSERVE, "title": "Open a ticket"}
    write = REST.build(kinds.Declared("harbour.own", 1, "harbour", definition))
    assert misses(write[0], ARGUMENTS, "key-1") == 4
    assert misses(write[1], {"receipt": "T-1"}, "key-1") >= 3
    assert desk.asked == []


def test_no_way_to_a_database_takes_the_secret_of_another_workspace(crm: Crm):  # noqa: F811
    own, foreign = crm.declare(CUSTOMER)[0], made(SQL, "harbour", CUSTOMER)
    crm.run(own, "key-1", **PHONE)  # its database is open from here on
    before = crm.exact()
    assert misses(foreign, PHONE, "key-1") >= 3
    assert crm.exact() == before


def test_no_way_to_a_mail_server_takes_the_secret_of_another_workspace(
    post: Mailbox,  # noqa: F811
    key: str,  # noqa: F811
):
    assert misses(made(EMAIL, "harbour", LETTER), TOLD, key) == 2
    assert post.envelopes == []


@pytest.mark.parametrize("name", ["NORTHWIND__CRM_DSN", "A__B", "CRM_DSN__", "../CRM_DSN", "A" * 61])
@pytest.mark.parametrize(
    ("kind", "definition", "place"),
    [(SQL, CUSTOMER, "database"), (EMAIL, LETTER, "server"),
     (REST, TICKETS | {"base": "https://t.example.com", "title": "x"}, "secret_headers")],
)  # fmt: skip
def test_a_definition_names_secrets_without_two_underlines(
    kind: kinds.Kind, definition: dict[str, Any], place: str, name: str
):
    told = [{"name": "X-Key", "secret": name}] if place == "secret_headers" else name
    with pytest.raises(kinds.NotADefinition) as refusal:
        made(kind, "harbour", definition | {place: told})
    assert [where[0] for where, _ in refusal.value.complaints] == [place]
