"""Steps through the API: what an outside agent did, as it tells it, and what of that stands on record."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Query, Router
from structlog.contextvars import bind_contextvars

from approvals import ids
from approvals.models import Agent
from runs import recorder
from runs.api import access, answers, bearer, paging, replays, run_answers
from runs.api.bodies import Json
from runs.api.runs import finished
from runs.api.schemas import StepIn, StepsIn, share
from runs.models import Step
from runs.running import stepping

router = Router(tags=["runs"])


@router.get(
    "/runs/{run_id}/steps", response=run_answers.ToldStepsOut, summary="List the steps a run has told"
)
def browse(
    request: HttpRequest,
    run_id: str,
    cursor: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=500)] = 200,
) -> JsonResponse:
    """Oldest first, by the clock they were told with: after a crash, go on behind the keys you find here."""
    run = access.run(bearer.agent(request), run_id)
    found = stepping.after(run, paging.read(cursor) if cursor else None, limit + 1)
    following = paging.show(found[limit - 1].pk) if len(found) > limit else None
    return JsonResponse({"items": [_told(step) for step in found[:limit]], "next_cursor": following})


@router.post("/runs/{run_id}/steps", response={200: run_answers.StepsOut}, summary="Report steps")
def report(request: HttpRequest, run_id: str, body: Annotated[StepsIn, Json()]) -> HttpResponse:
    """One step, or up to 500. A step whose key is known is left as it was, and the answer says so."""
    agent = bearer.agent(request)
    run = access.run(agent, run_id)
    bind_contextvars(run_id=run.public_id)
    key, now = replays.key_if_any(request, f"steps/{run.id.hex}"), timezone.now()

    def act() -> tuple[int, dict[str, Any]]:
        steps = body if isinstance(body, list) else [body]
        named = _proposals(agent, steps)
        try:
            told = recorder.record(run=run, moves=[_move(step, named) for step in steps], now=now)
        except recorder.AlreadyFinished as error:
            raise finished(error.run) from error
        return 200, {"recorded": told.new, "repeated": told.repeated, "contradicted": told.contradicted}

    return replays.once(key, act, now)


def _proposals(agent: Agent, steps: list[StepIn]) -> dict[str, UUID]:
    named = {step.proposal for step in steps if step.proposal}
    return {public_id: access.proposal_named(agent, public_id).id for public_id in named}


def _move(step: StepIn, named: dict[str, UUID]) -> recorder.Move:
    told = step.model_dump() | {
        "confidence": share(step.confidence),
        "proposal": named[step.proposal] if step.proposal else None,
    }
    return recorder.Move(**told)


def _told(step: Step) -> dict[str, Any]:
    plain = {
        name: getattr(step, name) for name in ("key", "name", "kind", "item", "parent", "output", "error")
    }
    return plain | {
        "proposal": ids.show("proposal", step.proposal) if step.proposal else None,
        "started_at": answers.moment(step.started_at),
    }
