"""The labelled examples of a workspace: read from a file, judged, kept, and learnt from once in each process."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction

from approvals import canonical, ledger, locks
from approvals.actors import Actor
from approvals.models import Workspace
from runs.models import ExampleSet
from runs.workflows.tickets import learning
from runs.workflows.tickets.learning import Learned

WORKFLOW = "ticket-triage"
MOST, LARGEST_TEXT, LONGEST_LABEL, MOST_LABELS, LONGEST_REPLY = 20_000, 5_000, 80, 500, 4_000


class UnreadableExamples(ValueError):
    """Which line cannot be used, and what would make it usable."""


@dataclass(frozen=True)
class Supplied:
    """``terms`` of each label: how many examples, and the ``team`` and ``reply`` the file names for it."""

    examples: list[tuple[str, str]]
    terms: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Known:
    """What a walk sorts by."""

    learned: Learned | None = None
    terms: dict[str, dict[str, Any]] = field(default_factory=dict)
    digest: str = ""


def read(lines: Iterable[str | bytes]) -> Supplied:
    """From JSON lines: ``{"text", "label"}``, and for a label once ``{"label", "team"?, "reply"?}``. Raises
    `UnreadableExamples`.
    """
    found: list[tuple[str, str]] = []
    told: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        row = _row(line, number)
        label = row["label"].strip()
        if "text" in row:
            found.append((row["text"][:LARGEST_TEXT], label))
        else:
            told[label] = {name: row[name] for name in ("team", "reply") if row.get(name)}
        if len(found) > MOST:
            raise UnreadableExamples(f"More than {MOST:,} examples. Leave some out.")
    counts = Counter(label for _, label in found)
    if len(counts) > MOST_LABELS:
        raise UnreadableExamples(f"More than {MOST_LABELS} labels. That many cannot be told apart.")
    return Supplied(
        found, {label: told.get(label, {}) | {"examples": many} for label, many in sorted(counts.items())}
    )


def _row(line: str | bytes, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
        canonical.check(row)
    except (ValueError, RecursionError):
        raise UnreadableExamples(f"Line {number} is not JSON. Write one object per line.") from None
    longest = {"label": LONGEST_LABEL, "team": LONGEST_LABEL, "reply": LONGEST_REPLY}
    if not isinstance(row, dict) or not isinstance(row.get("label"), str) or not row["label"].strip():
        raise UnreadableExamples(f"Line {number} has no label.")
    if not isinstance(row.get("text", ""), str) or any(
        not isinstance(row.get(name, ""), str) or len(row.get(name, "")) > most
        for name, most in longest.items()
    ):
        raise UnreadableExamples(
            f"Line {number}: text, label, team and reply are strings of moderate length."
        )
    return row


def supply(
    *, workspace: Workspace, supplied: Supplied, by: int | None, actor: Actor, now: datetime
) -> ExampleSet:
    """Keep them and sort by them from now on; the same ones again change nothing. Raises `learning.TooFew`."""
    digest = canonical.digest([supplied.examples, supplied.terms])
    judged = learning.learn(supplied.examples).judged
    with transaction.atomic():
        locks.take(Workspace.objects).get(pk=workspace.pk)
        before = ExampleSet.objects.filter(
            workspace=workspace, workflow=WORKFLOW, retired_at__isnull=True
        ).first()
        if before is not None and before.digest == digest:
            return before
        if before is not None:
            ExampleSet.objects.filter(pk=before.pk).update(retired_at=now)
        kept = ExampleSet.objects.create(
            workspace=workspace, workflow=WORKFLOW, examples=supplied.examples, digest=digest,
            size=len(supplied.examples), labels=supplied.terms, held_out=judged.n, right=judged.right,
            answered=judged.answered, answered_right=judged.answered_right, set_at=now, set_by_id=by,
        )  # fmt: skip
        told = {"set": kept.pk, "digest": digest, "size": kept.size, "labels": len(kept.labels),
                "held_out": judged.n, "right": judged.right}  # fmt: skip
        ledger.append(workspace_id=workspace.pk, kind="examples.set", actor=actor, at=now, data=told)
    return kept


def in_use(workspace: Workspace) -> Known:
    """What the workspace sorts by now; nothing where it supplied nothing."""
    row = (
        ExampleSet.objects.filter(workspace=workspace, workflow=WORKFLOW, retired_at__isnull=True)
        .defer("examples")
        .first()
    )
    return Known(_learned(row.pk), row.labels, row.digest) if row is not None else Known()


@lru_cache(maxsize=8)
def _learned(pk: int) -> Learned:
    """A set never changes, so a process learns from it once."""
    rows = ExampleSet.objects.values_list("examples", flat=True).get(pk=pk)
    return learning.learn([(text, label) for text, label in rows])
