"""What a dry run shows: the request, what came of it, and how long it took. It asks again while a worker has it."""

import json
from typing import Any

from django.urls import reverse

from approvals.models import Membership, Trial
from approvals.visible import visible

BADGES = {
    Trial.Ending.PASSED: ("succeeded", "passed"),
    Trial.Ending.REFUSED: ("failed", "refused"),
    Trial.Ending.TRANSIENT: ("failed", "refused for now"),
    Trial.Ending.UNKNOWN: ("unknown", "in doubt"),
    Trial.Ending.BROKEN: ("failed", "broken"),
    Trial.Ending.LOST: ("failed", "lost"),
}


def line(trial: Trial, member: Membership) -> dict[str, Any]:
    """One that was tried earlier, as a line."""
    state, word = BADGES.get(Trial.Ending(trial.ending), ("started", "")) if trial.ending else ("started", "")
    return {
        "trial": trial,
        "state": state if trial.state == Trial.State.DONE else "started",
        "word": word if trial.state == Trial.State.DONE else Trial.State(trial.state).label,
        "took": _spell(trial.took_ms),
        "url": reverse("settings-trial", args=[member.workspace.slug, trial.pk]),
    }


def told(trial: Trial, member: Membership) -> dict[str, Any]:
    """The whole of it."""
    return line(trial, member) | {
        "waits": trial.state != Trial.State.DONE,
        "arguments": _pretty(trial.arguments),
        "request": visible(trial.request),
        "answer": _pretty(trial.answer) if trial.answer else "",
        "message": visible(trial.message),
        "notes": [visible(str(note)) for note in trial.notes],
    }


def _spell(milliseconds: int | None) -> str:
    if milliseconds is None:
        return ""
    return f"{milliseconds} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def _pretty(value: Any) -> str:
    return visible(json.dumps(value, indent=2, ensure_ascii=False))
