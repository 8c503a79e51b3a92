"""“I cannot do this”, said to somebody: a case with an owner and a clock."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from structlog.contextvars import bind_contextvars

from approvals.models import Agent
from exceptions import cases
from exceptions.models import Case
from runs.api import access, answers, bearer, links, replays
from runs.api.bodies import Json
from runs.api.schemas import CaseIn

CODE = "agent.cannot"

router = Router(tags=["cases"])


@router.post(
    "/cases", response={201: answers.CaseOut, 200: answers.CaseOut}, summary="Say what you cannot do"
)
def report(request: HttpRequest, body: Annotated[CaseIn, Json()]) -> HttpResponse:
    """What has the same cause is held together: the answer may name a case that was open before."""
    key, agent, now = replays.key(request, "cases"), bearer.agent(request), timezone.now()

    def act() -> tuple[int, dict[str, Any]]:
        proposal = access.proposal_named(agent, body.proposal) if body.proposal else None
        run = access.run_named(agent, body.run) if body.run else None
        case = cases.open_case(
            workspace=agent.workspace, code=CODE, message=body.lacking, facts=_facts(agent, body),
            field=body.field, proposal=proposal, run=run.id if run else None, amount=body.amount,
            currency=body.currency, connector=body.operation.partition(".")[0], operation=body.operation,
            actor=bearer.actor(request), now=now,
        )  # fmt: skip
        bind_contextvars(case_id=case.public_id)
        return 201, _told(case, agent)

    return replays.once(key, act, now)


def _facts(agent: Agent, body: CaseIn) -> dict[str, str]:
    facts = {"agent": agent.name, "lacking": body.lacking, "tried": body.tried, "subject": body.subject}
    return {name: value for name, value in facts.items() if value}


def _told(case: Case, agent: Agent) -> dict[str, Any]:
    return {
        "id": case.public_id,
        "state": case.state,
        "title": case.title,
        "owner": case.owner.name,
        "occurrences": case.total_count,
        "url": links.to_case(case, agent.workspace.slug),
    }
