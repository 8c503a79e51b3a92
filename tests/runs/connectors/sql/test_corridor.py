"""A declared write through the whole corridor: observed, signed, written, taken back; and its worker lost half-way."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from approvals import decisions, tools
from approvals.models import Proposal
from approvals.submission import Exhibit
from runs import drain, reversal
from runs.models import Execution
from tests import builders
from tests.people import Company
from tests.runs.connectors.sql.crm import Crm

pytestmark = pytest.mark.django_db


@pytest.fixture
def tool(crm: Crm, northwind: Company) -> Iterator[tools.Tool]:
    """Declared, registered, and the agent may use it."""
    both = crm.declare()
    for one in both:
        tools.register(one)
    northwind.bot.tools = [*northwind.bot.tools, both[0].name]
    northwind.bot.save()
    yield both[0]
    for one in both:
        tools._registry.pop(one.name)


def work() -> None:
    drain.drain(linger=0, longest=0)


def propose(northwind: Company, tool: tools.Tool, **told: Any) -> Proposal:
    arguments = {"id": 1, "phone": "+49 30 123"} | told
    request = Exhibit("text", f"My new phone is {arguments['phone']}", "Request")
    return builders.a_proposal(
        northwind.bot, tool=tool.name, arguments=arguments, subject="customer:1", evidence=(request,),
        observed=False,
    )  # fmt: skip


def sign(proposal: Proposal, company: Company) -> None:
    """Long enough ago for the undo window to have closed."""
    proposal.refresh_from_db()
    for member in builders.able(proposal, company.ken, company.ada)[: proposal.quorum]:
        decisions.decide(
            proposal_id=proposal.pk, member=member, verdict="approve", seen_digest=proposal.digest,
            actor=builders.actor_of(member), now=timezone.now() - timedelta(minutes=5),
        )  # fmt: skip


def test_a_row_is_observed_signed_written_and_taken_back(
    northwind: Company, crm: Crm, tool: tools.Tool
) -> None:
    before = crm.exact()
    proposal = propose(northwind, tool)
    work()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.observation["before"]["phone"]) == ("pending", "+44 1")
    sign(proposal, northwind)
    work()
    done = Execution.objects.get()
    assert (done.state, crm.row()["phone"], done.after["phone"]) == ("succeeded", "+49 30 123", "+49 30 123")
    undo = reversal.propose(
        execution=done, member=northwind.maria, reason="wrong customer", actor=builders.actor_of(northwind.maria),
        now=timezone.now() - timedelta(minutes=6),
    )  # fmt: skip
    work()
    undo.refresh_from_db()
    assert undo.observation["before"] == {"phone": {"before": "+49 30 123", "after": "+44 1"}}
    sign(undo, northwind)
    work()
    assert crm.exact() == before
    assert {row.state for row in Execution.objects.all()} == {"succeeded"}


def test_a_row_that_changed_after_the_signature_goes_back_to_the_reviewer(
    northwind: Company, crm: Crm, tool: tools.Tool
) -> None:
    proposal = propose(northwind, tool)
    work()
    sign(proposal, northwind)
    crm.owner.execute("UPDATE crm.customers SET phone = '+1' WHERE id = 1")
    work()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.round, crm.row()["phone"]) == ("pending", 2, "+1")
    assert crm.writes() == []


def test_a_worker_lost_after_the_write_is_looked_up_and_nothing_is_written_again(
    northwind: Company, crm: Crm, tool: tools.Tool, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposal = propose(northwind, tool)
    work()
    sign(proposal, northwind)

    def dies_after(arguments: Any, *, key: str, context: tools.Context) -> None:
        type(tool).run(tool, arguments, key=key, context=context)
        raise tools.Unknown("outcome.unknown", "the line was cut")

    with monkeypatch.context() as patch:
        patch.setattr(tool, "run", dies_after, raising=False)
        work()
    assert Execution.objects.get().state == "unknown"
    crm.owner.execute("UPDATE crm.customers SET phone = 'later' WHERE id = 1")
    Execution.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    work()
    done = Execution.objects.get()
    assert (done.state, done.after["phone"], crm.row()["phone"]) == ("succeeded", "+49 30 123", "later")
    assert len(crm.writes()) == 1
