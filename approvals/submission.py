"""What comes in: a draft is judged and kept, pending or blocked, in one transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from approvals import arguments as reading
from approvals import (
    canonical,
    chains,
    circumstances,
    deadlines,
    gates,
    gathering,
    ids,
    ledger,
    proposals,
    stakes,
    tools,
)
from approvals.actors import Actor
from approvals.batching import cohorts
from approvals.circumstances import Piece
from approvals.models import Agent, Evidence, Proposal
from approvals.models.proposal import State


class BadExpiry(ValueError):
    """``expires_at`` must lie in the future."""


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence as it arrives. ``spans``: ``{"field": pointer, "start": int, "end": int}``, and on a
    picture ``{"field": pointer, "box": [x, y, width, height]}`` in shares of it.
    """

    kind: str
    content: str
    title: str = ""
    source: str = ""
    spans: tuple[dict[str, Any], ...] = ()

    @property
    def digest(self) -> str:
        return canonical.digest([self.kind, self.title, self.content, self.source, list(self.spans)])

    @property
    def piece(self) -> Piece:
        return circumstances.piece(self.kind, self.content, self.spans)


@dataclass(frozen=True)
class Draft:
    """What somebody would like done. Already canonical JSON; everything in it is data, nothing is believed."""

    tool: str
    arguments: dict[str, Any]
    idempotency_key: str
    tool_version: int | None = None
    subject: str = ""
    summary: str = ""
    rationale: str = ""
    confidence: Decimal | None = None
    confidence_source: str = ""
    evidence: tuple[Exhibit, ...] = ()
    precondition: dict[str, Any] | None = None
    expires_at: datetime | None = None
    trace_parent: str = ""
    workflow: str = ""
    run: UUID | None = None
    reverses: UUID | None = None
    amends: Proposal | None = None
    proposed_by: int | None = None
    excluded_reviewers: tuple[int, ...] = ()
    signed_before: tuple[int, ...] = ()  # who signed what this would undo
    fingerprint: str = ""
    edited_fields: tuple[str, ...] = field(default=())
    saga: UUID | None = None
    saga_step: int | None = None
    chain: chains.Chain | None = None  # the strictest of all steps, where it is one of several
    reversal_order: UUID | None = None
    blames: bool = False  # a reversal of something that was wrong
    read_by: str = ""  # the version it comes from, where that is not the agent's own


@dataclass(frozen=True)
class Weighed:
    """A draft, read and judged."""

    around: gathering.Setting
    asked: gathering.Asked
    seen: circumstances.Circumstances
    judgement: gates.Judgement
    risk: str


def submit(*, draft: Draft, agent: Agent, actor: Actor, now: datetime) -> Proposal:
    """Judge a draft and keep it: pending, or blocked with the failure class of the first gate that refused.

    Raises `tools.UnknownTool`, `canonical.NotCanonical`, `BadExpiry`, and IntegrityError when the key was used before.
    """
    with transaction.atomic():
        weighed = _weigh(draft, agent, now)
        proposal = Proposal(
            **_as_drafted(draft),
            **_as_read(draft, weighed),
            **_as_ruled(draft, weighed, now),
            agent_version=draft.read_by or agent.version,
            amount=weighed.seen.amount,
            currency=weighed.seen.currency,
        )
        proposal.cohort = cohorts.cohort_of(proposal)
        proposal.save(force_insert=True)
        _keep_evidence(proposal, draft.evidence)
        _record(proposal, weighed.judgement, actor, now)
    return proposal


def take_turns(*, drafts: Sequence[Draft], agent: Agent) -> None:
    """The turns of all at once, for whoever submits several in one transaction: of two who speak of the same subjects
    in another order one waits for the other, and never each for the other. Raises `tools.UnknownTool`.
    """
    _take_turns(turn for draft in drafts for turn in _turns(agent.workspace_id, *_read(draft, agent)))


def foresee(*, draft: Draft, agent: Agent, now: datetime) -> chains.Link:
    """How strictly a draft would be judged by itself; nothing is kept. Raises `tools.UnknownTool`."""
    with transaction.atomic():
        weighed = _weigh(draft, agent, now)
    tool, stage = weighed.asked.tool, weighed.around.lane.stage
    return chains.Link(tool.risk, tool.reversibility, weighed.judgement, shadow=stage == "shadow")


def _weigh(draft: Draft, agent: Agent, now: datetime) -> Weighed:
    tool, read, subject = _read(draft, agent)
    _take_turns(_turns(agent.workspace_id, tool, read, subject))
    around = gathering.setting(agent=agent, tool=tool, now=now)
    asked = gathering.Asked(
        tool, read, subject, draft.confidence, tuple(exhibit.piece for exhibit in draft.evidence),
        draft.reverses is not None, draft.edited_fields, (draft.amends,),
        draft.read_by in ("", agent.version),
    )  # fmt: skip
    seen = gathering.gather(around=around, asked=asked, now=now)
    own, chain = gates.judge(seen), _chain(draft)
    if chain is None:
        return Weighed(around, asked, seen, own, tool.risk)
    risk = max(tool.risk, chain.risk, key=chains.RISKS.index)
    return Weighed(around, asked, seen, chains.bound(own, chain), risk)


def _chain(draft: Draft) -> chains.Chain | None:
    """What the chain asks of this step; whatever takes the place of a step is held to what that was held to."""
    old = draft.amends
    if draft.chain is not None or old is None or old.saga is None or old.reverses is not None:
        return draft.chain
    steps = Proposal.objects.filter(saga=old.saga, reverses__isnull=True, amends__isnull=True).count()
    return chains.Chain(steps, old.risk, old.quorum, asks=True)


