"""Rehearsals asked for: anybody who may act on a proposal may see what its write would do before it is made.

The web asks and shows; a worker tries (see ``rehearsing``). A rehearsal decides nothing, and nothing waits for one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from approvals import ledger, locks, switches, tools
from approvals.actors import Actor
from approvals.models import Agent, Proposal
from approvals.models import proposal as proposal_model
from runs.models import Execution, Rehearsal
from runs.models import execution as execution_model
from runs.models.rehearsal import Ending, State

AGAIN = timedelta(minutes=1)  # so long one answer serves everybody who asks for the same
MOST_WAITING = 10  # of one workspace, people's and agents' counted apart
KEPT_FOR = timedelta(days=30)
KEPT = 5  # of one proposal


class NothingToRehearse(LookupError):
    """It is settled or on its way, or its tool knows neither a dry run nor how to read its target."""


class NotYourTool(LookupError):
    """The agent was not given this tool: it may not reach the target through it, not even to look."""


class UnderWay(LookupError):
    """A rehearsal of other values of the same proposal is under way. See what comes of it first."""


class TooManyWaiting(LookupError):
    """Several rehearsals wait for a worker already. See what comes of them first."""


class Stopped(LookupError):
    """A kill switch is pulled. Rehearsals reach outside too, so they wait for its release."""


@dataclass(frozen=True)
class Asker:
    """A person or an agent, exactly one of them."""

    user_id: int | None = None
    agent: Agent | None = None


@dataclass(frozen=True)
class Typed:
    """Values that somebody typed and has not signed, and the digest they would be signed under."""

    arguments: dict[str, Any]
    digest: str


def ask(
    *, proposal_id: UUID, by: Asker, actor: Actor, now: datetime, typed: Typed | None = None
) -> tuple[Rehearsal, bool]:
    """Put it before the workers: the rehearsal, and whether it is a new one. Within `AGAIN`, what was found for the
    same bytes is the answer.

    Raises `NothingToRehearse`, `NotYourTool`, `Stopped`, `UnderWay`, `TooManyWaiting`.
    """
    with transaction.atomic():
        proposal = _locked(proposal_id)
        _check(proposal, by)
        digest = typed.digest if typed else proposal.digest
        last = Rehearsal.objects.filter(proposal=proposal).order_by("-id").first()
        if last is not None and _serves(last, digest, now):
            return last, False
        if last is not None and last.state != State.DONE:
            raise UnderWay(proposal.public_id)
        _check_room(proposal, by)
        arguments = typed.arguments if typed else proposal.arguments
        made = Rehearsal.objects.create(
            proposal=proposal, digest=digest, arguments=arguments, edited=digest != proposal.digest,
            asked_by_id=by.user_id, asked_agent=by.agent, asked_at=now,
        )  # fmt: skip
        _keep_few(proposal)
        ledger.append(
            workspace_id=proposal.workspace_id, kind="rehearsal.asked", actor=actor, at=now, proposal=proposal.id,
            data={"digest": digest},
        )  # fmt: skip
    return made, True


def _locked(proposal_id: UUID) -> Proposal:
    rows = locks.take(Proposal.objects)
    return rows.select_related("agent", "workspace").get(pk=proposal_id)


def _serves(last: Rehearsal, digest: str, now: datetime) -> bool:
    """Whether what was asked for last answers the same question. What was stopped or lost answers none."""
    if last.digest != digest or last.ending in (Ending.STOPPED, Ending.LOST):
        return False
    return last.state != State.DONE or last.asked_at > now - AGAIN


def _check(proposal: Proposal, by: Asker) -> None:
    if not is_open(proposal) or not possible(proposal):
        raise NothingToRehearse(proposal.public_id)
    if by.agent is not None and proposal.tool not in by.agent.tools and proposal.reverses is None:
        raise NotYourTool(proposal.tool)
    if switches.stopped_since(proposal) is not None:
        raise Stopped(proposal.public_id)


def _check_room(proposal: Proposal, by: Asker) -> None:
    waiting = Rehearsal.objects.filter(
        proposal__workspace=proposal.workspace_id, asked_agent__isnull=by.agent is None
    ).exclude(state=State.DONE)
    if waiting.count() >= MOST_WAITING:
        raise TooManyWaiting(proposal.workspace.slug)


def is_open(proposal: Proposal) -> bool:
    """Whether its write is still to come: it waits, or lies in a case, or is approved and not on its way yet."""
    if proposal.state in proposal_model.OPEN:
        return True
    if proposal.state != proposal_model.State.APPROVED:
        return False
    writes = Execution.objects.filter(proposal=proposal).exclude(state=execution_model.State.CANCELLED)
    states = list(writes.values_list("state", flat=True))
    return states == [execution_model.State.SCHEDULED] or (not states and proposal.shadow)


def possible(proposal: Proposal) -> bool:
    """Whether its tool can show anything without writing: a dry run, or at least the target as it stands."""
    try:
        tool = tools.get(proposal.tool, proposal.tool_version)
    except tools.UnknownTool:
        return False
    return tool.rehearses or tool.observes


def latest(proposal: Proposal) -> Rehearsal | None:
    """The newest of what is on the table or was typed for it."""
    rows = Rehearsal.objects.select_related("asked_by", "asked_agent")
    return rows.filter(proposal=proposal).order_by("-id").first()


_LATEST = """
SELECT DISTINCT ON (proposal_id) * FROM runs_rehearsal WHERE proposal_id = ANY(%s) ORDER BY proposal_id, id DESC
"""


def latest_of(proposals: Iterable[UUID]) -> dict[UUID, Rehearsal]:
    """The newest of each, one query for all."""
    return {row.proposal_id: row for row in Rehearsal.objects.raw(_LATEST, [list(proposals)])}


def any_waiting() -> bool:
    return Rehearsal.objects.exclude(state=State.DONE).exists()


def _keep_few(proposal: Proposal) -> None:
    rows = Rehearsal.objects.filter(proposal=proposal).order_by("-id").values_list("id", flat=True)
    kept = list(rows[:KEPT])
    if len(kept) == KEPT:
        Rehearsal.objects.filter(proposal=proposal, state=State.DONE, id__lt=kept[-1]).delete()


_FORGET = """
DELETE FROM runs_rehearsal WHERE id IN (
    SELECT id FROM runs_rehearsal WHERE asked_at < %s AND state = 'done' ORDER BY asked_at LIMIT 1000)
"""


def forget(*, now: datetime) -> int:
    """Values and answers may speak of people: what is old goes. Returns how many went."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [now - KEPT_FOR])
        return int(cursor.rowcount)
