"""Prompts: inputs that shall be read by a version which was never trusted with all of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from approvals.actors import Actor
from approvals.four_eyes.drafts import Draft, line
from approvals.models import Workspace
from runs.asking import mixes, versions
from runs.llm import prompts
from runs.models import PromptMix

PROMPT = "prompt"
MOST = 200  # earlier choices looked at


def widening(*, workspace: Workspace, prompt: str, shares: Mapping[int, int]) -> Draft | None:
    """More inputs for such a version. The way back to one that was asked alone before takes one admin."""
    before = _shares(workspace, prompt)
    wanted = {version: share for version, share in shares.items() if share}
    grown = {version for version, share in wanted.items() if share > before.get(version, 0)}
    if grown <= _known(workspace, prompt):
        return None
    lines = [line("Share of inputs", _words(wanted), _words(before))]
    payload = {"prompt": prompt, "shares": {str(version): share for version, share in wanted.items()}}
    return Draft(PROMPT, prompt, f"Versions of the prompt {prompt}", payload, _told(before), lines)


def standing(workspace: Workspace, payload: dict[str, Any]) -> dict[str, int]:
    return _told(_shares(workspace, payload["prompt"]))


def choose(workspace: Workspace, payload: dict[str, Any], by: int, actor: Actor, now: datetime) -> None:
    shares = {int(version): share for version, share in payload["shares"].items()}
    mixes.choose(workspace=workspace, prompt=payload["prompt"], shares=shares, by=by, actor=actor, now=now)


def _known(workspace: Workspace, prompt: str) -> set[int]:
    """The version that is shipped for everybody, and those that were asked alone before."""
    rows = PromptMix.objects.filter(workspace=workspace, prompt=prompt).order_by("-id")
    alone = {
        next(iter(shares)) for shares in rows.values_list("shares", flat=True)[:MOST] if len(shares) == 1
    }
    return {prompts.load(prompt).version, *map(int, alone)}


def _shares(workspace: Workspace, prompt: str) -> dict[int, int]:
    return versions.shares(versions.in_force(workspace.pk, prompt), prompt)


def _told(shares: Mapping[int, int]) -> dict[str, int]:
    return {str(version): share for version, share in sorted(shares.items())}


def _words(shares: Mapping[int, int]) -> str:
    return ", ".join(f"version {version}: {share} %" for version, share in sorted(shares.items()))
