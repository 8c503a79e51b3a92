"""Drills: proposals made wrong on purpose, which can never execute, to see whether people look.

A drill waits among the work and cannot be told from it. The ledger holds a commitment to it from the beginning, and
everything once it has been answered. No agent, run, record of a lane or account of money ever hears of it.
"""

import secrets
from datetime import datetime
from random import Random

from django.db import transaction

from approvals import ledger, locks, proposals
from approvals.actors import Actor, worker
from approvals.models import Decision, Drill, Evidence, Proposal, Workspace
from approvals.models.decision import SIGNATURES
from approvals.models.proposal import State
from approvals.oversight import drill_making, drill_mistakes, drill_sources, drill_story

TICK = worker("tick")
TRIES = 12
BATCH = 100


def seed_due(*, now: datetime, actor: Actor = TICK) -> int:
    """Make the drills that are due, in every workspace where people answer. Returns how many."""
    return sum(_seed(workspace, actor, now) for workspace in drill_sources.active(now))


def _seed(workspace: Workspace, actor: Actor, now: datetime) -> int:
    with transaction.atomic():
        mine = locks.take(Workspace.objects, skip=True).filter(pk=workspace.pk).first()
        wanted = drill_sources.due(mine, now) if mine else 0
        if mine is None or not wanted:
            return 0
        return len(prepare(workspace=mine, count=wanted, actor=actor, now=now))


def prepare(
    *,
    workspace: Workspace,
    count: int,
    actor: Actor,
    now: datetime,
    chance: Random | None = None,
    enough: int = drill_sources.ENOUGH,
) -> list[Proposal]:
    """Make up to so many drills now; fewer where the settled work does not offer them, none with too few sources."""
    chance = chance or secrets.SystemRandom()
    made: list[Proposal] = []
    for tried, source in enumerate(drill_sources.sources(workspace, now, chance, enough)):
        if len(made) >= count or tried >= TRIES * count:
            break
        drill = _make(source, actor, now, chance)
        if drill is not None:
            made.append(drill)
    return made


def _make(source: Proposal, actor: Actor, now: datetime, chance: Random) -> Proposal | None:
    evidence = list(source.evidence.order_by("position"))
    kinds = drill_mistakes.by_kind(drill_mistakes.possible(source, evidence))
    while kinds:
        kind = chance.choices(list(kinds), weights=[mistakes[0].weight for mistakes in kinds.values()])[0]
        mistake = chance.choice(kinds.pop(kind))
        moments = drill_sources.moments(source, now, chance)
        made = drill_making.make(
            source=source, mistake=mistake, evidence=evidence, moments=moments, now=now, chance=chance
        )
        if made is not None:
            return _keep(*made, source, mistake, actor, now)
    return None


def _keep(
    drill: Proposal, evidence: list[Evidence], source: Proposal, mistake: drill_mistakes.Mistake, actor: Actor,
    now: datetime,
) -> Proposal:  # fmt: skip
    nonce = secrets.token_hex(32)
    promise = drill_story.commitment(drill.pk, nonce)
    with transaction.atomic():
        drill.save(force_insert=True)
        Evidence.objects.bulk_create(evidence)
        Drill.objects.create(
            proposal=drill, workspace=drill.workspace, source=source, field=mistake.field, mistake=mistake.code,
            right=source.arguments.get(mistake.field), wrong=drill.arguments.get(mistake.field), nonce=nonce,
            commitment=promise, seeded_at=now,
        )  # fmt: skip
        ledger.append(
            workspace_id=drill.workspace_id, kind="drill.prepared", actor=actor, at=now,
            data={"commitment": promise},
        )  # fmt: skip
    return drill


def answered(*, proposal: Proposal, decision: Decision, actor: Actor, now: datetime) -> None:
    """A drill was answered: it is settled and shown to be one, in the caller's transaction. Nothing is sent, no case is
    opened, and there is nothing to take back.
    """
    drill = locks.take(Drill.objects).get(proposal=proposal)
    caught = drill_story.is_caught(drill, decision)
    signed = decision.verdict in SIGNATURES and proposal.quorum == 1 and not caught
    proposals.settle(
        proposal=proposal, to=State.APPROVED if signed else State.REJECTED, kind="drill.revealed", actor=actor,
        now=now, data=_told(drill) | {"caught": caught}, **({"release_at": now} if signed else {}),
    )  # fmt: skip
    Drill.objects.filter(pk=drill.pk).update(answered_by=decision.reviewer_id, caught=caught, revealed_at=now)


def expire_due(*, now: datetime, actor: Actor = TICK) -> int:
    """Drills nobody answered in time go quietly, and are shown to have been drills. Returns how many."""
    with transaction.atomic():
        rows = locks.take(Drill.objects, "proposal", skip=True).filter(
            answered_by__isnull=True, revealed_at__isnull=True, proposal__state=State.PENDING,
            proposal__expires_at__lte=now, workspace__paused_at__isnull=True,
        )  # fmt: skip
        late = list(rows.select_related("proposal")[:BATCH])
        for drill in late:
            proposals.settle(
                proposal=drill.proposal, to=State.EXPIRED, kind="drill.revealed", actor=actor, now=now,
                data=_told(drill),
            )  # fmt: skip
        Drill.objects.filter(pk__in=[drill.pk for drill in late]).update(revealed_at=now)
    return len(late)


def _told(drill: Drill) -> dict[str, str]:
    """What opens the commitment."""
    return {"commitment": drill.commitment, "nonce": drill.nonce}
