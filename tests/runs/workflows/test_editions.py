"""Another prompt is another agent: what it reads is put to people, and its lanes begin again."""

# ruff: noqa: F811

from typing import Any

import pytest
from django.urls import reverse

from approvals import actors, policies
from approvals.lanes import findings
from approvals.models import Agent, Lane, Proposal
from runs.asking import mixes
from runs.workflows import catalogue, editions
from runs.workflows.expense import posting
from tests import lanes
from tests.approvals.administering import signed_in
from tests.builders import now
from tests.openai_server import OpenAIServer, completion, failure
from tests.people import Company
from tests.runs.workflows.test_walk import RECEIPT, agent, answer, model, walked  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
NAME, TEST = "extract_expense", actors.worker("test")


def choose(company: Company, shares: dict[int, int]) -> None:
    told: dict[str, Any] = {"by": company.ada.user_id, "actor": TEST, "now": now()}
    mixes.choose(workspace=company.workspace, prompt=NAME, shares=shares, **told)


def version(company: Company) -> str:
    editions.keep_up(actor=TEST, now=now())
    return Agent.objects.get(workspace=company.workspace, name=posting.NAME).version


def read(agent: Agent, number: int) -> Proposal:
    walked(
        Agent.objects.select_related("workspace").get(pk=agent.pk),
        {"id": f"R{number}", "text": f"{RECEIPT}{number}"},
    )
    return Proposal.objects.get(subject=f"receipt:R{number}")


def stage_ruling(row: Proposal) -> tuple[str, str]:
    return next((one["ruling"], one["reason"]) for one in row.rulings if one["gate"] == "rollout stage")


def test_freedom_is_of_the_version_that_earned_it_and_of_no_other(
    northwind: Company,
    agent: Agent,
    model: OpenAIServer,
) -> None:
    model.plays(completion(answer()))
    policies.set_policy(
        workspace=northwind.workspace,
        tool=posting.TOOL,
        undo_seconds=0,
        confidence_floor="0.5",
        actor=TEST,
        now=now(),
    )
    first = version(northwind)
    assert first.startswith("1.0+")
    row = read(agent, 0)
    assert row.agent_version == first
    lane = lanes.stand(row.lane, "full")
    assert stage_ruling(read(agent, 1))[0] == "allow"
    choose(northwind, {1: 50, 2: 50})
    assert version(northwind) == first  # some inputs are still read by it
    told = [read(agent, number) for number in range(2, 12)]
    others = [row for row in told if row.agent_version != first]
    assert 0 < len(others) < len(told)
    for row in told:
        allowed = "ask" if row in others else "allow"
        assert stage_ruling(row)[0] == allowed, row.agent_version
    assert "Another version" in stage_ruling(others[0])[1]
    page = signed_in(northwind.ada).get(reverse("settings-prompt", args=["northwind", NAME])).text
    assert "Going back begins again, too" in page and reverse("lane", args=["northwind", lane.pk]) in page
    choose(northwind, {2: 100})
    second = version(northwind)
    lane.refresh_from_db()
    assert second == others[0].agent_version != first
    assert (lane.stage, lane.threshold, lane.stays.latest("id").cause) == ("shadow", None, "version")
    assert not findings.of(Lane.objects.select_related("agent").get(pk=lane.pk), "reviewed")
    lanes.stand(lane, "full")
    choose(northwind, {1: 100})
    assert version(northwind) == first and Lane.objects.get(pk=lane.pk).stage == "shadow"


def test_rules_in_place_of_a_model_that_failed_have_earned_nothing(
    northwind: Company,
    agent: Agent,
    model: OpenAIServer,
    settings: Any,
) -> None:
    model.plays(*[failure(400, error="invalid_request_error")] * 4)
    version(northwind)
    assert read(agent, 1).agent_version == "1.0+rules"
    settings.OPENAI_API_KEY = ""
    assert version(northwind) == "1.0"
    assert read(agent, 2).agent_version == "1.0"
    assert editions.version_of(northwind.workspace, catalogue.get("ticket-triage")) == "1.0"
