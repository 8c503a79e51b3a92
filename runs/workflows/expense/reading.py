"""Text to fields: by a model where one is configured, else (or when it fails) by rules; which one is on record."""

import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from approvals.models import Workspace
from runs.asking import editions, opinions
from runs.asking.opinions import Opinion
from runs.llm.client import Asks
from runs.llm.effort import Effort
from runs.llm.errors import ModelError
from runs.models import Step
from runs.workflows.expense.consistency import Consistency
from runs.workflows.expense.document import Document
from runs.workflows.expense.extract import Extraction, extract
from runs.workflows.expense.found import Found
from runs.workflows.expense.model_extract import extract_with_model

PROMPTS = ("extract_expense", opinions.PROMPT)
FIELDS = ("vendor", "date", "currency", "total", "tax", "document")


@dataclass(frozen=True)
class Move:
    """One thing the workflow did, ready to be recorded as a step."""

    name: str
    kind: str
    started_at: datetime
    latency_ms: int
    input: Any = None
    output: Any = None
    error: dict[str, str] | None = None
    confidence: float | None = None
    effort: Effort | None = None


@dataclass(frozen=True)
class Reading:
    extraction: Extraction
    source: str  # model or rule
    moves: list[Move] = field(default_factory=list)
    opinion: Opinion | None = None  # a second model's, where one is asked
    asked: dict[str, str] = field(default_factory=dict)  # digests of the prompts it rests on, by name


class Stopwatch:
    """When it began, and how long it has run, in milliseconds."""

    def __init__(self) -> None:
        self.started_at = timezone.now()
        self._began = time.perf_counter()

    @property
    def ms(self) -> int:
        return round((time.perf_counter() - self._began) * 1000)


def read(document: Document, client: Asks | None) -> Reading:
    """Never raises: a model that fails is recorded, and the rules answer instead."""
    moves: list[Move] = []
    asked = {"document": document.id, "characters": len(document.text)}
    if client is not None:
        watch = Stopwatch()
        try:
            extraction, answer = extract_with_model(document.text, client)
        except ModelError as error:
            said = {"code": error.code, "message": str(error)[:300]}
            moves.append(
                Move("extract", "model", watch.started_at, watch.ms, asked, error=said, effort=error.effort)
            )
        else:
            moves.append(_told(extraction, "model", watch, asked, answer))
            opinion = _opinion(document, extraction, client, moves)
            used = {
                move.effort.prompt: move.effort.prompt_digest for move in moves if move.effort is not None
            }
            return Reading(extraction, "model", moves, opinion, used)
    watch = Stopwatch()
    extraction = extract(document.text)
    moves.append(_told(extraction, "rule", watch, asked, None))
    return Reading(extraction, "rule", moves)


def restored(step: Step, checked: Step | None) -> Reading | None:
    """The reading that a completed step holds, and the opinion of another; None where it has to be read again."""
    told: Any = step.output
    try:
        fields = {name: Found(**told[name]) for name in FIELDS}
        seen = Extraction(**fields, consistency=Consistency(**told["consistency"]))
    except (KeyError, TypeError):
        return None
    opinion = opinions.restored(checked.output) if checked is not None else None
    used = {one.prompt: one.prompt_digest for one in (step, checked) if one is not None and one.prompt}
    return Reading(seen, "model" if step.kind == "model" else "rule", opinion=opinion, asked=used)


def edition(read: Reading, document: Document, workspace: Workspace) -> str:
    """What read it, besides this code. Rules in place of a model that failed are not what people judged."""
    if not settings.OPENAI_API_KEY:
        return ""
    if read.source == "model":
        return editions.of_input(workspace, PROMPTS, document.text, read.asked)
    return editions.RULES


def _opinion(document: Document, read: Extraction, client: Asks, moves: list[Move]) -> Opinion | None:
    """What a second model says of the reading; one that fails says nothing, on record."""
    second = client.second()
    if second is None:
        return None
    watch = Stopwatch()
    values = {name: getattr(read, name).value for name in FIELDS}
    opinion = opinions.ask(second, values=values, document=document.text)
    moves.append(
        Move("check", "model", watch.started_at, watch.ms, {"values": values}, opinion.told, opinion.error,
             effort=opinion.effort)
    )  # fmt: skip
    return opinion


def _told(
    extraction: Extraction, kind: str, watch: Stopwatch, asked: dict[str, Any], effort: Effort | None
) -> Move:
    output: dict[str, Any] = {name: asdict(getattr(extraction, name)) for name in FIELDS}
    if effort is not None and effort.from_cache:
        output["from_cache"] = True
    output["consistency"] = asdict(extraction.consistency)
    return Move(
        "extract",
        kind,
        watch.started_at,
        watch.ms,
        asked,
        output,
        confidence=extraction.confidence,
        effort=effort,
    )
