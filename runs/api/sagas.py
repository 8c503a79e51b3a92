"""Chains of writes through the API: proposed at once, read as they go."""

from typing import Annotated, Any

from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Router

from approvals import tools
from approvals.access import identifier
from approvals.models import Agent, Proposal
from approvals.submission import BadExpiry
from runs import sagas
from runs.api import answers, bearer, links, replays
from runs.api.bodies import Json
from runs.api.problems import Fault, refused_body
from runs.api.proposals import draft_of
from runs.api.schemas import SagaIn
from runs.models import Saga

router = Router(tags=["sagas"])


@router.post(
    "/sagas", response={201: answers.SagaOut, 200: answers.SagaOut}, summary="Propose several writes as one"
)
def propose(request: HttpRequest, body: Annotated[SagaIn, Json()]) -> JsonResponse:
    """Every step is a proposal of its own and is decided as one; all of them need what the strictest needs. A step is
    written when the one before it has been. When one does not happen, those before it are proposed to be undone in
    reverse order, unless a step without a way back (the *pivot*) has been written already.

    The arguments of every step are signed beforehand: none can depend on the answer to an earlier one.
    """
    key = replays.key(request, "sagas")
    if faults := body.faults():
        raise refused_body(*faults)
    agent = bearer.agent(request)
    with transaction.atomic():
        replays.take_turn(key)
        row = Saga.objects.filter(agent=agent, key=key.text).first()
        made = row is None
        if row is None:
            row = _begin(request, agent, body, key)
        else:
            replays.check_same(key, row.fingerprint)
    return JsonResponse(
        told(row, agent), status=201 if made else 200, headers={} if made else replays.REPLAYED
    )


def _begin(request: HttpRequest, agent: Agent, body: SagaIn, key: replays.Key) -> Saga:
    now = timezone.now()
    drafts = [draft_of(agent, step, key, now) for step in body.steps]
    for position, draft in enumerate(drafts):
        try:
            tools.offered(draft.tool, draft.tool_version, workspace=agent.workspace.slug)
        except tools.UnknownTool as error:
            fault = Fault(f"There is no tool {error}", "send a name and version that GET /api/v1/tools lists",
                          pointer=f"/steps/{position}/tool")  # fmt: skip
            raise refused_body(fault) from error
    try:
        return sagas.begin(
            agent=agent, key=key.text, fingerprint=key.fingerprint, title=body.title, drafts=drafts,
            actor=bearer.actor(request), now=now,
        )  # fmt: skip
    except tools.UnknownTool as error:
        fault = Fault(f"There is no tool {error}", "send one that GET /api/v1/tools lists", pointer="/steps")
        raise refused_body(fault) from error
    except BadExpiry as error:
        raise refused_body(
            Fault("A moment has passed", "send one that is to come", pointer="/steps")
        ) from error


@router.get("/sagas/{saga_id}", response=answers.SagaOut, summary="Read a chain of writes")
def read(request: HttpRequest, saga_id: str) -> JsonResponse:
    """The chain as it stands, with the newest proposal of every step."""
    agent = bearer.agent(request)
    row = Saga.objects.filter(
        pk=identifier("saga", saga_id), agent=agent, workspace_id=agent.workspace_id
    ).first()
    if row is None:
        raise Http404("no such saga")
    return JsonResponse(told(row, agent))


def told(saga: Saga, agent: Agent) -> dict[str, Any]:
    """A saga as agents read it."""
    rows = Proposal.objects.filter(saga=saga.id, reverses__isnull=True).order_by("saga_step", "id")
    newest = {row.saga_step: row for row in rows}
    return {
        "id": saga.public_id,
        "state": saga.state,
        "title": saga.title,
        "pivot": saga.pivot or None,
        "url": links.to_saga(saga, agent.workspace.slug),
        "steps": answers.proposals(list(newest.values()), agent.workspace.slug),
        "created_at": answers.moment(saga.created_at),
        "settled_at": answers.moment(saga.settled_at),
    }
