"""Runs through the API: begun, read and ended by the agent outside that walks them."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from ninja import Router
from structlog.contextvars import bind_contextvars

from approvals import ids
from approvals.models import Agent
from runs import recorder
from runs.api import access, answers, bearer, links, replays, run_answers
from runs.api.bodies import Json
from runs.api.problems import Problem
from runs.api.schemas import RunEndIn, RunIn
from runs.models import Run
from runs.models.run import State

router = Router(tags=["runs"])


@router.post("/runs", response={201: run_answers.RunOut, 200: run_answers.RunOut}, summary="Begin a run")
def begin(request: HttpRequest, body: Annotated[RunIn, Json()]) -> HttpResponse:
    """Proposals and steps that name it are shown together on one page."""
    key, agent, now = replays.key(request, "runs"), bearer.agent(request), timezone.now()

    def act() -> tuple[int, dict[str, Any]]:
        run = recorder.start(
            agent=agent, workflow=body.workflow, period=body.period, trace_parent=body.trace_parent,
            resumes=_resumed(agent, body.resumes), patience_seconds=body.patience_seconds,
            actor=bearer.actor(request), now=now,
        )  # fmt: skip
        bind_contextvars(run_id=run.public_id)
        return 201, _told(run, agent)

    return replays.once(key, act, now)


@router.get("/runs/{run_id}", response=run_answers.RunOut, summary="Read a run")
def read(request: HttpRequest, run_id: str) -> HttpResponse:
    """How it stands, and the step it told last: where to go on after a crash."""
    agent = bearer.agent(request)
    return JsonResponse(_told(access.run(agent, run_id), agent))


@router.patch("/runs/{run_id}", response=run_answers.RunOut, summary="End a run")
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
            raise finished(run) from error
    return JsonResponse(_told(run, agent))


def finished(run: Run) -> Problem:
    """Why nothing more can be told of it."""
    remedy = "Its record is closed. Begin another run that resumes it."
    return Problem(409, "run-finished", f"The run is {run.state}", remedy, state=run.state)


def _resumed(agent: Agent, public_id: str | None) -> Run | None:
    """The ended run that another goes on from. Raises `Problem`: 422 for a stranger's, 409 for one under way."""
    if public_id is None:
        return None
    before = access.run_named(agent, public_id, "/resumes")
    if before.state == State.RUNNING:
        raise Problem(409, "run-not-finished", "The run has not ended", "Report its next steps to it instead.",
                      state=before.state)  # fmt: skip
    return before


def _told(run: Run, agent: Agent) -> dict[str, Any]:
    in_order = run.steps.order_by("-started_at", "-id").values_list("key", flat=True)
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
        "resumes": ids.show("run", run.resumes_id) if run.resumes_id else None,
        "silent": run.silent,
        "steps": run.steps_told,
        "last_step": in_order.first() if run.steps_told else None,
    }
