"""Versions of declared tools: each may do something the one before could not."""

from datetime import datetime
from typing import Any

from approvals import declared, trials
from approvals.actors import Actor
from approvals.four_eyes.drafts import Draft
from approvals.models import Workspace

KIND = "tool"


def widening(*, workspace: Workspace, name: str, kind: str, source: str, seen: int) -> Draft:
    """Every version. Raises what `declared.declare` does for one that cannot be declared."""
    ready = declared.ready(workspace=workspace, name=name, kind=kind, source=source, seen_version=seen)
    before = ready.before
    payload = {"name": name, "kind": kind, "source": source}
    title = f"“{ready.made[0].title}”, version {seen + 1} of {ready.name}"
    lines = [
        {"label": "Definition", "before": before.source if before else "", "after": source, "whole": "1"}
    ]
    return Draft(KIND, ready.name, title[:200], payload, seen, lines)


def standing(workspace: Workspace, payload: dict[str, Any]) -> int:
    newest = declared.newest(workspace, declared.full_name(workspace, payload["name"]))
    return newest.version if newest else 0


def declare(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    row = declared.declare(
        workspace=workspace, by=by, actor=actor, now=now, seen_version=standing(workspace, payload), **payload
    )
    trials.ask(tool=row, arguments=None, by=by, actor=actor, now=now)
