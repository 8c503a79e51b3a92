"""Choosing prompt versions: shares are set as a whole, and one click goes back to a version alone."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from approvals import ledger, locks
from approvals.actors import Actor
from approvals.models import Workspace
from runs.asking import versions
from runs.llm import prompts
from runs.models import PromptMix


class NotAWhole(ValueError):
    """Shares are whole percents of versions that are shipped, and make 100 together."""


class SameMix(ValueError):
    """Inputs are shared out like that already."""


def choose(
    *,
    workspace: Workspace,
    prompt: str,
    shares: Mapping[int, int],
    by: int | None,
    actor: Actor,
    now: datetime,
) -> PromptMix:
    """Share inputs out like this from now on. Raises `prompts.UnknownPrompt`, `NotAWhole`, `SameMix`.

    A worker sees that other versions are asked, and tries the golden sets.
    """
    known = {one.version: one.digest for one in prompts.versions(prompt)}
    if not known:
        raise prompts.UnknownPrompt(prompt)
    wanted = {version: share for version, share in shares.items() if share}
    if not set(wanted) <= set(known) or sum(wanted.values()) != versions.WHOLE or min(wanted.values()) < 0:
        raise NotAWhole(prompt)
    with transaction.atomic():
        locks.take(Workspace.objects).get(pk=workspace.pk)  # two admins: one after the other
        before = versions.in_force(workspace.pk, prompt)
        if versions.shares(before, prompt) == wanted:
            raise SameMix(prompt)
        if before is not None:
            PromptMix.objects.filter(pk=before.pk).update(retired_at=now)
        mix = PromptMix.objects.create(
            workspace=workspace, prompt=prompt, shares={str(version): wanted[version] for version in sorted(wanted)},
            created_at=now, created_by_id=by,
        )  # fmt: skip
        told = {str(version): {"share": share, "digest": known[version]} for version, share in wanted.items()}
        ledger.append(
            workspace_id=workspace.pk, kind="prompt.chosen", actor=actor, at=now,
            data={"prompt": ledger.code_of(prompt), "mix": mix.pk, "versions": told},
        )  # fmt: skip
    return mix


def go_back(
    *, workspace: Workspace, prompt: str, version: int, by: int | None, actor: Actor, now: datetime
) -> PromptMix:
    """Everything to one version, at once."""
    return choose(workspace=workspace, prompt=prompt, shares={version: 100}, by=by, actor=actor, now=now)
