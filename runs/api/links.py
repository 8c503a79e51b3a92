"""Absolute addresses of the pages that people open."""

from uuid import UUID

from django.conf import settings

from approvals import ids
from approvals.models import Proposal
from exceptions.models import Case
from runs.models import Run, Saga


def to_proposal(proposal: Proposal, workspace: str) -> str:
    return f"{settings.SITE_URL}/w/{workspace}/review/{ids.show('proposal', proposal.id)}/"


def to_run(run: Run, workspace: str) -> str:
    return f"{settings.SITE_URL}/w/{workspace}/runs/{run.public_id}/"


def to_case(case: Case, workspace: str) -> str:
    return f"{settings.SITE_URL}/w/{workspace}/exceptions/{case.public_id}/"


def to_saga(saga: Saga, workspace: str) -> str:
    return to_saga_id(saga.id, workspace)


def to_saga_id(saga: UUID, workspace: str) -> str:
    return f"{settings.SITE_URL}/w/{workspace}/sagas/{ids.show('saga', saga)}/"
