"""What agents are told: the shapes in the OpenAPI document, and how rows become them."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from pydantic import BaseModel, Field

from approvals import ids, tools
from approvals.models import Proposal
from approvals.models.decision import Verdict
from approvals.models.proposal import State
from runs import limit_reading, rehearsals, standstill
from runs.api import gates, links
from runs.api.rehearsals import RehearsalOut
from runs.api.rehearsals import told as told_rehearsal
from runs.outcomes import MEANINGS, Story, tell

Outcome = Annotated[
    str,
    Field(
        description="; ".join(f"`{name}`: {meaning}" for name, meaning in MEANINGS.items()),
        json_schema_extra={"enum": list(MEANINGS)},
    ),
]
ProposalState = Annotated[str, Field(json_schema_extra={"enum": list(State.values)})]
_NAMED = re.compile(r"prop_[0-9a-f]{32}")


class Gate(BaseModel):
    gate: str
    ruling: Literal["allow", "ask", "block"]
    reason: str
    measured: str


class DecisionOut(BaseModel):
    verdict: Literal["approve", "edit", "reject", "hand_over"]
    arguments: dict[str, Any]
    changed_fields: list[str]
    reason_code: str
    note: str
    decided_at: datetime


class ExecutionOut(BaseModel):
    state: Literal["scheduled", "started", "succeeded", "failed", "unknown"]
    attempts: int
    receipt: dict[str, Any] | None


class StopOut(BaseModel):
    """What stands still: nothing has to be sent again, it goes on by itself once it is released."""

    what: Literal["workspace", "agent", "tool", "breaker"]
    since: datetime
    reason: str


class ReversalOut(BaseModel):
    id: str
    state: ProposalState
    url: str


class StepOut(BaseModel):
    """Which step of which saga it is; of a reversal, the step that it would undo."""

    id: str
    step: int
    url: str


class ProposalOut(BaseModel):
    """A proposal and everything that became of it."""

    id: Annotated[str, Field(examples=["prop_0192f0c1a5b27c3d8e4f5a6b7c8d9e0f"])]
    state: ProposalState
    outcome: Outcome
    digest: Annotated[str, Field(description="SHA-256 over what a reviewer signs")]
    gates: list[Gate]
    url: str
    decision: DecisionOut | None
    asked_again: Annotated[
        str,
        Field(
            description="what would be right, where the owner of its case wants another proposal; else empty"
        ),
    ]
    execution: ExecutionOut | None
    reversal: ReversalOut | None
    rehearsal: Annotated[
        RehearsalOut | None, Field(description="the latest dry run, where one was asked for")
    ]
    saga: StepOut | None
    waits: Annotated[str, Field(description="for which limit, and until when; empty where it waits for none")]
    stopped: Annotated[
        list[StopOut], Field(description="switches and breakers that hold it; switches stop its clock too")
    ]
    tool: str
    tool_version: int
    arguments: Annotated[
        dict[str, Any], Field(description="as they are on the table: normalised, perhaps edited")
    ]
    subject: str
    run: str | None
    shadow: bool
    round: Annotated[int, Field(description="how often the question was put")]
    failure_class: str
    error: str
    duplicates: Annotated[list[str], Field(description="earlier proposals of the same event, or alike")]
    superseded_by: str | None
    created_at: datetime
    expires_at: datetime
    settled_at: datetime | None


class SagaOut(BaseModel):
    """Several writes that belong together, and how far they are."""

    id: Annotated[str, Field(examples=["saga_0192f0c1a5b27c3d8e4f5a6b7c8d9e0f"])]
    state: Annotated[
        Literal["running", "succeeded", "compensating", "undone", "halfway"],
        Field(
            description="`compensating`: a step did not happen, and those before it are being undone; `undone`: "
            "nothing of it stands; `halfway`: some of it stands, and a person owns it"
        ),
    ]
    title: str
    pivot: Annotated[
        int | None, Field(description="after this step there is no way back; null: every one has one")
    ]
    url: str
    steps: list[ProposalOut]
    created_at: datetime
    settled_at: datetime | None


class PageOut(BaseModel):
    items: list[ProposalOut]
    next_cursor: Annotated[str | None, Field(description="send it as `cursor`; null on the last page")]


class CaseOut(BaseModel):
    id: str
    state: Literal["open", "acknowledged", "resolved"]
    title: str
    owner: Annotated[str, Field(description="the team that was told")]
    occurrences: int
    url: str


class ToolOut(BaseModel):
    name: str
    version: int
    title: str
    risk: str
    reversibility: Literal["exact", "compensating", "none"]
    customer_facing: bool
    grounded: Annotated[
        dict[str, str], Field(description="fields whose values must be found in the evidence")
    ]
    editable: list[str]
    arguments: Annotated[dict[str, Any], Field(description="JSON Schema of the arguments")]


class ToolsOut(BaseModel):
    items: list[ToolOut]


def proposals(rows: list[Proposal], workspace: str) -> list[dict[str, Any]]:
    stories = tell(rows)
    under_way = [story for story in stories if story.proposal.state in ("pending", "approved")]
    stops = standstill.of_workspace(under_way[0].proposal.workspace_id) if under_way else []
    tried = rehearsals.latest_of([row.id for row in rows])
    return [
        _proposal(story, workspace, stops if story in under_way else ())
        | {"rehearsal": told_rehearsal(tried.get(story.proposal.id), story.proposal)}
        for story in stories
    ]


def proposal(row: Proposal, workspace: str) -> dict[str, Any]:
    return proposals([row], workspace)[0]


def _proposal(story: Story, workspace: str, stops: Sequence[standstill.Stop]) -> dict[str, Any]:
    row, execution = story.proposal, story.execution
    return {
        "id": row.public_id,
        "state": row.state,
        "outcome": story.outcome,
        "digest": row.digest,
        "gates": gates.told(row.rulings),
        "url": links.to_proposal(row, workspace),
        "decision": _decision(story),
        "asked_again": story.wish,
        "execution": _execution(story),
        "reversal": _reversal(story, workspace),
        "saga": _saga(row, workspace),
        "waits": limit_reading.waits(execution, timezone.now()) if execution else "",
        "stopped": standstill.told(stops, agent=row.agent_id.hex, tool=row.tool),
        "tool": row.tool,
        "tool_version": row.tool_version,
        "arguments": row.arguments,
        "subject": row.subject,
        "run": ids.show("run", row.run) if row.run else None,
        "shadow": row.shadow,
        "round": row.round,
        "failure_class": execution.failure_class if execution and execution.failure_class else row.failure_class,
        "error": execution.error if execution else "",
        "duplicates": [name for gate in row.rulings if gate["gate"] == "duplicate"
                       for name in _NAMED.findall(gate["reason"])],
        "superseded_by": ids.show("proposal", story.amendment) if story.amendment else None,
        "created_at": moment(row.created_at),
        "expires_at": moment(row.expires_at),
        "settled_at": moment(row.settled_at),
    }  # fmt: skip


def _decision(story: Story) -> dict[str, Any] | None:
    """The answer that settled it. While signatures are still missing there is none."""
    if not story.decisions:
        return None
    last = story.decisions[-1]
    changed = sorted({name for decision in story.decisions for name in decision.changed_fields})
    edited = last.verdict == Verdict.APPROVE and changed
    return {
        "verdict": Verdict.EDIT.value if edited else last.verdict,
        "arguments": last.arguments,
        "changed_fields": changed,
        "reason_code": last.reason_code,
        "note": last.note,
        "decided_at": moment(last.decided_at),
    }


def _execution(story: Story) -> dict[str, Any] | None:
    row = story.execution
    return {"state": row.state, "attempts": row.attempts, "receipt": row.receipt} if row else None


def _reversal(story: Story, workspace: str) -> dict[str, Any] | None:
    row = story.reversal
    if row is None:
        return None
    return {"id": row.public_id, "state": row.state, "url": links.to_proposal(row, workspace)}


def _saga(row: Proposal, workspace: str) -> dict[str, Any] | None:
    if row.saga is None:
        return None
    return {
        "id": ids.show("saga", row.saga),
        "step": row.saga_step,
        "url": links.to_saga_id(row.saga, workspace),
    }


def tool(known: tools.Tool) -> dict[str, Any]:
    return {
        "name": known.name,
        "version": known.version,
        "title": known.title,
        "risk": known.risk,
        "reversibility": known.reversibility,
        "customer_facing": known.customer_facing,
        "grounded": dict(known.grounded),
        "editable": list(known.editable),
        "arguments": known.Arguments.model_json_schema(),
    }


def moment(value: datetime | None) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None
