"""Making a drill: a settled proposal copied with one mistake in it, dressed so that it looks like any other.

What is copied: agent, tool, evidence, the agent's words, what the worker read. What is new: identity, subject, moments,
and whatever the wrong value touches. It is kept out of every account of real work by ``Proposal.drill``.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from approvals import arguments as reading
from approvals import canonical, circumstances, gates, gathering, ids, proposals, tools
from approvals.batching import cohorts
from approvals.models import Evidence, Proposal
from approvals.oversight import drill_mistakes
from approvals.oversight.drill_mistakes import Mistake

TRIES = 20
SOON = timedelta(minutes=10)


@dataclass(frozen=True)
class Moments:
    """When it seems to have come in, and until when it may be answered."""

    created_at: datetime
    expires_at: datetime


def make(
    *,
    source: Proposal,
    mistake: Mistake,
    evidence: Sequence[Evidence],
    moments: Moments,
    now: datetime,
    chance: Random,
) -> tuple[Proposal, list[Evidence]] | None:
    """The drill and its evidence, not kept yet. None where a gate would stop it, or it would pass without a person."""
    tool = tools.get(source.tool, source.tool_version)
    read = reading.read(tool, {**source.arguments, mistake.field: mistake.wrong})
    subject = _subject(source, chance)
    pieces = [_piece(row, source, subject, mistake) for row in evidence]
    around = gathering.setting(agent=source.agent, tool=tool, now=now)
    facts = tuple(circumstances.piece(row.kind, row.content, row.spans) for row in pieces)
    asked = gathering.Asked(tool, read, subject, source.confidence, facts, skip=(source,))
    ruled = _as_ruled(asked, around, now)
    if not ruled or around.lane.stage == "shadow":
        return None
    drill = Proposal(
        **_as_source(source),
        **_as_new(source, moments, chance),
        **_as_read(source, mistake, tool, read, subject, pieces),
        **ruled,
        policy=around.policy,
        lane=around.lane,
    )
    drill.cohort = cohorts.cohort_of(drill)
    for row in pieces:
        row.proposal = drill
    return drill, pieces


def _as_new(source: Proposal, moments: Moments, chance: Random) -> dict[str, Any]:
    """An identity of its own, and the moments it seems to have had."""
    where = source.idempotency_key.rpartition("/")[0] or source.tool
    return {
        "id": ids.born(int(moments.created_at.timestamp() * 1000)),
        "idempotency_key": f"{where}/{secrets.token_hex(20)}"[-255:],
        "fingerprint": secrets.token_hex(32),
        "agent_version": source.agent.version,
        "drill": True,
        "state": "pending",
        "created_at": moments.created_at,
        "expires_at": moments.expires_at,
        "observed_at": moments.created_at + timedelta(seconds=1 + 5 * chance.random()),
    }


def _as_ruled(asked: gathering.Asked, around: gathering.Setting, now: datetime) -> dict[str, Any]:
    """The gates' rulings, as if nothing like it had been proposed before; empty unless they ask one person."""
    seen = replace(
        gathering.gather(around=around, asked=asked, now=now),
        same_event=(),
        alike=(),
        refused=0,
        recent_count=0,
    )
    judgement = gates.judge(seen)
    if judgement.ruling != gates.ASK or judgement.quorum != 1:
        return {}
    return {
        "ruling": judgement.ruling,
        "rulings": judgement.as_json(),
        "quorum": judgement.quorum,
        "amount": seen.amount,
        "currency": seen.currency,
    }


def _as_source(source: Proposal) -> dict[str, Any]:
    """What is taken over as it is. No likeness: nothing real must be called a repeat of it."""
    kept = ("workspace", "agent", "tool", "tool_version", "risk", "confidence", "confidence_source", "band",
            "precondition", "workflow", "run")  # fmt: skip
    return {name: getattr(source, name) for name in kept} | {"likeness": ""}


def _as_read(
    source: Proposal,
    mistake: Mistake,
    tool: tools.Tool,
    read: reading.Reading,
    subject: str,
    pieces: list[Evidence],
) -> dict[str, Any]:
    """What the wrong value touches, and the digest over it."""
    observation = drill_mistakes.observed(source.observation, mistake.right, mistake.wrong)
    digests = [row.digest for row in pieces]
    return {
        "proposed_arguments": {**source.proposed_arguments, mistake.field: mistake.wrong},
        "arguments": read.normal,
        "subject": subject,
        "headline": tool.headline(read.normal)[:300],
        "party": reading.party(read.normal),
        "summary": _said(source.summary, mistake)[:500],
        "rationale": _said(source.rationale, mistake),
        "observation": observation,
        "digest": proposals.sign(tool, read.normal, subject, digests, observation),
    }


def _subject(source: Proposal, chance: Random) -> str:
    """A name of the same make that nothing has."""
    numbers = list(re.finditer(r"\d+", source.subject))
    for _ in range(TRIES):
        if not source.subject:
            return ""
        if not numbers:
            name = f"{source.subject}-{chance.randrange(2, 100)}"
        else:
            last = numbers[-1]
            lead = last.group()[: len(last.group()) // 2]
            width = len(last.group()) - len(lead)
            tail = (
                f"{chance.randrange(10**width):0{width}d}" if width > 1 else f"{chance.randrange(10, 1000)}"
            )
            name = source.subject[: last.start()] + lead + tail + source.subject[last.end() :]
        if not Proposal.objects.filter(workspace_id=source.workspace_id, subject=name).exists():
            return name[:200]
    return f"{source.subject[:190]}-{secrets.token_hex(3)}"


def _piece(row: Evidence, source: Proposal, subject: str, mistake: Mistake) -> Evidence:
    """A piece of evidence, word for word; what the agent claims to have read the wrong value from is moved there."""
    spans = [span for span in row.spans if span.get("field") != f"/{mistake.field}"]
    if row.position == mistake.position:
        spans.append({"field": f"/{mistake.field}", "start": mistake.start, "end": mistake.end})
    named = (lambda text: text.replace(source.subject, subject)) if source.subject else str
    title, origin = named(row.title)[:200], named(row.source)[:500]
    return Evidence(
        position=row.position, kind=row.kind, title=title, content=row.content, source=origin, spans=spans,
        digest=canonical.digest([row.kind, title, row.content, origin, spans]),
    )  # fmt: skip


def _said(text: str, mistake: Mistake) -> str:
    """The agent's words, with the value it would have read."""
    right, wrong = drill_mistakes.spellings(mistake.right), drill_mistakes.spellings(mistake.wrong)
    for one, other in zip(right, wrong, strict=False):
        text = re.sub(rf"(?<![\w.,]){re.escape(one)}(?![\w]|[.,]\d)", lambda _, other=other: other, text)  # type: ignore[misc]
    return text
