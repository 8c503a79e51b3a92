"""A proposal's moves: observed, withdrawn, superseded, dismissed, expired. Who may decide one is in ``decisions``."""

from collections.abc import Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.db import transaction

from approvals import canonical, ledger, locks, switches, tools
from approvals.actors import Actor
from approvals.batching import cohorts
from approvals.models import Proposal
from approvals.models.proposal import MOVES, OPEN, State
from approvals.telling import notice_occasions

BATCH = 500


class AlreadySettled(LookupError):
    """Somebody or something was quicker: the proposal is no longer in the state this move starts from."""

    def __init__(self, proposal: Proposal):
        super().__init__(f"{proposal.public_id} is {proposal.state}")
        self.proposal = proposal


def sign(
    tool: tools.Tool,
    arguments: dict[str, Any],
    subject: str,
    evidence: Sequence[str],
    observation: dict[str, Any] | None,
) -> str:
    """The digest a reviewer signs (see `canonical.signed_digest`)."""
    return canonical.signed_digest(
        tool=tool.name,
        tool_version=tool.version,
        arguments=arguments,
        subject=subject,
        evidence=evidence,
        observation=canonical.digest(observation) if observation is not None else None,
    )


def resign(proposal: Proposal, arguments: dict[str, Any], observation: dict[str, Any] | None) -> str:
    """The digest the proposal would have with these arguments and this observation."""
    evidence = list(proposal.evidence.order_by("position").values_list("digest", flat=True))
    return canonical.signed_digest(
        tool=proposal.tool, tool_version=proposal.tool_version, arguments=arguments, subject=proposal.subject,
        evidence=evidence, observation=canonical.digest(observation) if observation is not None else None,
    )  # fmt: skip


def record_observation(
    *, proposal: Proposal, observation: dict[str, Any], actor: Actor, now: datetime
) -> Proposal:
    """Keep what the worker read in the target; from here on it is part of what is signed. Raises `AlreadySettled`."""
    digest = resign(proposal, proposal.arguments, observation)
    seen = copy(proposal)
    seen.observation, seen.observed_at, seen.digest = observation, now, digest
    seen.cohort = cohorts.cohort_of(seen)
    with transaction.atomic():
        moved = Proposal.objects.filter(
            pk=proposal.pk, state=State.PENDING, observed_at__isnull=True, digest=proposal.digest
        ).update(observation=observation, observed_at=now, digest=digest, cohort=seen.cohort)
        if not moved:
            raise AlreadySettled(Proposal.objects.get(pk=proposal.pk))
        ledger.append(
            workspace_id=proposal.workspace_id,
            kind="proposal.observed",
            actor=actor,
            at=now,
            proposal=proposal.id,
            data={"digest": digest},
        )
    proposal.observation, proposal.observed_at = observation, now
    proposal.digest, proposal.cohort = digest, seen.cohort
    return proposal


def settle(
    *,
    proposal: Proposal,
    to: str,
    kind: str,
    actor: Actor,
    now: datetime,
    data: dict[str, Any] | None = None,
    **fields: Any,
) -> None:
    """Move a proposal by one conditional UPDATE and record it, in the caller's transaction. Raises `AlreadySettled`."""
    sources = [source for source, targets in MOVES.items() if to in targets]
    settled_at = None if to in OPEN else now
    moved = Proposal.objects.filter(pk=proposal.pk, state__in=sources).update(
        state=to, settled_at=settled_at, **fields
    )
    if not moved:
        raise AlreadySettled(Proposal.objects.get(pk=proposal.pk))
    ledger.append(
        workspace_id=proposal.workspace_id, kind=kind, actor=actor, at=now, proposal=proposal.id, data=data
    )
    proposal.state, proposal.settled_at = to, settled_at


def ask_anew(*, proposal: Proposal, kind: str, actor: Actor, now: datetime) -> None:
    """The same question in a new round, while it waits: earlier answers are dead. In the caller's transaction.

    Raises `AlreadySettled`.
    """
    waiting = Proposal.objects.filter(pk=proposal.pk, state=State.PENDING, round=proposal.round)
    if not waiting.update(round=proposal.round + 1, cohort=""):
        raise AlreadySettled(Proposal.objects.get(pk=proposal.pk))
    proposal.round, proposal.cohort = proposal.round + 1, ""
    ledger.append(
        workspace_id=proposal.workspace_id, kind=kind, actor=actor, at=now, proposal=proposal.id,
        data={"round": proposal.round},
    )  # fmt: skip


def withdraw(*, proposal: Proposal, actor: Actor, now: datetime) -> Proposal:
    """The agent takes it back while nobody has decided. Raises `AlreadySettled`."""
    with transaction.atomic():
        settle(proposal=proposal, to=State.WITHDRAWN, kind="proposal.withdrawn", actor=actor, now=now)
    return proposal


def supersede(*, proposal: Proposal, by: Proposal, actor: Actor, now: datetime) -> None:
    """An amended proposal takes its place. Raises `AlreadySettled`."""
    with transaction.atomic():
        settle(
            proposal=proposal, to=State.SUPERSEDED, kind="proposal.superseded", actor=actor, now=now,
            data={"by": by.public_id},
        )  # fmt: skip


def dismiss(*, proposal: Proposal, actor: Actor, now: datetime, reason_code: str) -> None:
    """The owner of its case lets a blocked proposal go. Raises `AlreadySettled`."""
    with transaction.atomic():
        if not Proposal.objects.filter(pk=proposal.pk, state=State.BLOCKED).exists():
            raise AlreadySettled(proposal)
        settle(
            proposal=proposal, to=State.REJECTED, kind="proposal.dismissed", actor=actor, now=now,
            data={"reason": reason_code},
        )  # fmt: skip


def expire_due(*, actor: Actor, now: datetime) -> int:
    """Expire what nobody answered in time; clocks that a switch stopped stand still. Returns how many."""
    with transaction.atomic():
        due = list(
            locks.take(Proposal.objects, skip=True)
            .filter(switches.is_running(), state=State.PENDING, expires_at__lte=now, drill=False)
            .order_by("expires_at")[:BATCH]
        )
        Proposal.objects.filter(pk__in=[row.pk for row in due], state=State.PENDING).update(
            state=State.EXPIRED, settled_at=now
        )
        ledger.append_many(
            ledger.entry(
                workspace_id=row.workspace_id, kind="proposal.expired", actor=actor, at=now, proposal=row.id
            )
            for row in due
        )
        notice_occasions.expired(proposals=due, now=now)
    return len(due)
