"""Golden sets as people read them: each set with its trials over time, what is wrong now, and what has drifted."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from approvals import ids
from approvals.models import Agent, Workspace
from approvals.statistics import bounds
from runs.golden import drift, drift_words, readers, sets
from runs.models import GoldenAnswer, GoldenCase, GoldenRun
from runs.models.drift import Level

TRIALS, WRONG, CASES = 12, 50, 100
WIDTH, HEIGHT = 240, 48  # of the drawing, in its own units


@dataclass(frozen=True)
class Trial:
    """One trial in a line; ``x`` and ``y`` place it in the drawing, where 0 % right is at the bottom."""

    row: GoldenRun
    words: str
    share: str
    interval: str
    x: float
    y: float


def whole(workspace: Workspace) -> list[dict[str, Any]]:
    """Every set of the workspace, with its newest trials. Two queries a workflow, and there are few."""
    used = GoldenCase.objects.filter(workspace=workspace, retired_at__isnull=True)
    counts = used.values("workflow").annotate(n=Count("pk"), kept=Count("pk", filter=Q(source="kept")))
    known: dict[str, dict[str, Any]] = {row["workflow"]: dict(row) for row in counts}
    return [_set(workspace, name, known.get(name, {"n": 0, "kept": 0})) for name in sets.KINDS]


def _set(workspace: Workspace, workflow: str, count: dict[str, Any]) -> dict[str, Any]:
    rows = GoldenRun.objects.filter(workspace=workspace, workflow=workflow).select_related("asked_by", "case")
    newest = list(rows.order_by("-asked_at")[:TRIALS])
    done = [row for row in reversed(newest) if row.state == "done"]
    step = WIDTH / max(len(done) - 1, 1)
    shown = {row.pk: _trial(row, step * place) for place, row in enumerate(done)}
    points = [shown[row.pk] for row in done]
    return {
        "workflow": workflow, "n": count["n"], "kept": count["kept"], "drawn": count["n"] - count["kept"],
        "trials": [shown.get(row.pk) or _trial(row, 0) for row in newest],
        "points": points, "line": " ".join(f"{one.x:.1f},{one.y:.1f}" for one in points),
        "under_way": any(row.state in ("waiting", "running") for row in newest),
    }  # fmt: skip


def _trial(row: GoldenRun, x: float) -> Trial:
    share = row.right / row.size if row.size and row.state == "done" else 0.0
    low, high = bounds.wilson(row.right, row.size)
    interval = f"{low * 100:.0f} to {high * 100:.0f} %"
    return Trial(row, readers.words(row.reader), f"{share * 100:.0f} %", interval, x, HEIGHT * (1 - share))


def cases(workspace: Workspace, workflow: str) -> list[dict[str, Any]]:
    """The cases of one set, wrong ones first, with what the newest finished trial made of them."""
    done = (
        GoldenRun.objects.filter(workspace=workspace, workflow=workflow, state="done")
        .order_by("-asked_at")
        .first()
    )
    answers = {row.golden_id: row for row in GoldenAnswer.objects.filter(trial=done)} if done else {}
    rows = GoldenCase.objects.filter(workspace=workspace, workflow=workflow, retired_at__isnull=True)
    lines = [
        _line(row, answers.get(row.pk)) for row in rows.select_related("kept_by").order_by("-id")[:CASES]
    ]
    return sorted(lines, key=lambda line: line["right"] is not False)


def _line(row: GoldenCase, answer: GoldenAnswer | None) -> dict[str, Any]:
    wrong = [
        {"field": name, "signed": row.expected.get(name), "said": answer.said.get(name)} for name in answer.wrong
    ] if answer else []  # fmt: skip
    return {
        "golden": row, "proposal": ids.show("proposal", row.proposal), "name": str(row.input.get("id", ""))[:80],
        "right": answer.right if answer else None, "wrong": wrong,
    }  # fmt: skip


def drifted(workspace: Workspace) -> list[dict[str, Any]]:
    """The latest look at each feature of each agent in plain words, loudest first."""
    agents = list(Agent.objects.filter(workspace=workspace).values_list("pk", flat=True)[:100])
    order = {"alarm": 0, "watch": 1, "calm": 2}
    rows = sorted(
        drift.newest(agents=agents), key=lambda row: (order[row.level], row.agent.name, row.feature)
    )
    return [
        {
            "row": row, "words": drift_words.NAMES[row.feature], "usual": drift_words.usual(row),
            "far": drift_words.FAR[Level(row.level)], "means": drift_words.means(row),
            "behind": drift_words.behind(row),
        }
        for row in rows
    ]  # fmt: skip
