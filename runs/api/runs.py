"""Runs and steps through the API: what an outside agent did, as it tells it."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Router
from structlog.contextvars import bind_contextvars

from approvals.models import Agent
from runs import recorder
from runs.api import access, answers, bearer, links, replays
from runs.api.bodies import Json
from runs.api.problems import Problem
from runs.api.schemas import RunEndIn, RunIn, StepIn, StepsIn, share
from runs.models import Run

router = Router(tags=["runs"])


@router.post("/runs", response={201: answers.RunOut, 200: answers.RunOut}, summary="Begin a run")
def begin(request: HttpRequest, body: Annotated[RunIn, Json()]) -> HttpResponse:
    """Proposals and steps that name it are shown together on one page."""
    key, agent, now = replays.key(request, "runs"), bearer.agent(request), timezone.now()

    def act() -> tuple[int, dict[str, Any]]:
        run = recorder.start(
            agent=agent, workflow=body.workflow, period=body.period, trace_parent=body.trace_parent,
            actor=bearer.actor(request), now=now,
        )  # fmt: skip
        bind_contextvars(run_id=run.public_id)
        return 201, _told(run, agent)

    return replays.once(key, act, now)


@router.patch("/runs/{run_id}", response=answers.RunOut, summary="End a run")
def end(request: HttpRequest, run_id: str, body: Annotated[RunEndIn, Json()]) -> HttpResponse:
    """Ending it again in the same words changes nothing; in other words it is refused."""
    agent = bearer.agent(request)
    run = access.run(agent, run_id)
    bind_contextvars(run_id=run.public_id)
    try:
        run = recorder.finish(
            run=run, state=body.state, counts=body.counts, error=body.error, actor=bearer.actor(request),
            now=timezone.now(),
        )  # fmt: skip
    except recorder.AlreadyFinished as error:
        run = error.run
        if (run.state, run.counts, run.error) != (body.state, body.counts, body.error):
            raise _finished(run) from error
    return JsonResponse(_told(run, agent))


@router.post("/runs/{run_id}/steps", response={200: answers.StepsOut}, summary="Report steps")
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
            raise _finished(error.run) from error
        return 200, {"recorded": told.new, "repeated": told.repeated}

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


def _finished(run: Run) -> Problem:
    return Problem(409, "run-finished", f"The run is {run.state}", "Its record is closed. Begin another run.",
                   state=run.state)  # fmt: skip


def _told(run: Run, agent: Agent) -> dict[str, Any]:
    return {
        "id": run.public_id,
        "state": run.state,
        "workflow": run.workflow,
        "period": run.period,
        "url": links.to_run(run, agent.workspace.slug),
        "counts": run.counts,
        "error": run.error,
        "started_at": answers.moment(run.started_at),
        "finished_at": answers.moment(run.finished_at),
    }
