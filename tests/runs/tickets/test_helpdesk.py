"""The helpdesk: a ticket is given once, put back exactly, and never over somebody else's change."""

from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.utils import timezone

from approvals.tools import Context, Refused
from runs import drain, reversal
from runs.connectors.helpdesk.tools import AssignTicket, PutTicketBack
from runs.models import Execution
from tests import builders
from tests.people import Company

ASSIGN, CONTEXT = AssignTicket(), Context(workspace="northwind")


def told(ticket: str = "T-1", team: str = "Payables", **more: Any) -> Any:
    return ASSIGN.Arguments.model_validate({"ticket": ticket, "team": team, **more})


def stands(helpdesk: Any, ticket: str = "T-1") -> tuple[Any, Any, int]:
    row = helpdesk.execute(
        "SELECT team, label, version FROM helpdesk.tickets WHERE id = %s", [ticket]
    ).fetchone()
    return row["team"], row["label"], row["version"]


def test_a_ticket_is_given_once_however_often_it_is_tried(helpdesk: psycopg.Connection) -> None:
    first = ASSIGN.run(told(label="payment status"), key="k1", context=Context("northwind", version="1"))
    again = ASSIGN.run(told(label="payment status"), key="k1", context=Context("northwind", version="1"))
    assert first == again == ASSIGN.look_up(told(), key="k1", context=CONTEXT)
    assert stands(helpdesk) == ("Payables", "payment status", 2)
    assert ASSIGN.look_up(told(), key="other", context=CONTEXT) is None


@pytest.mark.parametrize(
    ("ticket", "version", "code"),
    [
        ("T-1", "7", "posting.target_changed"),
        ("T-2", "1", "integration.refused"),
        ("T-9", "", "integration.refused"),
    ],
)
def test_what_does_not_stand_as_it_was_signed_is_left_alone(
    helpdesk: psycopg.Connection, ticket: str, version: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        ASSIGN.run(told(ticket), key="k2", context=Context("northwind", version=version))
    assert refused.value.code == code
    with pytest.raises(Refused):  # another tenant's ticket is no ticket
        ASSIGN.run(told(), key="k3", context=Context("harbour"))
    assert stands(helpdesk) == (None, None, 1)


def test_the_clerk_may_do_nothing_but_insert_changes(helpdesk: psycopg.Connection) -> None:
    with psycopg.connect(settings.BOOKS_DATABASE_URL, autocommit=True) as clerk:
        for attack in ("UPDATE helpdesk.tickets SET team = 'x'", "DELETE FROM helpdesk.changes",
                       "INSERT INTO helpdesk.tickets (company, id) VALUES ('northwind', 'x')",
                       "UPDATE helpdesk.changes SET team = 'x'"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                clerk.execute(attack)


@pytest.mark.django_db
def test_signed_written_and_put_back_exactly(northwind: Company, helpdesk: psycopg.Connection) -> None:
    northwind.bot.tools = [*northwind.bot.tools, "helpdesk.assign", "helpdesk.put_back"]
    northwind.bot.save()
    arguments = {"ticket": "T-1", "team": "Payables", "label": "payment status"}
    row = builders.an_approved(northwind.bot, northwind.maria, tool="helpdesk.assign", arguments=arguments)
    drain.drain(linger=0, longest=5)
    written = Execution.objects.get(proposal=row)
    assert written.state == "succeeded" and stands(helpdesk) == ("Payables", "payment status", 2)
    undo = reversal.propose(
        execution=written, member=northwind.ken, reason="Wrong team", actor=builders.actor_of(northwind.ken),
        now=timezone.now(),
    )  # fmt: skip
    assert (undo.tool, undo.state) == (PutTicketBack.name, "pending")
    helpdesk.execute(
        "UPDATE helpdesk.tickets SET team = 'Receivables', version = version + 1 WHERE id = 'T-1'"
    )
    with pytest.raises(Refused) as refused:
        PutTicketBack().run(PutTicketBack.Arguments.model_validate(undo.arguments), key="k9", context=CONTEXT)
    assert refused.value.code == "posting.target_changed"
    helpdesk.execute("UPDATE helpdesk.tickets SET team = 'Payables', version = 2 WHERE id = 'T-1'")
    PutTicketBack().run(PutTicketBack.Arguments.model_validate(undo.arguments), key="k9", context=CONTEXT)
    assert stands(helpdesk) == (None, None, 3)
