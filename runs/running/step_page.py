"""The page of one step: everything that was told of it, in full."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from approvals import rail
from approvals.models import Membership
from runs.models import Step
from runs.running import moves, odd
from runs.running.bar import fact, took


def context(step: Step, member: Membership, now: datetime) -> dict[str, Any]:
    """Everything the page says."""
    slug, run = member.workspace.slug, step.run
    time = odd.time_of(step, run)
    parent = run.steps.filter(key=step.parent).first() if step.parent else None
    url = reverse("step", args=[slug, run.public_id, parent.pk]) if parent else ""
    clock = [
        fact("Began", _moment(step.started_at)),
        fact("Ended", _moment(step.ended_at) if step.ended_at else ""),
        fact("Took", took(time.ends - time.begins) if time.timed else ""),
        fact("Told", _moment(odd.told_at(step.pk))),
        fact("Its reporter’s name for it", step.key) | {"mono": True},
        fact("Within", step.parent, url),
    ]
    told = [one for one in moves.facts(step, slug) if one["label"] != "Within"]
    return rail.around(member, now) | {
        "run": run,
        "step": step,
        "facts": [one for one in told + clock if one["value"] not in (None, "")],
        "parts": moves.parts(step, moves.LONGEST),
        "odd": time.odd,
        "others_url": f"{reverse('run', args=[slug, run.public_id])}?at={step.started_at:%Y-%m-%dT%H:%M:%S.%fZ}#steps",
    }  # fmt: skip


def fragment(step: Step, member: Membership) -> dict[str, Any]:
    """What an opened row says."""
    told = moves.facts(step, member.workspace.slug)
    return {
        "facts": [one for one in told if one["value"] not in (None, "")],
        "parts": moves.parts(step, moves.SHORT),
        "url": reverse("step", args=[member.workspace.slug, step.run.public_id, step.pk]),
    }


def _moment(at: datetime) -> str:
    there = timezone.localtime(at)
    return f"{there:%d %B %Y, %H:%M:%S}.{there.microsecond // 1000:03}"
