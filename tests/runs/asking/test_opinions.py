"""A second model may warn or stop. Nothing it says makes anything easier."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals import actors, agents, policies, tools
from approvals.models import Agent, Proposal
from exceptions.models import Case
from runs.asking import opinions, terms
from runs.asking.opinions import Opinion
from runs.models import ModelCall, Step
from runs.workflows.expense import posting, walk
from tests import lanes
from tests.aisvs.test_c9_2_binding import ORDERS
from tests.books import Books
from tests.builders import now
from tests.openai_server import OpenAIServer, completion, failure
from tests.people import Company
from tests.runs.workflows.test_walk import RECEIPT, answer

TEST = actors.worker("test")


@given(st.floats(0, 1), st.sampled_from(["agrees", "doubts", "stops", "silent", None]))
def test_9_2_6_confidence_never_grows(confidence: float, verdict: str | None) -> None:
    opinion = Opinion(verdict) if verdict else None
    assert opinions.weigh(confidence, opinion) <= confidence


@pytest.fixture
def agent(northwind: Company, books: Books, far_side: OpenAIServer) -> Iterator[Agent]:
    terms.change(
        workspace=northwind.workspace, second_model="gpt-5-mini", keep_days=0, seen=0, actor=TEST, now=now()
    )
    return agents.add_agent(
        workspace=northwind.workspace,
        name=posting.NAME,
        version="1.0",
        tools=[posting.TOOL],
        actor=TEST,
        now=now(),
    )


def check(supported: bool | None, invented: bool | None = False, field: str | None = None) -> str:
    told = {"supported": supported, "invented": invented, "wrong_field": field}
    return json.dumps({name: {"value": v, "confidence": 0 if v is None else 0.9} for name, v in told.items()})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("said", ["agrees", "doubts", "stops", "silent"])
def test_9_2_6_a_second_model_warns_or_stops(agent: Agent, far_side: OpenAIServer, said: str) -> None:
    replies = {
        "agrees": completion(check(True)), "doubts": completion(check(False, field="total")),
        "stops": completion(check(False, True)), "silent": failure(400, error="invalid_request_error"),
    }  # fmt: skip
    far_side.plays(completion(answer()), replies[said])
    run, tally = walk.walk(agent=agent, inputs=[{"id": "A1", "text": RECEIPT}])
    assert [request["model"] for request in far_side.requests] == ["gpt-4o-mini", "gpt-5-mini"]
    assert set(ModelCall.objects.values_list("purpose", flat=True)) == {"work", "check"}
    step = Step.objects.get(run=run, name="check")
    assert (step.error is not None) == (said == "silent")
    if said == "stops":
        assert not Proposal.objects.exists() and tally.outcomes["stopped"] == 1
        assert Case.objects.get(failure_class__code="model.second_opinion").total_count == 1
        return
    proposal = Proposal.objects.get()
    assert set(ModelCall.objects.values_list("proposal", flat=True)) == {proposal.id}
    assert float(proposal.confidence) == pytest.approx(0.5 if said == "doubts" else 0.96)
    assert ("A second model doubts it, total above all" in proposal.rationale) == (said == "doubts")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("order", ORDERS[:3])
def test_9_2_7_a_second_model_that_obeys_the_document_loosens_nothing(
    agent: Agent, far_side: OpenAIServer, order: str
) -> None:
    """In a lane that is trusted, and with the second model as sure as can be."""
    lanes.stand(policies.lane_of(agent=agent, tool=tools.get(posting.TOOL), now=now()), "full")
    far_side.plays(completion(answer()), completion(check(True)))
    walk.walk(agent=agent, inputs=[{"id": "A1", "text": f"{RECEIPT}{order}"}])
    proposal = Proposal.objects.get()
    told = {ruling["gate"]: ruling["ruling"] for ruling in proposal.rulings}
    assert (proposal.state, proposal.ruling, told["injection"]) == ("pending", "ask", "ask")
    assert float(proposal.confidence) <= 0.96 and not proposal.decisions.exists()
