"""A proposal as a span from its coming in to its answer, each decision an event of it; its writes as spans beneath."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from approvals.models import Decision, Proposal
from runs.models import Execution, Run
from runs.telemetry import identity, names
from runs.telemetry.spans import Event, Span, told


def places(proposals: Iterable[Proposal]) -> dict[UUID, identity.Place]:
    """Where each belongs: under its caller's span, else under its run, else alone."""
    found = list(proposals)
    runs = Run.objects.in_bulk([row.run for row in found if row.run])
    return {row.pk: _place(row, runs.get(row.run) if row.run else None) for row in found}


def _place(row: Proposal, run: Run | None) -> identity.Place:
    own = identity.given(row.trace_parent)
    if own is not None or run is None:
        return own or identity.Place(row.id.int)
    around = identity.place_of(run.trace_parent, run.id)
    return identity.Place(around.trace, identity.span_of("run", run.id), around.sampled)


def spans(proposals: Iterable[Proposal]) -> Iterator[Span]:
    """Of proposals that have been answered or stopped. What is answered anew is told again, under the same id."""
    rows = list(proposals)
    where = places(rows)
    for row in rows:
        place = where[row.pk]
        if place.sampled:
            yield _span(row, place)


def _span(row: Proposal, place: identity.Place) -> Span:
    decisions = list(row.decisions.all())
    moments = [row.created_at, *(one.decided_at for one in decisions)]
    ends = max([*moments, row.settled_at or row.created_at])
    attributes = told(common(row) | {
        names.OUTCOME: row.state, names.SHADOW: row.shadow, names.RULING: row.ruling,
        names.CONFIDENCE: None if row.confidence is None else float(row.confidence),
        names.POLICY: row.policy.version, names.RUN: None if row.run is None else f"run_{row.run.hex}",
    })  # fmt: skip
    events = tuple(event for one in decisions for event in _events(row, one))
    own = identity.span_of("proposal", row.id)
    name = f"{names.PROPOSE} {row.tool}"
    error = row.failure_class if row.state == "blocked" else ""
    return Span(name, place.trace, own, place.parent, row.created_at, ends, attributes, events, error)


def common(row: Proposal) -> dict[str, object]:
    """What a proposal and its write both say: who, which tool, which exact bytes."""
    return {
        names.AGENT_ID: row.agent_id.hex, names.AGENT_NAME: row.agent.name, names.AGENT_VERSION: row.agent_version,
        names.TOOL: row.tool, names.TOOL_CALL: row.public_id, names.ACTION: row.public_id,
        names.ACTION_TYPE: row.tool, names.RISK: row.risk, names.PAYLOAD: row.digest,
        names.WORKSPACE: row.agent.workspace.slug, names.WORKFLOW: row.workflow,
    }  # fmt: skip


def _events(row: Proposal, one: Decision) -> Iterator[Event]:
    outcome = names.AUTO_APPROVED if one.by_policy else names.VERDICTS[one.verdict]
    waited = int((one.decided_at - row.created_at).total_seconds() * 1000)
    yield Event(names.DECISION, one.decided_at, told({
        names.ACTION: row.public_id, names.ACTION_TYPE: row.tool, names.RISK: row.risk, names.DECIDED: outcome,
        names.DECIDED_BY: names.BY_POLICY if one.by_policy else names.HUMAN, names.REASON: one.reason_code,
        names.LATENCY: waited, names.SEEN: one.seen_digest, names.PAYLOAD: one.digest,
        names.POLICY: row.policy.version,
    }))  # fmt: skip
    if not one.by_policy:
        label = {names.EVALUATION_NAME: names.HUMAN_REVIEW, names.EVALUATION_LABEL: outcome}
        yield Event(names.EVALUATION, one.decided_at, told(label))


def writes(executions: Iterable[Execution]) -> Iterator[Span]:
    """Each write as the tool call it is, its tries as events, beneath the proposal that asked for it."""
    rows = list(executions)
    where = places([row.proposal for row in rows])
    for row in rows:
        place = where[row.proposal_id]
        if place.sampled:
            yield _write(row, place.trace)


def _write(row: Execution, trace: int) -> Span:
    began = row.started_at or row.created_at
    attributes = told(common(row.proposal) | {
        names.OPERATION: names.EXECUTE_TOOL, names.TOOL_TYPE: "function", names.EXECUTION: row.public_id,
        names.EXECUTION_STATE: row.state, names.REVERSES: f"exec_{row.reverses_id.hex}" if row.reverses_id else None,
        names.ERROR: row.failure_class,
    })  # fmt: skip
    events = tuple(
        Event(
            names.ATTEMPT,
            one.started_at,
            told({names.ATTEMPT_NUMBER: one.number, names.OUTCOME: one.outcome}),
        )
        for one in row.tries.all()
    )
    error = row.failure_class or row.state if row.state in ("failed", "unknown") else ""
    above = identity.span_of("proposal", row.proposal_id)
    return Span(f"{names.EXECUTE_TOOL} {row.tool}", trace, identity.span_of("execution", row.id), above, began,
                max(began, row.finished_at or began), attributes, events, error)  # fmt: skip
