"""Runs, steps and executions on somebody's behalf: what is not of the member's workspace does not exist."""

from functools import cache
from uuid import UUID

from django.http import Http404

from approvals import access
from approvals.models import Membership, Proposal
from approvals.waiting import statements
from runs.models import Execution, Run, Step


def run(member: Membership, public_id: str) -> Run:
    """A run of the member's workspace. Raises `Http404`."""
    meaning = statements.of(member) | {statements.ITEM: access.identifier("run", public_id)}
    found = statements.first(_one(), meaning)
    if found is None:
        raise Http404("no such run")
    return found


@cache
def _one() -> statements.Kept[Run]:
    rows = Run.objects.select_related("agent", "workspace")
    return statements.keep(rows.filter(pk=statements.ITEM, workspace=statements.HOUSE))


def step(of: Run, pk: UUID) -> Step:
    """A step of that run. Raises `Http404`."""
    found = Step.objects.filter(pk=pk, run=of).first()
    if found is None:
        raise Http404("no such step")
    found.run = of
    return found


def executions_of(proposal: Proposal) -> list[Execution]:
    """Every execution a proposal has had, oldest first, with its attempts."""
    rows = Execution.objects.filter(proposal=proposal).select_related("proposal__workspace")
    return list(rows.prefetch_related("tries").order_by("created_at"))


def execution(member: Membership, public_id: str) -> Execution:
    """An execution of the member's workspace. Raises `Http404`."""
    found = (
        Execution.objects.select_related("proposal__agent__workspace", "workspace")
        .filter(pk=access.identifier("execution", public_id), workspace_id=member.workspace_id)
        .first()
    )
    if found is None:
        raise Http404("no such execution")
    return found
