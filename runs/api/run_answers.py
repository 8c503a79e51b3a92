"""What agents are told of runs and steps: the shapes in the OpenAPI document."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field


class RunOut(BaseModel):
    id: str
    state: Literal["running", "succeeded", "partial", "failed", "cancelled"]
    workflow: str
    period: str
    url: str
    counts: dict[str, int]
    error: str
    started_at: datetime
    finished_at: datetime | None
    resumes: Annotated[str | None, Field(description="the run whose record it goes on from")]
    silent: Annotated[bool, Field(description="it was closed because nothing more was heard of it")]
    steps: Annotated[int, Field(description="how many it has told")]
    last_step: Annotated[str | None, Field(description="the key of the step told last: go on after it")]


class StepsOut(BaseModel):
    recorded: Annotated[list[str], Field(description="keys of steps that were written down")]
    repeated: Annotated[list[str], Field(description="keys known before: nothing was changed")]
    contradicted: Annotated[
        list[str], Field(description="keys told again in other words: the first telling stands")
    ]


class ToldStepOut(BaseModel):
    """One step as it stands on record."""

    key: str
    name: str
    kind: str
    item: str
    parent: str
    output: Any
    error: dict[str, Any] | None
    proposal: str | None
    started_at: datetime


class ToldStepsOut(BaseModel):
    items: list[ToldStepOut]
    next_cursor: Annotated[str | None, Field(description="send it as `cursor`; null on the last page")]
