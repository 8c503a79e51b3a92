"""Which version of a prompt an input is asked with: the workspace's shares, and always the same for the same input."""

import hashlib
from collections.abc import Mapping

from runs.llm import prompts
from runs.llm.prompts import Prompt
from runs.models import PromptMix

WHOLE = 100


def in_force(workspace_id: int, prompt: str) -> PromptMix | None:
    """The mix the workspace has chosen, if it has."""
    return PromptMix.objects.filter(workspace=workspace_id, prompt=prompt, retired_at__isnull=True).first()


def shares(mix: PromptMix | None, prompt: str) -> dict[int, int]:
    """Percents by version. Without a choice, everything goes to the newest released version; so does what was chosen of
    a version that is not shipped any more.
    """
    known = {one.version for one in prompts.versions(prompt)}
    chosen = {int(version): share for version, share in mix.shares.items()} if mix else {}
    kept = {version: share for version, share in chosen.items() if version in known and share}
    missing = WHOLE - sum(kept.values())
    if missing:
        newest = prompts.load(prompt).version
        kept[newest] = kept.get(newest, 0) + missing
    return kept


def draw(shares: Mapping[int, int], *, workspace: str, prompt: str, input_digest: str) -> int:
    """The version for one input. The newest takes the lowest numbers, so that giving it more takes no input away."""
    marked = hashlib.sha256(f"{workspace}/{prompt}/{input_digest}".encode()).digest()
    place = int.from_bytes(marked[:8]) % WHOLE
    for version in sorted(shares, reverse=True):
        place -= shares[version]
        if place < 0:
            return version
    raise ValueError("shares are percents and make a whole")


def choose(*, workspace_id: int, slug: str, prompt: str, input_digest: str) -> Prompt:
    """The version this workspace asks with about this input."""
    drawn = draw(
        shares(in_force(workspace_id, prompt), prompt),
        workspace=slug,
        prompt=prompt,
        input_digest=input_digest,
    )
    return prompts.load(prompt, drawn)
