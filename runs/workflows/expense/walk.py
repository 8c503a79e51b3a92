"""A walk of expense-posting over many inputs. One bad receipt never stops the rest: the run then ends *partial*."""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import structlog
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from approvals import actors, canonical, gates
from approvals.models import Agent, Proposal
from runs import recorder
from runs.connectors.books import matching
from runs.llm.client import ModelClient, from_settings
from runs.llm.effort import Effort
from runs.models import Run
from runs.models.run import State
from runs.workflows.expense import posting, reading
from runs.workflows.expense.document import Document, UnreadableInput
from runs.workflows.expense.document import read as read_document
from runs.workflows.expense.reading import Move, Stopwatch

QUESTIONS_AT_ONCE = 8
log = structlog.get_logger(__name__)


@dataclass
class Tally:
    """What a run can say of itself at the end."""

    outcomes: Counter[str] = field(default_factory=Counter)
    blocked_by: Counter[str] = field(default_factory=Counter)
    asked_by: Counter[str] = field(default_factory=Counter)

    def count(self, proposal: Proposal) -> None:
        self.outcomes[proposal.state] += 1
        for ruling in proposal.rulings:
            if ruling["ruling"] == gates.BLOCK:
                self.blocked_by[ruling["gate"]] += 1
            elif ruling["ruling"] == gates.ASK:
                self.asked_by[ruling["gate"]] += 1


def walk(*, agent: Agent, inputs: Iterable[Any], period: str = "") -> tuple[Run, Tally]:
    """Run the workflow over ``inputs`` (parsed JSON lines, or the error that parsing raised) and end the run."""
    actor = actors.agent(agent.id, "workflow")
    run = recorder.start(agent=agent, workflow=posting.NAME, actor=actor, now=timezone.now(), period=period)
    structlog.contextvars.bind_contextvars(run_id=run.public_id)
    tally = Tally()
    try:
        vendors = matching.vendors(agent.workspace.slug)
        for number, document, read in _readings(agent, inputs, run, tally):
            _finish_one(run, number, document, read, vendors, tally)
    except Exception as error:
        recorder.finish(
            run=run, state=State.FAILED, actor=actor, now=timezone.now(), counts=tally.outcomes,
            error=f"The run could not go on: {type(error).__name__}",
        )  # fmt: skip
        raise
    finally:
        structlog.contextvars.unbind_contextvars("run_id")
    state = State.PARTIAL if tally.outcomes["unreadable"] or tally.outcomes["error"] else State.SUCCEEDED
    recorder.finish(run=run, state=state, actor=actor, now=timezone.now(), counts=tally.outcomes)
    return run, tally


def _readings(
    agent: Agent, inputs: Iterable[Any], run: Run, tally: Tally
) -> Iterator[tuple[int, Document, reading.Reading]]:
    """Valid new documents, read; several at once while a model is asked, in order all the same."""
    client = from_settings()
    fresh = _fresh(agent, inputs, run, tally)
    if client is None:
        for number, document in fresh:
            yield number, document, reading.read(document, None)
        return
    with client, ThreadPoolExecutor(QUESTIONS_AT_ONCE) as threads:
        yield from threads.map(lambda one: _asked(one, client), fresh)


def _asked(one: tuple[int, Document], client: ModelClient) -> tuple[int, Document, reading.Reading]:
    return *one, reading.read(one[1], client)


def _fresh(agent: Agent, inputs: Iterable[Any], run: Run, tally: Tally) -> Iterator[tuple[int, Document]]:
    """Leave out what cannot be read and what was proposed before; both are counted, and the first is recorded."""
    for number, line in enumerate(inputs, start=1):
        tally.outcomes["inputs"] += 1
        watch = Stopwatch()
        try:
            if isinstance(line, Exception):
                raise UnreadableInput("line", str(line)[:200])
            document = read_document(line)
        except UnreadableInput as error:
            tally.outcomes["unreadable"] += 1
            said = {"code": "unreadable", "message": str(error)[:300]}
            move = Move("validate", "rule", watch.started_at, watch.ms, {"line": number}, error=said)
            _record(run, f"line {number}", [move], None)
            continue
        if posting.standing(agent, document) is not None:
            tally.outcomes["repeated"] += 1
            continue
        yield number, document


def _finish_one(
    run: Run, number: int, document: Document, read: reading.Reading, vendors: Any, tally: Tally
) -> None:
    watch = Stopwatch()
    seen = {"id": document.id, "digest": canonical.text_digest(document.text)}
    validated = Move("validate", "rule", watch.started_at, 0, {"line": number}, seen)
    try:
        with transaction.atomic():
            posted = posting.post(document=document, read=read, run=run, vendors=vendors)
    except IntegrityError:
        if posting.standing(run.agent, document) is None:
            raise
        tally.outcomes["repeated"] += 1  # another run was quicker with the same document
        return
    except DatabaseError:
        raise
    except Exception as error:
        log.exception("workflow.receipt_failed", document=document.id)
        tally.outcomes["error"] += 1
        said = {"code": "error", "message": type(error).__name__}
        failed = Move("propose", "propose", watch.started_at, watch.ms, None, error=said)
        _record(run, document.id, [validated, *read.moves, failed], None)
        return
    _record(run, document.id, [validated, *posted.moves], posted.proposal)
    if posted.proposal is not None:
        tally.count(posted.proposal)


def _record(run: Run, item: str, moves: list[Move], proposal: Proposal | None) -> None:
    told = [
        recorder.Move(
            key=f"{item}/{index}/{move.name}"[:120],
            name=move.name,
            kind=move.kind,
            item=item[:120],
            input=move.input,
            output=move.output,
            error=move.error,
            confidence=None if move.confidence is None else Decimal(str(round(move.confidence, 3))),
            latency_ms=move.latency_ms,
            started_at=move.started_at,
            proposal=proposal.id if proposal is not None and move.name == "propose" else None,
            **_cost(move.effort),
        )
        for index, move in enumerate(moves, start=1)
    ]
    recorder.record(run=run, moves=told, now=timezone.now())


def _cost(effort: Effort | None) -> dict[str, Any]:
    if effort is None:
        return {}
    return {
        "model": effort.model,
        "prompt": effort.prompt,
        "prompt_version": str(effort.prompt_version),
        "prompt_digest": effort.prompt_digest,
        "tokens_in": effort.tokens_in,
        "tokens_out": effort.tokens_out,
        "cost": effort.cost,
        "currency": effort.currency if effort.cost is not None else "",
    }
