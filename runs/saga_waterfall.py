"""The steps of a saga drawn on one time axis."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from approvals import wording
from runs.models import Saga
from runs.running import markup
from runs.saga_steps import Stage, Step

STATES = {
    Stage.WAITING: "pending",
    Stage.GOING: "started",
    Stage.UNKNOWN: "unknown",
    Stage.DONE: "succeeded",
    Stage.FAILED: "failed",
    Stage.LOST: "cancelled",
    Stage.COMPARED: "approved",
    Stage.UNDONE: "cancelled",
}
WORDS = {
    Stage.WAITING: "waits",
    Stage.GOING: "is being written",
    Stage.UNKNOWN: "it is not known whether it was written",
    Stage.DONE: "written",
    Stage.FAILED: "failed",
    Stage.LOST: "will not happen",
    Stage.COMPARED: "compared in shadow, never written",
    Stage.UNDONE: "was written, and undone",
}


def drawn(saga: Saga, steps: Sequence[Step], workspace: str, now: datetime) -> list[dict[str, Any]]:
    """Position and width in percent of the time between the proposal of the saga and its end, or now."""
    end = max([saga.settled_at or now, *filter(None, (_end(step) for step in steps))])
    span = max((end - saga.created_at).total_seconds(), 0.001)
    return [_bar(saga, step, span, workspace, now) for step in steps]


def _end(step: Step) -> datetime | None:
    last = step.undone or step.execution
    return last.finished_at if last else None


def _bar(saga: Saga, step: Step, span: float, workspace: str, now: datetime) -> dict[str, Any]:
    begun = step.execution.started_at if step.execution else None
    ended = _end(step) or now
    after = ((begun or saga.created_at) - saga.created_at).total_seconds()
    took = (ended - begun).total_seconds() if begun else 0.0
    told: dict[str, Any] = {
        "id": f"step-{step.number}",
        "icon": "exceptions" if step.number == saga.pivot else "sign",
        "name": f"Step {step.number}{', the pivot' if step.number == saga.pivot else ''}",
        "note": f"{step.proposal.headline}: {WORDS[step.stage]}",
        "state": STATES[step.stage],
        "after": wording.spell(timedelta(seconds=after)),
        "x": f"{min(after / span * 100, 99):.2f}",
        "width": f"{max(took / span * 100, 1) if begun else 0:.2f}",
        "took": wording.spell(timedelta(seconds=took)) if begun else "",
        "facts": _facts(step, workspace),
    }
    return told | {"drawn": markup.row(told)}


def _facts(step: Step, workspace: str) -> list[dict[str, str]]:
    facts = [
        {"label": "How it stands", "value": WORDS[step.stage]},
        {"label": "Proposal", "value": step.proposal.public_id,
         "url": reverse("proposal", args=[workspace, step.proposal.public_id])},
    ]  # fmt: skip
    if step.execution is not None and step.execution.receipt:
        facts.append({"label": "Receipt", "value": str(step.execution.receipt.get("reference", ""))})
    if step.execution is not None and step.execution.finished_at:
        at = timezone.localtime(step.execution.finished_at)
        facts.append({"label": "Settled", "value": f"{at:%H:%M:%S}"})
    if step.undoing is not None:
        facts.append({"label": "Undone by", "value": f"{step.undoing.public_id}, {step.undoing.state}",
                      "url": reverse("proposal", args=[workspace, step.undoing.public_id])})  # fmt: skip
    return facts
