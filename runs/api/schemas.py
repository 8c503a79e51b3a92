"""What agents send. Unknown fields are refused, nothing is guessed, and every limit is written here."""

from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StrictInt,
    Tag,
)
from pydantic_core import PydanticCustomError

from runs.api.evidence import LARGEST_COUNT, Count, EvidenceIn, Sent, Share
from runs.api.problems import Fault
from runs.models.run import PATIENCE_SECONDS

LONGEST_PATIENCE = 7 * 24 * 60 * 60


def _written_as_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError(
            "moment", "A moment is a text", {"remedy": "send it as in 2026-11-05T14:30:00Z"}
        )
    return value


def _of_our_time(value: datetime) -> datetime:
    if not 2000 <= value.year < 2200:
        raise PydanticCustomError(
            "moment", "The year is out of range", {"remedy": "send a year from 2000 to 2199"}
        )
    return value


def _decimal_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("money", "Money is a decimal text", {"remedy": 'send it as in "54.19"'})
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_written_as_text), Field(examples=["2026-11-05T14:30:00Z"])]
Money = Annotated[Decimal, BeforeValidator(_decimal_text), Field(examples=["54.19"], allow_inf_nan=False)]


def share(value: float | None) -> Decimal | None:
    """Three places, rounded down: confidence never gains by rounding."""
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.001"), rounding=ROUND_DOWN)


PROPOSAL: Any = {
    "workflow": "expense-posting", "tool": "books.post_expense", "tool_version": 1,
    "arguments": {"vendor": "Kedai Papan", "date": "2018-03-25", "currency": "MYR", "total": "54.19"},
    "subject": "receipt:2018-0325", "summary": "Post a receipt of Kedai Papan", "confidence": 0.93,
    "confidence_source": "rule",
    "evidence": [{"kind": "text", "title": "Receipt", "content": "KEDAI PAPAN\nTOTAL 54.19",
                  "spans": [{"field": "/total", "start": 18, "end": 23}]}],
}  # fmt: skip


MODEL = "which model reads for you: another one is another version of you, and earns anew"


class ProposalIn(Sent):
    """Let this tool run with these arguments."""

    model_config = ConfigDict(json_schema_extra={"examples": [PROPOSAL]})

    tool: Annotated[str, Field(min_length=1, max_length=80)]
    arguments: dict[str, Any]
    tool_version: Annotated[StrictInt, Field(ge=1, le=LARGEST_COUNT)] | None = None
    workflow: Annotated[str, Field(max_length=60)] = ""
    run: Annotated[str, Field(max_length=80)] | None = None
    subject: Annotated[str, Field(max_length=200)] = ""
    summary: Annotated[str, Field(max_length=500)] = ""
    rationale: Annotated[str, Field(max_length=20_000)] = ""
    confidence: Share | None = None
    confidence_source: Literal["model", "rule", "ensemble", "logprob", ""] = ""
    model: Annotated[str, Field(max_length=80, description=MODEL)] = ""
    evidence: Annotated[list[EvidenceIn], Field(max_length=50)] = []
    precondition: dict[str, Any] | None = None
    expires_at: Moment | None = None
    trace_parent: Annotated[str, Field(max_length=60)] = ""

    def faults(self) -> list[Fault]:
        return [
            fault
            for position, piece in enumerate(self.evidence)
            for fault in piece.faults(f"/evidence/{position}")
        ]


