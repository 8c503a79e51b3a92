"""A run as a span, and its steps as spans beneath it. Inputs and outputs stay here: they may hold anything."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from runs.models import Run, Step
from runs.telemetry import identity, names
from runs.telemetry.spans import Span, told

MOST_STEPS = 1_000  # of one run; how many are left out is said


def spans(runs: Iterable[Run]) -> Iterator[Span]:
    """Of runs that have ended, each with its steps. What a caller did not sample is not told."""
    for run in runs:
        place = identity.place_of(run.trace_parent, run.id)
        if not place.sampled:
            continue
        steps = list(run.steps.order_by("started_at", "id")[: MOST_STEPS + 1])
        left_out = run.steps_told - MOST_STEPS if len(steps) > MOST_STEPS else 0
        yield _run(run, place, left_out)
        keys = {step.key: identity.span_of("step", step.id) for step in steps[:MOST_STEPS]}
        around = identity.span_of("run", run.id)
        for step in steps[:MOST_STEPS]:
            yield _step(
                step, place.trace, keys.get(step.parent, around) if step.parent != step.key else around
            )


def _run(run: Run, place: identity.Place, left_out: int) -> Span:
    attributes = told({
        names.OPERATION: names.INVOKE_WORKFLOW, names.WORKFLOW: run.workflow, names.AGENT_ID: run.agent_id.hex,
        names.AGENT_NAME: run.agent.name, names.AGENT_VERSION: run.agent_version, names.RUN: run.public_id,
        names.RUN_STATE: run.state, names.PERIOD: run.period, names.WORKSPACE: run.workspace.slug,
        names.STEPS_LEFT_OUT: left_out or None,
    })  # fmt: skip
    error = run.state if run.state == "failed" else ""
    ends = _not_before(run.started_at, run.finished_at)
    own = identity.span_of("run", run.id)
    return Span(f"{names.INVOKE_WORKFLOW} {run.workflow}", place.trace, own, place.parent, run.started_at, ends,
                attributes, error=error)  # fmt: skip


def _step(step: Step, trace: int, above: int) -> Span:
    is_model = step.kind == "model"
    attributes = told({
        names.OPERATION: names.CHAT if is_model else None, names.MODEL: step.model, names.INPUT_TOKENS: step.tokens_in,
        names.OUTPUT_TOKENS: step.tokens_out, names.STEP_KEY: step.key, names.STEP_KIND: step.kind,
        names.STEP_ITEM: step.item, names.PROMPT: step.prompt, names.PROMPT_VERSION: step.prompt_version,
        names.PROMPT_DIGEST: step.prompt_digest, names.CURRENCY: step.currency,
        names.CONFIDENCE: None if step.confidence is None else float(step.confidence),
        names.COST: None if step.cost is None else float(step.cost),
    })  # fmt: skip
    name = f"{names.CHAT} {step.model}" if is_model and step.model else step.name
    told_end = step.ended_at or step.started_at + timedelta(milliseconds=step.latency_ms or 0)
    ends = _not_before(step.started_at, told_end)
    error = str(step.error.get("code") or "error") if isinstance(step.error, dict) else ""
    return Span(
        name, trace, identity.span_of("step", step.id), above, step.started_at, ends, attributes, error=error
    )


def _not_before(began: datetime, ended: datetime | None) -> datetime:
    """Clocks of others may run backwards; a span may not."""
    return max(began, ended or began)
