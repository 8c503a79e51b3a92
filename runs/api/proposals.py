"""Proposals through the API: put, read, waited for, listed, taken back. Never decided."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Query, Router
from structlog.contextvars import bind_contextvars

from approvals import proposals as moves
from approvals import tools
from approvals.models import Agent, Proposal
from approvals.models.proposal import State
from approvals.submission import BadExpiry, Draft
from exceptions import intake
from runs import waiting
from runs.api import access, answers, bearer, models_told, paging, replays
from runs.api.bodies import Json
from runs.api.problems import Fault, Problem, refused_body
from runs.api.resting import briefly
from runs.api.schemas import ProposalIn, share

LONGEST_PATIENCE = timedelta(days=366)
LONGEST_WAIT = 60

router = Router(tags=["proposals"])


@router.post("/proposals", response={201: answers.ProposalOut, 200: answers.ProposalOut}, summary="Propose")
def propose(request: HttpRequest, body: Annotated[ProposalIn, Json()]) -> JsonResponse:
    """Put a proposal before the gates and, where they ask for it, before a person.

    Arguments that do not fit the tool are no error of this request: they become a blocked proposal with a case.
    """
    key = replays.key(request, "proposals")
    if faults := body.faults():
        raise refused_body(*faults)
    agent = bearer.agent(request)
    row, made = _once(request, agent, body, key)
    bind_contextvars(proposal_id=row.public_id, **({"run_id": body.run} if body.run else {}))
    told = answers.proposal(row, agent.workspace.slug)
    return JsonResponse(told, status=201 if made else 200, headers={} if made else replays.REPLAYED)


def _once(request: HttpRequest, agent: Agent, body: ProposalIn, key: replays.Key) -> tuple[Proposal, bool]:
    """The proposal of that key, and whether it was made just now."""
    with transaction.atomic():
        replays.take_turn(key)
        row = Proposal.objects.filter(agent=agent, idempotency_key=key.text).first()
        if row is None:
            return _receive(request, agent, body, key), True
        replays.check_same(key, row.fingerprint)
    return row, False


def _receive(request: HttpRequest, agent: Agent, body: ProposalIn, key: replays.Key) -> Proposal:
    now = timezone.now()
    draft = draft_of(agent, body, key, now)
    try:
        return intake.receive(draft=draft, agent=agent, actor=bearer.actor(request), now=now)
    except tools.UnknownTool as error:
        fault = Fault(f"There is no tool {error}", "send a name and version that GET /api/v1/tools lists",
                      pointer="/tool")  # fmt: skip
        raise refused_body(fault) from error
    except BadExpiry as error:
        raise refused_body(
            Fault("The moment has passed", "send one that is to come", pointer="/expires_at")
        ) from error


def draft_of(agent: Agent, body: ProposalIn, key: replays.Key, now: datetime) -> Draft:
    """What a body asks for. Raises `Problem` 422."""
    if body.expires_at is not None and body.expires_at > now + LONGEST_PATIENCE:
        remedy = f"send one within {LONGEST_PATIENCE.days} days"
        raise refused_body(Fault("The moment is too far away", remedy, pointer="/expires_at"))
    return Draft(
        tool=body.tool,
        arguments=body.arguments,
        idempotency_key=key.text,
        tool_version=body.tool_version,
        subject=body.subject,
        summary=body.summary,
        rationale=body.rationale,
        confidence=share(body.confidence),
        confidence_source=body.confidence_source,
        evidence=tuple(piece.exhibit() for piece in body.evidence),
        precondition=body.precondition,
        expires_at=body.expires_at,
        trace_parent=body.trace_parent,
        workflow=body.workflow,
        run=access.run_named(agent, body.run).id if body.run else None,
        fingerprint=key.fingerprint,
        read_by=models_told.read_by(agent=agent, model=body.model, now=now),
    )


@router.get(
    "/proposals/{proposal_id}",
    auth=bearer.RestingTokenAuth(),
    response=answers.ProposalOut,
    summary="Read, or wait for, a proposal",
)
async def read(
    request: HttpRequest, proposal_id: str, wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT)] = 0
) -> JsonResponse:
    """The proposal as it stands. With `wait`, the answer comes as soon as its outcome is no longer `pending`,
    `target_changed`, `approved` or `executing`, and at the latest after that many seconds."""
    agent = bearer.agent(request)
    bind_contextvars(proposal_id=proposal_id[:60])
    if wait:
        row = await briefly(access.proposal, agent, proposal_id)
        await waiting.until_settled(row.id, wait)
    return JsonResponse(await briefly(_told, agent, proposal_id))


def _told(agent: Agent, proposal_id: str) -> dict[str, Any]:
    return answers.proposal(access.proposal(agent, proposal_id), agent.workspace.slug)


@router.get("/proposals", response=answers.PageOut, summary="List your proposals, newest first")
def browse(
    request: HttpRequest,
    state: State | None = None,
    cursor: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> JsonResponse:
    """Pages are stable while new proposals arrive: send `next_cursor` as `cursor` until it is null."""
    agent = bearer.agent(request)
    rows = Proposal.objects.filter(agent=agent, workspace_id=agent.workspace_id, drill=False)
    found, following = paging.page(rows.filter(state=state) if state else rows, cursor, limit)
    return JsonResponse({"items": answers.proposals(found, agent.workspace.slug), "next_cursor": following})


@router.post(
    "/proposals/{proposal_id}/withdrawal", response=answers.ProposalOut, summary="Take a proposal back"
)
def withdraw(request: HttpRequest, proposal_id: str) -> JsonResponse:
    """While nobody has decided. Taking back what was taken back changes nothing."""
    agent = bearer.agent(request)
    row = access.proposal(agent, proposal_id)
    bind_contextvars(proposal_id=row.public_id)
    try:
        if row.state != State.WITHDRAWN:
            intake.withdraw(proposal=row, actor=bearer.actor(request), now=timezone.now())
    except moves.AlreadySettled as error:
        row = error.proposal
    if row.state != State.WITHDRAWN:
        raise Problem(409, "already-settled", f"The proposal is {row.state}",
                      "Only what is pending or blocked can be taken back.", state=row.state)  # fmt: skip
    return JsonResponse(answers.proposal(row, agent.workspace.slug))
