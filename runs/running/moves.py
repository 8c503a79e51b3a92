"""Steps as rows of the waterfall: what went in and came out, by which prompt and model, at what cost."""

import json
from typing import Any

from django.urls import reverse

from approvals import ids
from approvals.visible import visible
from runs.models import Run, Step
from runs.running import odd
from runs.running.bar import Bar, Fact, fact
from runs.running.nesting import Placed

ICONS = {
    "model": "model",
    "rule": "runs",
    "tool": "tool",
    "gate": "shield",
    "propose": "sign",
    "note": "info",
}
SHORT, LONGEST = 4_000, 200_000  # characters: in an opened row, and on the page of the step
PARTS = {"input": "What went in", "output": "What came out", "error": "What went wrong"}


def bar(placed: Placed, run: Run, workspace: str) -> Bar:
    """One step. What it was told with stands on its own page, and comes into the row when that is opened."""
    step = placed.step
    time = odd.time_of(step, run)
    url = reverse("step", args=[workspace, run.public_id, step.pk])
    return Bar(
        id=f"step-{step.id.hex}", name=step.name, icon=ICONS.get(step.kind, "runs"), note=step.item,
        state="failed" if step.error else "succeeded", begins=time.begins, ends=time.ends, timed=time.timed,
        depth=placed.depth, url=url,
        odd=[*time.odd, *filter(None, [placed.odd])],
    )  # fmt: skip


def facts(step: Step, workspace: str) -> list[Fact]:
    """Everything about a step that is a value rather than a text."""
    proposal = ids.show("proposal", step.proposal) if step.proposal else ""
    prompt = " ".join(
        filter(None, [step.prompt, f"version {step.prompt_version}" if step.prompt_version else ""])
    )
    return [
        fact("Input of the run", visible(step.item)),
        fact("Within", visible(step.parent)),
        fact("Confidence", step.confidence),
        fact("Model", visible(step.model)),
        fact("Prompt", visible(prompt)),
        fact("Prompt’s digest", visible(step.prompt_digest)) | {"mono": True},
        fact("Tokens", tokens(step.tokens_in, step.tokens_out)),
        fact("Cost", cost(step)),
        fact("Proposal", proposal, reverse("proposal", args=[workspace, proposal]) if proposal else ""),
    ]


def tokens(came: int | None, went: int | None) -> str:
    if came is None and went is None:
        return ""
    return f"{came or 0:,} in, {went or 0:,} out"


def cost(step: Step) -> str:
    if step.cost is None:
        return ""
    amount = f"{step.cost.normalize():f}"
    return f"{step.currency} {amount}" if step.currency else f"{amount}, in no currency that was named"


def parts(step: Step, most: int) -> list[dict[str, str]]:
    """The texts of a step, each up to so many characters, and whether there is more."""
    told = [(title, getattr(step, name)) for name, title in PARTS.items()]
    return [{"title": title, "text": _shown(value, most)} for title, value in told if value is not None]


def _shown(value: Any, most: int) -> str:
    text = (
        value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    )
    return text if len(text) <= most else f"{text[:most]}\n… {len(text) - most:,} characters more"