class SagaIn(Sent):
    """Several writes that belong together, in the order in which they are written."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"title": "Both halves of a split bill", "steps": [PROPOSAL, PROPOSAL]}]
        }
    )

    title: Annotated[str, Field(max_length=200)] = ""
    steps: Annotated[list[ProposalIn], Field(min_length=2, max_length=20)]

    def faults(self) -> list[Fault]:
        return [
            fault
            for number, step in enumerate(self.steps)
            for position, piece in enumerate(step.evidence)
            for fault in piece.faults(f"/steps/{number}/evidence/{position}")
        ]


class RunIn(Sent):
    """Begin a run of a workflow, for one period or event."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"workflow": "expense-posting", "period": "2026-11"}]}
    )

    workflow: Annotated[str, Field(min_length=1, max_length=60)]
    period: Annotated[str, Field(max_length=40)] = ""
    trace_parent: Annotated[str, Field(max_length=60)] = ""
    resumes: Annotated[
        str | None,
        Field(max_length=80, description="an ended run of yours whose record this one goes on from"),
    ] = None
    patience_seconds: Annotated[
        StrictInt,
        Field(ge=60, le=LONGEST_PATIENCE, description="without a word for so long, the run is closed"),
    ] = PATIENCE_SECONDS


class RunEndIn(Sent):
    """End a run, with what it counted."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"state": "succeeded", "counts": {"inputs": 20, "proposed": 19}}]}
    )

    state: Literal["succeeded", "partial", "failed", "cancelled"]
    counts: Annotated[dict[Annotated[str, Field(max_length=60)], Count], Field(max_length=40)] = {}
    error: Annotated[str, Field(max_length=500)] = ""


class StepErrorIn(Sent):
    code: Annotated[str, Field(max_length=60)]
    message: Annotated[str, Field(max_length=2_000)] = ""


class StepIn(Sent):
    """One recorded move. ``key`` is your own name for it within the run: reporting it twice changes nothing."""

    key: Annotated[str, Field(min_length=1, max_length=120)]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    kind: Literal["rule", "model", "tool", "gate", "propose", "note"]
    item: Annotated[str, Field(max_length=120)] = ""
    parent: Annotated[str, Field(max_length=120, description="the key of the step around it")] = ""
    input: Any = None
    output: Any = None
    error: StepErrorIn | None = None
    prompt: Annotated[str, Field(max_length=60)] = ""
    prompt_version: Annotated[str, Field(max_length=20)] = ""
    prompt_digest: Annotated[str, Field(max_length=64)] = ""
    model: Annotated[str, Field(max_length=80)] = ""
    confidence: Share | None = None
    tokens_in: Count | None = None
    tokens_out: Count | None = None
    cost: Annotated[Money, Field(ge=0, lt=1_000_000)] | None = None
    currency: Annotated[str, Field(max_length=3)] = ""
    latency_ms: Count | None = None
    proposal: Annotated[str, Field(max_length=80)] | None = None
    started_at: Annotated[Moment, BeforeValidator(_written_as_text)] | None = None
    ended_at: Annotated[Moment, BeforeValidator(_written_as_text)] | None = None


def _one_or_many(value: Any) -> str:
    return "many steps" if isinstance(value, list) else "one step"


StepsIn = Annotated[
    Annotated[StepIn, Tag("one step")]
    | Annotated[list[StepIn], Field(min_length=1, max_length=500), Tag("many steps")],
    Discriminator(_one_or_many),
]


class CaseIn(Sent):
    """“I cannot do this”: what was tried, and what is lacking. It becomes a case with an owner and a clock."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tried": "Read the total in three ways",
                    "lacking": "A legible total",
                    "operation": "books.post_expense",
                    "field": "/total",
                    "subject": "receipt:2018-0325",
                }
            ]
        }
    )

    lacking: Annotated[str, Field(min_length=1, max_length=500)]
    tried: Annotated[str, Field(max_length=5_000)] = ""
    operation: Annotated[str, Field(max_length=80)] = ""
    field: Annotated[str, Field(max_length=120)] = ""
    subject: Annotated[str, Field(max_length=200)] = ""
    run: Annotated[str, Field(max_length=80)] | None = None
    proposal: Annotated[str, Field(max_length=80)] | None = None
    amount: Annotated[Money, Field(gt=-(10**14), lt=10**14)] | None = None
    currency: Annotated[str, Field(max_length=3)] = ""
