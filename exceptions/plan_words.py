"""Plans in words."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count

from approvals import wording
from exceptions import steps, targets
from exceptions.models import Channel, Plan

NAMES = {steps.OWNER: "the owner", steps.BACKUP: "the backup"}


def lines(workspace_id: int) -> list[dict[str, Any]]:
    """Every plan of a workspace, by name."""
    rows = (
        Plan.objects.filter(workspace=workspace_id).annotate(followed=Count("classes")).order_by("name")[:200]
    )
    return [
        {"row": row, "words": summary(workspace_id, {"steps": row.steps, "repeats": row.repeats})}
        for row in rows
    ]


def steps_of(workspace_id: int, told: Sequence[dict[str, Any]]) -> list[str]:
    """A sentence for each step."""
    read = steps.read(told)
    names = NAMES | targets.named(workspace_id, [step.to for step in read])
    ways = {steps.EMAIL: "e-mail"} | _channels(workspace_id, read)
    return [_sentence(step, names, ways) for step in read]


def of(workspace_id: int, content: Mapping[str, Any]) -> dict[str, str]:
    """A plan as label and value, to tell one version from another."""
    told = enumerate(steps_of(workspace_id, content.get("steps", [])), start=1)
    return {
        "Name": str(content.get("name", "")),
        **{f"Step {number}": sentence for number, sentence in told},
        "More rounds": wording.number(content.get("repeats", 0)),
        "Clock": "in working hours" if content.get("in_hours") else "at all hours",
        "Who is not there": "waited for" if content.get("skip_empty") is False else "passed over",
    }


def summary(workspace_id: int, content: Mapping[str, Any]) -> str:
    """A whole plan on one line."""
    told = " → ".join(steps_of(workspace_id, content.get("steps", [])))
    more = [f"{wording.counted(content.get('repeats', 0), 'more round')}"]
    more += ["in working hours"] if content.get("in_hours") else []
    more += ["waits for who is not there"] if content.get("skip_empty") is False else []
    return f"{told}; {', '.join(more)}"


def _sentence(step: steps.Step, names: Mapping[str, str], ways: Mapping[str, str]) -> str:
    whom = (
        "" if step.to.startswith(steps.PERSON) else ", on duty" if step.whom == steps.DUTY else ", everybody"
    )
    by = wording.listed([ways.get(way, "a channel that is gone") for way in step.by])
    after = wording.spell(min(step.after, timedelta(days=14)))
    return f"after {after} {names.get(step.to, 'somebody who is gone')}{whom}" + (f" by {by}" if by else "")


def _channels(workspace_id: int, read: Sequence[steps.Step]) -> dict[str, str]:
    named = {steps.number_in(way) or 0 for step in read for way in step.by if way != steps.EMAIL}
    rows = Channel.objects.filter(workspace=workspace_id, pk__in=named) if named else []
    return {f"{steps.CHANNEL}{row.pk}": row.name for row in rows}
