"""The steps of a saga that will not be written any more: taken from the queue, and from the schedule."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from approvals import decisions
from approvals.actors import Actor
from approvals.models.proposal import OPEN as UNANSWERED
from approvals.models.proposal import State as Permission
from approvals.proposals import AlreadySettled
from exceptions import intake
from runs.saga_steps import Stage, Step


def withdraw(steps: Sequence[Step], actor: Actor, now: datetime) -> None:
    """Everything that still waits. What has been tried once stays scheduled, and never has its turn."""
    for step in steps:
        if step.stage == Stage.WAITING:
            try:
                with transaction.atomic():
                    _withdraw(step, actor, now)
            except (AlreadySettled, IntegrityError):
                continue  # somebody was quicker, or it was tried before: the database keeps it from its turn


def _withdraw(step: Step, actor: Actor, now: datetime) -> None:
    row = step.proposal
    if row.state == Permission.APPROVED:
        decisions.reopen(proposal=row, kind="proposal.chain_broken", actor=actor, now=now)
    if row.state in UNANSWERED:
        intake.withdraw(proposal=row, actor=actor, now=now)