def _read(draft: Draft, agent: Agent) -> tuple[tools.Tool, reading.Reading, str]:
    """The tool, what it reads in the arguments, and what the write is about."""
    tool = tools.offered(
        draft.tool, draft.tool_version, workspace=agent.workspace.slug,
        again=draft.reverses is not None or draft.amends is not None,
    )  # fmt: skip
    read = reading.read(tool, draft.arguments)
    return tool, read, draft.subject or (tool.subject(read.value) if read.value is not None else "")


def _turns(workspace_id: int, tool: tools.Tool, read: reading.Reading, subject: str) -> set[str]:
    about = (("subject", subject), ("likeness", gathering.likeness(tool, read.value)))
    return {canonical.digest([workspace_id, tool.name, name, value]) for name, value in about if value}


def _take_turns(turns: Iterable[str]) -> None:
    """Two drafts about one event are judged one after the other; others do not wait.

    Turns end with the transaction. Sorted, so that two who share several never wait for each other.
    """
    with connection.cursor() as cursor:
        for turn in sorted(set(turns)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [turn])


def _as_drafted(draft: Draft) -> dict[str, Any]:
    """What is kept as it came."""
    kept = (
        "idempotency_key", "fingerprint", "summary", "rationale", "confidence", "confidence_source", "precondition",
        "trace_parent", "workflow", "run", "reverses", "amends", "reversal_order", "blames",
    )  # fmt: skip
    of_saga = draft if draft.saga or draft.amends is None else draft.amends
    return {name: getattr(draft, name) for name in kept} | {
        "saga": of_saga.saga,
        "saga_step": of_saga.saga_step,
        "proposed_by_id": draft.proposed_by,
        "proposed_arguments": draft.arguments,
        "band": min(int(draft.confidence * 20), 19) if draft.confidence is not None else None,
    }


def _as_read(draft: Draft, weighed: Weighed) -> dict[str, Any]:
    """What the tool makes of it, and the digest over it."""
    asked = weighed.asked
    tool, subject = asked.tool, asked.subject[:200]
    evidence = [exhibit.digest for exhibit in draft.evidence]
    return {
        "tool": tool.name,
        "tool_version": tool.version,
        "risk": weighed.risk,
        "arguments": asked.read.normal,
        "subject": subject,
        "headline": tool.headline(asked.read.normal)[:300],
        "party": reading.party(asked.read.normal),
        "likeness": gathering.likeness(tool, asked.read.value),
        "digest": proposals.sign(tool, asked.read.normal, subject, evidence, None),
    }


def _as_ruled(draft: Draft, weighed: Weighed, now: datetime) -> dict[str, Any]:
    """Where it stands: pending or blocked, under which policy, in which lane, until when."""
    around, judgement, observes = weighed.around, weighed.judgement, weighed.asked.tool.observes
    blocked = judgement.ruling == gates.BLOCK
    expires_at = draft.expires_at or deadlines.due(around.policy, around.agent.workspace, now)
    if expires_at <= now:
        raise BadExpiry(f"expires_at {expires_at.isoformat()} has passed")
    apart = stakes.excluded(
        policy=around.policy, asked_by=draft.proposed_by, took_part=draft.excluded_reviewers,
        signed_before=draft.signed_before, quorum=judgement.quorum,
    )  # fmt: skip
    return {
        "workspace_id": around.agent.workspace_id,
        "agent": around.agent,
        "policy": around.policy,
        "lane": around.lane,
        "confidence_calibrated": weighed.seen.calibrated,
        "calibrator": around.lane.calibrator,
        "shadow": around.lane.stage == "shadow" or (draft.chain is not None and draft.chain.shadow),
        "state": State.BLOCKED if blocked else State.PENDING,
        "ruling": judgement.ruling,
        "rulings": judgement.as_json(),
        "failure_class": judgement.failure_class,
        "quorum": judgement.quorum,
        "excluded_reviewers": apart,
        "observed_at": None if observes and not blocked else now,
        "created_at": now,
        "expires_at": expires_at,
    }


def _keep_evidence(proposal: Proposal, exhibits: Sequence[Exhibit]) -> None:
    Evidence.objects.bulk_create(
        Evidence(
            proposal=proposal,
            position=position,
            kind=exhibit.kind,
            title=exhibit.title,
            content=exhibit.content,
            source=exhibit.source,
            spans=list(exhibit.spans),
            digest=exhibit.digest,
        )
        for position, exhibit in enumerate(exhibits, start=1)
    )


def _record(proposal: Proposal, judgement: gates.Judgement, actor: Actor, now: datetime) -> None:
    stops = [ruling.gate.replace(" ", "_") for ruling in judgement.rulings if ruling.ruling != gates.ALLOW]
    common: dict[str, Any] = {
        "workspace_id": proposal.workspace_id,
        "actor": actor,
        "at": now,
        "proposal": proposal.id,
    }
    submitted = {"digest": proposal.digest, "tool": proposal.tool, "version": proposal.tool_version}
    if proposal.amends_id:
        submitted["amends"] = ids.show("proposal", proposal.amends_id)
    if proposal.reverses:
        submitted["reverses"] = ids.show("execution", proposal.reverses)
    if proposal.saga:
        submitted |= {"saga": ids.show("saga", proposal.saga), "step": proposal.saga_step}
    if proposal.reversal_order:
        submitted["order"] = ids.show("order", proposal.reversal_order)
    ruled = {
        "ruling": judgement.ruling,
        "quorum": judgement.quorum,
        "policy": proposal.policy_id,
        "stops": stops,
    }
    ledger.append_many(
        [
            ledger.entry(kind="proposal.submitted", run=proposal.run, data=submitted, **common),
            ledger.entry(kind="proposal.ruled", data=ruled, **common),
        ]
    )
