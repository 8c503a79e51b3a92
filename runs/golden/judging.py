"""Judging a trial against the one before: each case is compared with itself, so that a few are enough to tell."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q
from scipy.special import bdtrc

from approvals import ledger
from approvals.actors import Actor
from approvals.models.stay import Cause
from exceptions import cases
from runs.golden import lowering, readers, sets
from runs.models import GoldenAnswer, GoldenRun
from runs.models.golden import GoldenState

CODE = "golden.regressed"
BEYOND = 0.05  # chances below this are not put down to chance


def chance(worse: int, better: int) -> float | None:
    """How likely it is that so many of the changed cases, or more, got worse by chance: the exact test of McNemar
    (1947), one-sided. None where nothing changed.
    """
    changed = worse + better
    return float(bdtrc(worse - 1, changed, 0.5)) if changed else None


def judge(*, trial: GoldenRun, actor: Actor, now: datetime) -> None:
    """Count, compare, end; a regression beyond chance lies in a case. Does nothing to a trial that has ended."""
    counted = GoldenAnswer.objects.filter(trial=trial).aggregate(
        n=Count("pk"), right=Count("pk", filter=Q(right=True))
    )
    worse, better = _changed(trial)
    likely = chance(worse, better)
    told = {
        "size": counted["n"],
        "right": counted["right"],
        "worse": worse,
        "better": better,
        "chance": likely,
    }
    with transaction.atomic():
        mine = GoldenRun.objects.filter(pk=trial.pk, state=GoldenState.RUNNING)
        if not mine.update(**told, state=GoldenState.DONE, finished_at=now):
            return
        counts = {name: told[name] for name in ("size", "right", "worse", "better")}
        ledger.append(
            workspace_id=trial.workspace_id, kind="golden.finished", actor=actor, at=now,
            data={"trial": trial.id.hex, "state": "done", "reader": trial.reader_digest, **counts},
        )  # fmt: skip
        if _is_regression(trial, worse, better, likely):
            case = cases.open_case(
                workspace=trial.workspace, code=CODE, operation=trial.workflow, actor=actor, now=now,
                message=f"{worse} golden cases of {trial.workflow} that were right are wrong now, {better} got better. "
                f"They are read by {readers.words(trial.reader)}.",
                facts={"trial": trial.id.hex, **counts},
            )  # fmt: skip
            GoldenRun.objects.filter(pk=trial.pk).update(case=case)
            lowering.of_agent(
                workspace_id=trial.workspace_id, name=trial.workflow, tool=sets.KINDS[trial.workflow].tool,
                cause=Cause.GOLDEN, evidence={"trial": trial.id.hex, **counts}, actor=actor, now=now,
            )  # fmt: skip


def _changed(trial: GoldenRun) -> tuple[int, int]:
    """Cases right before and wrong now, and the other way round."""
    if trial.before_id is None:
        return 0, 0
    before = dict(GoldenAnswer.objects.filter(trial=trial.before_id).values_list("golden", "right"))
    now = dict(GoldenAnswer.objects.filter(trial=trial).values_list("golden", "right"))
    both = before.keys() & now.keys()
    worse = sum(before[pk] and not now[pk] for pk in both)
    return worse, sum(now[pk] and not before[pk] for pk in both)


def _is_regression(trial: GoldenRun, worse: int, better: int, likely: float | None) -> bool:
    """Rules always read alike, so that with them nothing is chance: then more worse than better is enough."""
    if not trial.reader.get("model") and trial.before is not None and not trial.before.reader.get("model"):
        return worse > better
    return likely is not None and worse > better and likely <= BEYOND
