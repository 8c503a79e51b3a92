"""Steps drawn on one time axis, for the run page."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from runs.models import Step

ICONS = {"model": "agent", "rule": "runs", "tool": "books", "gate": "sign", "propose": "sign", "note": "runs"}
LONGEST = 4000


def drawn(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """One dictionary a step, as ``components/step.html`` reads it: position and width in percent of the shown time."""
    if not steps:
        return []
    begin = min(step.started_at for step in steps)
    end = max(_end(step) for step in steps)
    span = max((end - begin).total_seconds() * 1000, 1)
    return [_bar(step, begin, span) for step in steps]


def _end(step: Step) -> datetime:
    return step.started_at + timedelta(milliseconds=step.latency_ms or 0)


def _bar(step: Step, begin: datetime, span: float) -> dict[str, Any]:
    after = (step.started_at - begin).total_seconds() * 1000
    facts = [
        ("Confidence", step.confidence),
        ("Model", step.model),
        ("Prompt", f"{step.prompt} {step.prompt_version}".strip()),
        ("Tokens in", step.tokens_in),
        ("Tokens out", step.tokens_out),
        ("Cost", f"{step.currency} {step.cost}" if step.cost is not None else ""),
    ]
    parts = [("What went in", step.input), ("What came out", step.output), ("What went wrong", step.error)]
    return {
        "id": step.id.hex,
        "name": step.name,
        "note": step.item,
        "icon": ICONS.get(step.kind, "runs"),
        "state": "failed" if step.error else "succeeded",
        "deep": False,
        "after": f"{after:.0f} ms",
        "x": f"{min(after / span * 100, 99):.2f}",
        "width": f"{max((step.latency_ms or 0) / span * 100, 1):.2f}",
        "took": f"{step.latency_ms} ms" if step.latency_ms is not None else "",
        "facts": [{"label": label, "value": value} for label, value in facts if value not in (None, "")],
        "parts": [{"title": title, "text": _shown(value)} for title, value in parts if value is not None],
    }


def _shown(value: Any) -> str:
    text = json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n… {len(text) - LONGEST} characters more"
