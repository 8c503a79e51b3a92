"""The journal of questions: one row each, and afterwards the proposal that came of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from approvals import canonical
from approvals.models import Workspace
from runs.llm.effort import Effort
from runs.models import ModelCall, Run

KEPT = timedelta(days=400)
AT_ONCE = 1_000


def note(
    *,
    workspace: Workspace,
    run: Run | None,
    purpose: str,
    document: str,
    effort: Effort,
    error: str,
    now: datetime,
) -> None:
    """Write down one question, answered or not."""
    ModelCall.objects.create(
        workspace=workspace, run=run, purpose=purpose, prompt=effort.prompt,
        prompt_version=effort.prompt_version, prompt_digest=effort.prompt_digest, model=effort.model,
        input_digest=canonical.text_digest(document), error=error[:40], from_cache=effort.from_cache,
        attempts=effort.attempts, tokens_in=effort.tokens_in, tokens_out=effort.tokens_out, cost=effort.cost,
        latency_ms=effort.latency_ms, asked_at=now,
    )  # fmt: skip


def tie(*, run: Run, document: str, proposal: UUID, prompts: Sequence[str]) -> None:
    """Say which proposal came of what was asked about this document, with these prompts, in this run."""
    digest = canonical.text_digest(document)
    asked = ModelCall.objects.filter(run=run, input_digest=digest, prompt__in=prompts, proposal__isnull=True)
    asked.update(proposal=proposal)


def forget(*, now: datetime) -> int:
    """Let go of the oldest rows, so many at a time. Returns how many."""
    old = ModelCall.objects.filter(asked_at__lt=now - KEPT).order_by("asked_at").values_list("pk", flat=True)
    return ModelCall.objects.filter(pk__in=list(old[:AT_ONCE])).delete()[0]
