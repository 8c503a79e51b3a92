"""Replays asked for: anybody who may act may see what the code of today would make of a run. Nothing is proposed."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from approvals import ids, ledger
from approvals.actors import Actor
from approvals.models import Membership
from approvals.models.workspace import Role
from runs.models import ReplayLine, Run, RunReplay
from runs.models.run import State as RunState
from runs.models.run_replay import State
from runs.workflows import catalogue

MAY_ASK = (Role.REVIEWER, Role.OPS_OWNER, Role.ADMIN)
MOST_WAITING = 5  # of one workspace
KEPT_FOR = timedelta(days=30)
FORGOTTEN_AT_ONCE = 5  # each may have thousands of lines


class NothingToReplay(LookupError):
    """The run still goes on, or the code that walked it is not here: an agent outside reported it."""


class UnderWay(LookupError):
    """Another replay of the run is under way. See what comes of it first."""


class TooManyWaiting(LookupError):
    """Several replays wait for a worker already."""


def possible(run: Run) -> bool:
    """Whether its reading can be done again here."""
    known = catalogue.WORKFLOWS.get(run.workflow)
    ours = known is not None and known.reader is not None and run.agent.name == known.name
    return ours and run.state != RunState.RUNNING


def ask(
    *, run: Run, member: Membership, actor: Actor, now: datetime, item: str = "", step: str = ""
) -> RunReplay:
    """Put it before the workers: the whole run, one of its inputs, or one step of that. Safe to repeat.

    Raises `NothingToReplay`, `UnderWay`, `TooManyWaiting`.
    """
    if not possible(run):
        raise NothingToReplay(run.public_id)
    waiting = RunReplay.objects.filter(workspace=run.workspace_id).exclude(state=State.DONE)
    if waiting.count() >= MOST_WAITING:
        raise TooManyWaiting(run.public_id)
    try:
        with transaction.atomic():
            made = RunReplay.objects.create(
                workspace_id=run.workspace_id, run=run, item=item[:120], step=step[:60], asked_by_id=member.user_id,
                asked_at=now, version=catalogue.get(run.workflow).version,
            )  # fmt: skip
            ledger.append(
                workspace_id=run.workspace_id, kind="replay.asked", actor=actor, at=now, run=run.pk,
                data={"replay": made.public_id},
            )  # fmt: skip
    except IntegrityError as error:
        raise UnderWay(run.public_id) from error
    return made


def any_waiting() -> bool:
    return RunReplay.objects.exclude(state=State.DONE).exists()


def forget(*, now: datetime) -> int:
    """Values may speak of people: what was read again long ago goes. Returns how many replays went."""
    oldest = ids.born(int((now - KEPT_FOR).timestamp() * 1000))
    rows = RunReplay.objects.filter(pk__lt=oldest, state=State.DONE).order_by("id")
    keys = list(rows.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    with transaction.atomic():
        ReplayLine.objects.filter(replay__in=keys).delete()
        RunReplay.objects.filter(pk__in=keys).delete()
    return len(keys)
