"""The moves of the workflow as steps of its run, under keys that say which text they belong to and where they stand."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from approvals import canonical
from approvals.models import Proposal
from runs import recorder
from runs.llm.effort import Effort
from runs.models import Run
from runs.workflows.expense.document import Document
from runs.workflows.expense.reading import Move


def keys_of(document: Document) -> str:
    """What the keys of its steps begin with: another text under the same id has others."""
    return f"{document.id[:80]}:{canonical.text_digest(document.text)[:8]}/"


def record(
    *, run: Run, item: str, keys: str, moves: Sequence[Move], after: int = 0, proposal: Proposal | None = None
) -> None:
    """Write moves down, numbered on from those ``after`` which they come."""
    told = [
        recorder.Move(
            key=f"{keys}{index}/{move.name}"[:120],
            name=move.name,
            kind=move.kind,
            item=item[:120],
            input=move.input,
            output=move.output,
            error=move.error,
            confidence=None if move.confidence is None else Decimal(str(round(move.confidence, 3))),
            latency_ms=move.latency_ms,
            started_at=move.started_at,
            proposal=proposal.id if proposal is not None and move.name == "propose" else None,
            **_cost(move.effort),
        )
        for index, move in enumerate(moves, start=after + 1)
    ]
    recorder.record(run=run, moves=told, now=timezone.now())


def _cost(effort: Effort | None) -> dict[str, Any]:
    if effort is None:
        return {}
    return {
        "model": effort.model,
        "prompt": effort.prompt,
        "prompt_version": str(effort.prompt_version),
        "prompt_digest": effort.prompt_digest,
        "tokens_in": effort.tokens_in,
        "tokens_out": effort.tokens_out,
        "cost": effort.cost,
        "currency": effort.currency if effort.cost is not None else "",
    }
