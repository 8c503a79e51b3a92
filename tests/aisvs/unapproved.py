"""Proposals that nobody has signed, or whose signatures do not count: the many ways there are to have no approval."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from approvals import actors, decisions, policies, proposals
from approvals.models import Proposal
from runs import drain
from tests import builders
from tests.people import Company

TICK = actors.worker("tick")


def work() -> None:
    drain.drain(linger=0, longest=0)


def long_ago() -> Any:
    return timezone.now() - timedelta(minutes=5)


def pending(company: Company) -> Proposal:
    return builders.a_proposal(company.bot)


def rejected(company: Company) -> Proposal:
    row = pending(company)
    return builders.approve(row, company.maria, verdict="reject", reason_code="duplicate")


def expired(company: Company) -> Proposal:
    at = long_ago()
    row = builders.a_proposal(company.bot, at=at, expires_at=at + timedelta(minutes=1))
    proposals.expire_due(actor=TICK, now=timezone.now())
    return row


def withdrawn(company: Company) -> Proposal:
    row = pending(company)
    return proposals.withdraw(proposal=row, actor=builders.agent_actor(company.bot), now=timezone.now())


def blocked(company: Company) -> Proposal:
    return builders.a_proposal(company.bot, evidence=())


def taken_back(company: Company) -> Proposal:
    row = builders.approve(pending(company), company.maria)
    decisions.undo(
        proposal_id=row.pk, member=company.maria, actor=builders.actor_of(company.maria), now=timezone.now()
    )
    return row


def half_signed(company: Company) -> Proposal:
    policies.set_policy(
        workspace=company.workspace, tool="memo.write", actor=TICK, now=timezone.now(), quorum=2
    )
    return builders.approve(pending(company), company.maria)


UNAPPROVED = [pending, rejected, expired, withdrawn, blocked, taken_back, half_signed]
