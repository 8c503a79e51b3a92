"""Trials of golden sets, carried out by a worker: read every case anew, compare with before, open a case where it got
worse by more than chance.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Workspace
from runs.asking import batches, desk
from runs.golden import judging, readers, sets, wishes
from runs.models import GoldenAnswer, GoldenCase, GoldenRun
from runs.models.golden import GoldenState
from runs.models.model_call import Purpose

WEEKLY, AGAIN = timedelta(days=7), timedelta(hours=1)  # again: what failed
log = structlog.get_logger(__name__)


def wish_due(*, actor: Actor, now: datetime) -> int:
    """Wish for a trial where another reader reads than at the last one, or a week has gone by. Returns how many."""
    wished = 0
    used = GoldenCase.objects.filter(retired_at__isnull=True)
    for pk, workflow in (
        used.order_by("workspace", "workflow").values_list("workspace", "workflow").distinct()
    ):
        kind = sets.KINDS.get(workflow)
        if kind is None:
            continue
        workspace = Workspace.objects.get(pk=pk)
        last = GoldenRun.objects.filter(workspace=pk, workflow=workflow).order_by("-asked_at").first()
        if last is not None and last.state in (GoldenState.WAITING, GoldenState.RUNNING):
            continue
        reader = readers.digest(readers.now_reading(workspace, workflow, kind))
        again = AGAIN if last is not None and last.state == GoldenState.FAILED else WEEKLY
        if last is None or last.reader_digest != reader or now - last.asked_at >= again:
            why = "weekly" if last is not None and last.reader_digest == reader else "change"
            wished += len(
                wishes.wish(workspace=workspace, why=why, by=None, actor=actor, now=now, workflow=workflow)
            )
    return wished


def go_on(*, actor: Actor, now: datetime, seconds: float = 20.0) -> int:
    """Carry on with the oldest trial for so long; what was read stays read. Returns how many cases were read."""
    until, read = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        trial = _take(now)
        if trial is None:
            break
        try:
            read += _read_on(trial, actor, until)
        except Exception:
            log.exception("golden.trial_failed", trial=trial.id.hex)
            _end(trial, GoldenState.FAILED, actor)
            break
    return read


def _take(now: datetime) -> GoldenRun | None:
    """The oldest trial that waits or was left, for this worker alone while it begins."""
    due = GoldenRun.objects.filter(state__in=[GoldenState.WAITING, GoldenState.RUNNING]).order_by("asked_at")
    with transaction.atomic():
        trial = locks.take(due, skip=True).select_related("workspace").first()
        if trial is not None and trial.state == GoldenState.WAITING:
            kind = sets.KINDS[trial.workflow]
            trial.reader = readers.now_reading(trial.workspace, trial.workflow, kind)
            trial.reader_digest, trial.begun_at = readers.digest(trial.reader), now
            trial.state = GoldenState.RUNNING
            done = GoldenRun.objects.filter(
                workspace=trial.workspace_id, workflow=trial.workflow, state="done"
            )
            trial.before = done.order_by("-asked_at").first()
            trial.save(update_fields=["reader", "reader_digest", "begun_at", "state", "before"])
    return trial


def _read_on(trial: GoldenRun, actor: Actor, until: float) -> int:
    """The cases this trial has no answer of yet; at the end of them it is judged."""
    answered = GoldenAnswer.objects.filter(trial=trial).values("golden")
    used = GoldenCase.objects.filter(
        workspace=trial.workspace_id, workflow=trial.workflow, retired_at__isnull=True
    )
    left = list(used.exclude(pk__in=answered).order_by("-id")[: wishes.LARGEST_SET])
    kind, read = sets.KINDS[trial.workflow], 0
    with desk.opened(workspace=trial.workspace, actor=actor, purpose=Purpose.GOLDEN, fresh=True) as client:
        reader = kind.reader(trial.workspace, client)
        for golden, said in _answers(reader, left, at_once=client is not None):
            if client is not None and said.source != "model":
                _end(
                    trial, GoldenState.FAILED, actor
                )  # rules answered for a model: that says nothing of the model
                return read
            wrong = sets.wrong_fields(kind, golden.expected, said.values)
            GoldenAnswer.objects.get_or_create(
                trial=trial, golden=golden, defaults={"said": said.values, "wrong": wrong, "right": not wrong}
            )
            read += 1
            if time.monotonic() > until:
                return read
    judging.judge(trial=trial, actor=actor, now=timezone.now())
    return read


def _answers(
    reader: sets.Reader, left: list[GoldenCase], *, at_once: bool
) -> Iterator[tuple[GoldenCase, sets.Said]]:
    """Several at once where a model is waited for."""
    if at_once:
        return batches.in_order(lambda one: (one, reader(one.input)), left)
    return ((one, reader(one.input)) for one in left)


def _end(trial: GoldenRun, state: str, actor: Actor) -> None:
    now = timezone.now()
    with transaction.atomic():
        mine = GoldenRun.objects.filter(pk=trial.pk, state=GoldenState.RUNNING)
        if mine.update(state=state, finished_at=now):
            ledger.append(
                workspace_id=trial.workspace_id, kind="golden.finished", actor=actor, at=now,
                data={"trial": trial.id.hex, "state": state},
            )  # fmt: skip
