"""Drills: proposals made wrong on purpose, which can never execute, to see whether people look."""

from datetime import datetime

from approvals.actors import Actor
from approvals.models import Decision, Proposal


def answered(*, proposal: Proposal, decision: Decision, actor: Actor, now: datetime) -> None:
    """A drill was answered: keep whether it was caught, and tell the ledger, in the caller's transaction."""
