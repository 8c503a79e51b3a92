"""SQL and e-mail tools from an admin's declaration through the API to the target, and back where there is a way."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from psycopg.conninfo import conninfo_to_dict

from approvals.models import Proposal
from runs import reversal
from runs.connectors.sql.definition import Definition
from runs.connectors.sql.setup import snippet
from runs.models import Execution
from tests import builders
from tests.books import _prepared_books  # noqa: F401
from tests.declaring import declare, sign, work
from tests.people import Company
from tests.runs.api.conftest import Caller, a_body
from tests.runs.connectors.email.letters import DEFINITION as LETTER
from tests.runs.connectors.email.letters import TOLD, key, post  # noqa: F401
from tests.runs.connectors.sql.crm import DEFINITION as CUSTOMER
from tests.runs.connectors.sql.crm import Crm, crm  # noqa: F401
from tests.runs.notices.mailbox import Mailbox

pytestmark = pytest.mark.django_db


def without_fields_of_the_form(definition: dict[str, Any]) -> dict[str, Any]:
    return {name: told for name, told in definition.items() if name not in ("title", "risk")}


def proposed(company: Company, tool: str, arguments: dict[str, Any], evidence: str) -> Proposal:
    body = a_body(
        tool=tool, arguments=arguments, subject="",
        evidence=[{"kind": "text", "title": "Request", "content": evidence}],
    )  # fmt: skip
    answer = Caller(company.bot).propose(body)
    assert answer.status_code == 201, answer.content
    return Proposal.objects.latest("id")


def test_a_row_is_changed_by_a_declared_tool_and_restored_exactly(northwind: Company, crm: Crm):  # noqa: F811
    row = declare(northwind, without_fields_of_the_form(CUSTOMER), kind="sql", name="set_phone")
    role = str(conninfo_to_dict(settings.BOOKS_DATABASE_URL)["user"])
    crm.owner.execute(snippet(Definition.model_validate(row.definition), role=role))
    before = crm.exact()
    proposal = proposed(northwind, row.name, {"id": 1, "phone": "+49 30 123"}, "My phone is +49 30 123")
    work()
    proposal.refresh_from_db()
    assert proposal.observation["before"]["phone"] == "+44 1"
    sign(proposal, northwind)
    work()
    done = Execution.objects.get()
    assert (done.state, crm.row()["phone"]) == ("succeeded", "+49 30 123"), done.error
    undo = reversal.propose(
        execution=done, member=northwind.maria, reason="wrong", actor=builders.actor_of(northwind.maria),
        now=timezone.now() - timedelta(minutes=6),
    )  # fmt: skip
    assert undo.tool == f"{row.name}.restore"
    work()
    sign(undo, northwind)
    work()
    assert Execution.objects.get(proposal=undo).state == "succeeded" and crm.exact() == before


def test_a_letter_is_sent_once_by_a_declared_tool(northwind: Company, post: Mailbox):  # noqa: F811
    row = declare(northwind, without_fields_of_the_form(LETTER), kind="email", name="answer", risk="high")
    proposal = proposed(northwind, row.name, TOLD, f"Write to {TOLD['to']}")
    work()
    sign(proposal, northwind)
    for _ in range(2):
        work()
    done = Execution.objects.get()
    assert (done.state, len(post.letters), proposal.quorum) == ("succeeded", 1, 2), done.error
    assert not reversal.can_reverse(done)
