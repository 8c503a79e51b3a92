"""A walk of expense-posting over many inputs. One bad receipt never stops the rest: the run then ends *partial*.

What was read is on record before it is proposed, and a proposal commits with the steps that made it: a walk that was
cut off goes on from there, asks nothing twice and proposes nothing twice.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from approvals import actors, canonical
from approvals.actors import Actor
from approvals.models import Agent
from exceptions import cases
from runs import checkpoints, recorder
from runs.asking import batches, desk, journal, terms
from runs.checkpoints import Checkpoint
from runs.connectors.books import matching
from runs.llm.client import Asks
from runs.models import Run
from runs.models.run import State
from runs.workflows.expense import posting, reading, telling
from runs.workflows.expense.document import Document, UnreadableInput
from runs.workflows.expense.document import read as read_document
from runs.workflows.expense.reading import Move, Reading, Stopwatch
from runs.workflows.expense.tally import Tally

PATIENCE_SECONDS = 15 * 60  # without a word from a walk: no question takes as long
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Input:
    """A document of the run; ``read`` where its record holds the reading, made ``steps`` steps before."""

    number: int
    document: Document
    steps: int = 0
    read: Reading | None = None


@dataclass(frozen=True)
class Walk:
    run: Run
    checkpoint: Checkpoint
    tally: Tally = field(default_factory=Tally)
    checks: bool = False  # whether a second model is to say what it thinks of what a model has read


def walk(
    *, agent: Agent, inputs: Iterable[Any], period: str = "", resume: Run | None = None
) -> tuple[Run, Tally]:
    """Run the workflow over ``inputs`` (parsed JSON lines, or the error that parsing raised) and end the run. With
    ``resume``, go on from that run's record. Raises `checkpoints.StillWalked`.
    """
    actor, now = actors.agent(agent.id, "workflow"), timezone.now()
    if resume is not None:
        run = checkpoints.resume(
            run=resume, actor=actor, now=now, period=period, patience_seconds=PATIENCE_SECONDS
        )
    else:
        run = recorder.start(
            agent=agent, workflow=posting.NAME, actor=actor, now=now, period=period, patience_seconds=PATIENCE_SECONDS
        )  # fmt: skip
    checks = bool(terms.of(agent.workspace).second_model)
    one = Walk(run, checkpoints.of(run) if resume else Checkpoint(), checks=checks)
    structlog.contextvars.bind_contextvars(run_id=run.public_id)
    try:
        with checkpoints.walking(run):
            _walk(one, inputs)
            partial = one.tally.outcomes["unreadable"] or one.tally.outcomes["error"]
            state = State.PARTIAL if partial else State.SUCCEEDED
            recorder.finish(run=run, state=state, actor=actor, now=timezone.now(), counts=one.tally.outcomes)
    except checkpoints.StillWalked:
        raise
    except Exception as error:
        _fail(one, error, actor)
        raise
    finally:
        structlog.contextvars.unbind_contextvars("run_id")
    return run, one.tally


def _walk(one: Walk, inputs: Iterable[Any]) -> None:
    vendors = matching.vendors(one.run.workspace.slug)
    for given, read in _readings(one, inputs):
        _finish_one(one, given, read, vendors)


def _fail(one: Walk, error: Exception, actor: Actor) -> None:
    """End the run and give it an owner; what it had proposed stands."""
    said, now = f"The run could not go on: {type(error).__name__}", timezone.now()
    with suppress(recorder.AlreadyFinished), transaction.atomic():
        recorder.finish(
            run=one.run, state=State.FAILED, actor=actor, now=now, counts=one.tally.outcomes, error=said
        )
        cases.open_case(
            workspace=one.run.workspace, code="run.failed", message=said, run=one.run.pk, operation=one.run.workflow,
            actor=actor, now=now,
        )  # fmt: skip


def _readings(one: Walk, inputs: Iterable[Any]) -> Iterator[tuple[Input, Reading]]:
    """Valid new documents, read; several at once while a model is asked, in order all the same."""
    fresh, actor = _fresh(one, inputs), actors.agent(one.run.agent_id, "workflow")
    with desk.opened(workspace=one.run.workspace, run=one.run, actor=actor) as client:
        if client is None:
            for given in fresh:
                yield given, given.read or reading.read(given.document, None)
        else:
            yield from batches.in_order(lambda given: _asked(given, client), fresh)


def _asked(given: Input, client: Asks) -> tuple[Input, Reading]:
    return given, given.read or reading.read(given.document, client)


def _fresh(one: Walk, inputs: Iterable[Any]) -> Iterator[Input]:
    """Leave out what cannot be read and what was proposed before; both are counted, and the first is recorded."""
    for number, line in enumerate(inputs, start=1):
        one.tally.outcomes["inputs"] += 1
        watch = Stopwatch()
        try:
            if isinstance(line, Exception):
                raise UnreadableInput("line", str(line)[:200])
            document = read_document(line)
        except UnreadableInput as error:
            one.tally.outcomes["unreadable"] += 1
            said = {"code": "unreadable", "message": str(error)[:300]}
            move = Move("validate", "rule", watch.started_at, watch.ms, {"line": number}, error=said)
            telling.record(run=one.run, item=f"line {number}", keys=f"line {number}/", moves=[move])
            continue
        standing = posting.standing(one.run.agent, document)
        if standing is None:
            yield _given(one, number, document)
        elif standing.run in one.checkpoint.runs:
            one.tally.count(standing)  # its record was cut off after this one
        else:
            one.tally.outcomes["repeated"] += 1


def _given(one: Walk, number: int, document: Document) -> Input:
    """The document, with what its record knows of it."""
    steps = one.checkpoint.steps(document.id[:120], telling.keys_of(document))
    read = [step for step in steps if step.name == "extract" and step.error is None]
    checked = [step for step in steps if step.name == "check"]
    if not read or (one.checks and read[-1].kind == "model" and not checked):
        return Input(
            number, document, len(steps)
        )  # nothing was read, or it was cut off before a second opinion
    return Input(number, document, len(steps), reading.restored(read[-1], checked[-1] if checked else None))


def _finish_one(one: Walk, given: Input, read: Reading, vendors: Any) -> None:
    watch, document = Stopwatch(), given.document
    seen = {"id": document.id, "digest": canonical.text_digest(document.text)}
    validated = Move("validate", "rule", watch.started_at, 0, {"line": given.number}, seen)
    told: dict[str, Any] = {"run": one.run, "item": document.id, "keys": telling.keys_of(document)}
    before = [] if given.read else [validated, *read.moves]
    telling.record(**told, moves=before, after=given.steps)
    told["after"] = given.steps + len(before)
    try:
        with transaction.atomic():
            posted = posting.post(document=document, read=read, run=one.run, vendors=vendors)
            telling.record(**told, moves=posted.moves[len(read.moves) :], proposal=posted.proposal)
    except IntegrityError:
        if posting.standing(one.run.agent, document) is None:
            raise
        one.tally.outcomes["repeated"] += 1  # another run was quicker with the same document
        return
    except (DatabaseError, recorder.AlreadyFinished):
        raise
    except Exception as error:
        log.exception("workflow.receipt_failed", document=document.id)
        one.tally.outcomes["error"] += 1
        said = {"code": "error", "message": type(error).__name__}
        failed = Move("propose", "propose", watch.started_at, watch.ms, None, error=said)
        telling.record(**told, moves=[failed])
        return
    if posted.proposal is None:
        one.tally.outcomes["stopped"] += 1
        return
    one.tally.count(posted.proposal)
    if read.source == "model":
        journal.tie(run=one.run, document=document.text, proposal=posted.proposal.id, prompts=reading.PROMPTS)
