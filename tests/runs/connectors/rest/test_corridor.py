"""A declared REST tool from the admin's form to the target and back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from approvals import ways_back
from approvals.models import Proposal
from runs import reversal
from runs.models import Execution
from tests import builders
from tests.declaring import ARGUMENTS, TICKETS, declare, sign, work
from tests.desk import Desk
from tests.people import Company
from tests.runs.api.conftest import Caller, a_body

pytestmark = pytest.mark.django_db
LIMIT = {
    "arguments": {
        "type": "object",
        "properties": {
            "account": {"type": "string", "pattern": "^[A-Z0-9-]{1,20}$"},
            "limit": {"type": "string", "format": "decimal"},
        },
        "required": ["account", "limit"],
    },
    "headline": "Limit of {account}: {limit}",
    "subject": "account:{account}",
    "write": {"method": "PUT", "path": "/limits/{account}", "body": {"limit": "{limit}"}, "if_match": True},
    "answer": {"after": {"limit": "/limit"}},
    "observe": {"path": "/limits/{account}", "before": {"limit": "/limit"}, "version": ["header:ETag"]},
    "undo": {
        "method": "PUT",
        "path": "/limits/{account}",
        "body": {"limit": "{before.limit}"},
        "reversibility": "exact",
        "way_back": "Can be put back",
        "proof": {"shows": {"limit": "{before.limit}"}},
    },
}


def proposed(company: Company, tool: str, arguments: dict) -> Proposal:
    body = a_body(tool=tool, arguments=arguments, subject="", evidence=[
        {"kind": "text", "title": "Mail", "content": f"{arguments}"},
    ])  # fmt: skip
    answer = Caller(company.bot).propose(body)
    assert answer.status_code == 201, answer.content
    return Proposal.objects.latest("id")


def undone(done: Execution, company: Company) -> Proposal:
    return reversal.propose(
        execution=done, member=company.maria, reason="wrong", actor=builders.actor_of(company.maria),
        now=timezone.now() - timedelta(minutes=6),
    )  # fmt: skip


def test_a_ticket_is_proposed_signed_opened_once_and_deleted_again(northwind: Company, desk: Desk):
    row = declare(northwind, TICKETS | {"base": desk.url})
    proposal = proposed(northwind, row.name, ARGUMENTS)
    assert (proposal.state, proposal.headline) == ("pending", "Ticket for ACME & Söhne: Invoice 42")
    sign(proposal, northwind)
    work()
    done = Execution.objects.get()
    assert (done.state, done.receipt["reference"], done.error) == ("succeeded", "T-1", "")
    assert desk.asked == ["POST /customers/ACME%20%26%20S%C3%B6hne/tickets?notify=2"]
    assert desk.bodies == [{
        "subject": "Invoice 42", "total": 12.5, "said": "For ACME & Söhne: Invoice 42", "priority": 2,
        "fixed": [1, None, True],
    }]  # fmt: skip
    assert desk.heads[0]["idempotency-key"] == done.write_key
    assert done.after["subject"] == "Invoice 42"
    undo = undone(done, northwind)
    work()
    undo.refresh_from_db()
    assert undo.observation["before"]["record"] == {"before": "there", "after": "gone"}
    sign(undo, northwind)
    work()
    back = Execution.objects.get(proposal=undo)
    assert back.state == "succeeded", back.error
    assert desk.tickets == {}


def test_a_value_is_changed_only_as_it_was_signed_and_put_back_exactly(northwind: Company, desk: Desk):
    desk.limits["A-1"] = {"limit": "100.00", "version": 7}
    row = declare(northwind, LIMIT | {"base": desk.url}, name="set_limit")
    proposal = proposed(northwind, row.name, {"account": "A-1", "limit": "250.00"})
    work()
    proposal.refresh_from_db()
    assert proposal.observation["before"] == {"limit": "100.00"}
    assert proposal.observation["version"] == '"v7"'
    sign(proposal, northwind)
    work()
    done = Execution.objects.get()
    assert (done.state, desk.limits["A-1"]["limit"]) == ("succeeded", "250.00"), done.error
    assert desk.heads[desk.asked.index("PUT /limits/A-1")]["if-match"] == '"v7"'
    undo = undone(done, northwind)
    work()
    undo.refresh_from_db()
    assert undo.observation["before"] == {"limit": {"before": "250.00", "after": "100.00"}}
    sign(undo, northwind)
    work()
    back = Execution.objects.get(proposal=undo)
    assert back.state == "succeeded", back.error
    assert desk.limits["A-1"] == {"limit": "100.00", "version": 9}


def test_a_target_that_moved_after_the_signature_goes_back_to_the_reviewer(northwind: Company, desk: Desk):
    desk.limits["A-1"] = {"limit": "100.00", "version": 7}
    row = declare(northwind, LIMIT | {"base": desk.url}, name="set_limit")
    proposal = proposed(northwind, row.name, {"account": "A-1", "limit": "250.00"})
    work()
    sign(proposal, northwind)
    desk.limits["A-1"] = {"limit": "110.00", "version": 8}
    work()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.round, desk.limits["A-1"]["limit"]) == ("pending", 2, "110.00")


def test_a_write_that_answered_500_after_the_work_is_looked_up_and_not_written_again(
    northwind: Company, desk: Desk
):
    row = declare(northwind, TICKETS | {"base": desk.url})
    sign(proposed(northwind, row.name, ARGUMENTS), northwind)
    desk.mood = "500 after the work"
    work()
    assert Execution.objects.get().state in ("unknown", "succeeded")
    Execution.objects.filter(state="unknown").update(leased_until=timezone.now() - timedelta(seconds=1))
    work()
    done = Execution.objects.get()
    assert (done.state, done.receipt["reference"], len(desk.tickets)) == ("succeeded", "T-1", 1)
    assert len(desk.writes()) == 1


def test_what_was_found_by_a_look_up_is_put_back_too(northwind: Company, desk: Desk):
    desk.limits["A-1"] = {"limit": "100.00", "version": 7}
    found = {"look_up": {"path": "/limits/{account}", "reference": "/limit", "sure": True}}
    cascade = {"undo": LIMIT["undo"] | {"cascade": "what was bought under it"}}
    row = declare(northwind, LIMIT | found | cascade | {"base": desk.url}, name="set_limit")
    proposal = proposed(northwind, row.name, {"account": "A-1", "limit": "250.00"})
    work()
    sign(proposal, northwind)
    desk.mood = "500 after the put"
    work()
    Execution.objects.filter(state="unknown").update(leased_until=timezone.now() - timedelta(seconds=1))
    work()
    done = Execution.objects.get()
    assert (done.state, done.receipt["data"]["found_by"]) == ("succeeded", "look_up"), done.error
    proposal.refresh_from_db()
    assert ways_back.of(proposal, timezone.now()).cascade == "what was bought under it"
    undo = undone(done, northwind)
    work()
    undo.refresh_from_db()
    sign(undo, northwind)
    work()
    assert desk.limits["A-1"]["limit"] == "100.00"


def test_a_reversal_that_changed_nothing_reports_no_success(northwind: Company, desk: Desk):
    row = declare(northwind, TICKETS | {"base": desk.url})
    sign(proposed(northwind, row.name, ARGUMENTS), northwind)
    work()
    undo = undone(Execution.objects.get(), northwind)
    work()
    desk.mood = "delete nothing"
    sign(undo, northwind)
    work()
    last = Execution.objects.get(proposal=undo)
    assert (last.state, last.failure_class) == ("unknown", "reversal.no_effect")
    assert "T-1" in desk.tickets


def test_200_with_an_error_in_it_is_a_refusal_with_its_class(northwind: Company, desk: Desk):
    row = declare(northwind, TICKETS | {"base": desk.url})
    desk.mood = "refuse"
    sign(proposed(northwind, row.name, ARGUMENTS), northwind)
    work()
    done = Execution.objects.get()
    assert (done.state, done.failure_class) == ("failed", "posting.refused")
    assert done.error == "127.0.0.1 answered HTTP 200: no: Bearer [secret]"
