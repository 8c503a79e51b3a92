"""A walk of ticket-triage over many messages. One that cannot be read stops none: the run then ends *partial*.

Proposals commit with the steps that made them: a walk that was cut off goes on, and proposes nothing twice.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from approvals import actors, canonical
from approvals.models import Agent
from exceptions import cases
from runs import checkpoints, recorder
from runs.asking import batches, desk, journal
from runs.checkpoints import Checkpoint
from runs.llm.client import Asks
from runs.models import Run
from runs.models.run import State
from runs.workflows.expense import telling
from runs.workflows.expense.reading import Move, Stopwatch
from runs.workflows.expense.tally import Tally
from runs.workflows.tickets import examples, message, proposing, replies, sorting
from runs.workflows.tickets.examples import Known
from runs.workflows.tickets.message import Message, UnreadableMessage
from runs.workflows.tickets.replies import Drafted
from runs.workflows.tickets.sorting import Finding

PATIENCE_SECONDS = 15 * 60  # without a word from a walk: no question takes as long
log = structlog.get_logger(__name__)
Read = tuple[Message, Finding, Drafted | None]


@dataclass(frozen=True)
class Walk:
    run: Run
    known: Known
    checkpoint: Checkpoint
    tally: Tally = field(default_factory=Tally)


def walk(
    *, agent: Agent, inputs: Iterable[Any], period: str = "", resume: Run | None = None
) -> tuple[Run, Tally]:
    """Run the workflow over ``inputs`` (parsed JSON lines, or the error that parsing raised) and end the run. With
    ``resume``, go on from that run's record. Raises `checkpoints.StillWalked`.
    """
    actor, now = actors.agent(agent.id, "workflow"), timezone.now()
    more: dict[str, Any] = {
        "actor": actor,
        "now": now,
        "period": period,
        "patience_seconds": PATIENCE_SECONDS,
    }
    if resume is not None:
        run = checkpoints.resume(run=resume, **more)
    else:
        run = recorder.start(agent=agent, workflow=proposing.NAME, **more)
    one = Walk(run, examples.in_use(agent.workspace), checkpoints.of(run) if resume else Checkpoint())
    try:
        with checkpoints.walking(run):
            _walk(one, inputs)
            partial = one.tally.outcomes["unreadable"] or one.tally.outcomes["error"]
            state = State.PARTIAL if partial else State.SUCCEEDED
            recorder.finish(run=run, state=state, actor=actor, now=timezone.now(), counts=one.tally.outcomes)
    except checkpoints.StillWalked:
        raise
    except Exception as error:
        _fail(one, error)
        raise
    return run, one.tally


def _walk(one: Walk, inputs: Iterable[Any]) -> None:
    actor = actors.agent(one.run.agent_id, "workflow")
    with desk.opened(workspace=one.run.workspace, run=one.run, actor=actor) as client:
        for read in _read(_fresh(one, inputs), one.known, client):
            _finish_one(one, *read)


def _fail(one: Walk, error: Exception) -> None:
    """End the run and give it an owner; what it had proposed stands."""
    said, now = f"The run could not go on: {type(error).__name__}", timezone.now()
    told: dict[str, Any] = {"actor": actors.agent(one.run.agent_id, "workflow"), "now": now}
    with suppress(recorder.AlreadyFinished), transaction.atomic():
        recorder.finish(run=one.run, state=State.FAILED, counts=one.tally.outcomes, error=said, **told)
        cases.open_case(
            workspace=one.run.workspace, code="run.failed", message=said, run=one.run.pk, operation=one.run.workflow,
            **told,
        )  # fmt: skip


def read_one(told: Message, known: Known, client: Asks | None) -> Read:
    """One message, sorted and answered. Asks models where there are any, and writes nothing."""
    found = sorting.sort(told, labels=known.terms, learned=known.learned, client=client)
    if found.label is None:
        return told, found, None
    return (
        told,
        found,
        replies.draft(told, label=found.label, terms=known.terms.get(found.label, {}), client=client),
    )


def seen(told: Message) -> dict[str, Any]:
    """What is on record of a message before it is sorted."""
    return {"id": told.id, "digest": canonical.text_digest(told.paper), "quoted": told.own.quoted}


def _read(fresh: Iterable[Message], known: Known, client: Asks | None) -> Iterator[Read]:
    if client is None:
        return (read_one(one, known, None) for one in fresh)
    return batches.in_order(lambda one: read_one(one, known, client), fresh)


def _fresh(one: Walk, inputs: Iterable[Any]) -> Iterator[Message]:
    """Leave out what cannot be read and what was proposed before; both are counted, and the first is recorded."""
    for number, line in enumerate(inputs, start=1):
        one.tally.outcomes["inputs"] += 1
        watch = Stopwatch()
        try:
            if isinstance(line, Exception):
                raise UnreadableMessage("line", str(line)[:200])
            told = message.read(line)
        except UnreadableMessage as error:
            one.tally.outcomes["unreadable"] += 1
            said = {"code": "unreadable", "message": str(error)[:300]}
            move = Move("validate", "rule", watch.started_at, watch.ms, {"line": number}, error=said)
            telling.record(run=one.run, item=f"line {number}", keys=f"line {number}/", moves=[move])
            continue
        standing = proposing.standing(one.run.agent, told)
        if not standing:
            yield told
        elif all(row.run in one.checkpoint.runs for row in standing):
            for row in standing:
                one.tally.count(row)  # its record was cut off after these
        else:
            one.tally.outcomes["repeated"] += 1


def _finish_one(one: Walk, told: Message, found: Finding, drafted: Drafted | None) -> None:
    watch = Stopwatch()
    keys = f"{told.id}:{told.digest[:8]}/"
    place: dict[str, Any] = {"run": one.run, "item": told.id, "keys": keys}
    place["after"] = len(one.checkpoint.steps(told.id[:120], keys))
    moves = [Move("validate", "rule", watch.started_at, 0, {"id": told.id}, seen(told)), *found.moves]
    moves += drafted.moves if drafted else []
    if found.label is None:
        with transaction.atomic():
            proposing.cannot_tell(told, found, one.run)
            telling.record(**place, moves=moves)
        one.tally.outcomes["cannot_tell"] += 1
        return
    try:
        with transaction.atomic():
            made = proposing.propose(told, found, drafted, one.known, one.run)
            telling.record(**place, moves=moves)
            for number, (move, row) in enumerate(zip(made.moves, made.proposals, strict=True)):
                after = place["after"] + len(moves) + number
                telling.record(**place | {"after": after}, moves=[move], proposal=row)
    except IntegrityError:
        if not proposing.standing(one.run.agent, told):
            raise
        one.tally.outcomes["repeated"] += 1  # another run was quicker with the same message
        return
    except (DatabaseError, recorder.AlreadyFinished):
        raise
    except Exception as error:
        log.exception("workflow.message_failed", message=told.id)
        one.tally.outcomes["error"] += 1
        said = {"code": "error", "message": type(error).__name__}
        failed = Move("propose", "propose", watch.started_at, watch.ms, error=said)
        telling.record(**place, moves=[*moves, failed])
        return
    _count(one, told, moves, made)


def _count(one: Walk, told: Message, moves: list[Move], made: proposing.Proposed) -> None:
    for proposal, prompt in zip(made.proposals, (sorting.PROMPT, replies.PROMPT), strict=False):
        one.tally.count(proposal)
        if any(move.effort for move in moves):
            journal.tie(run=one.run, document=told.paper, proposal=proposal.id, prompts=[prompt])
