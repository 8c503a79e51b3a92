"""What the machines did, newest first. Bounded, indexed reads only."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404

from approvals import access
from approvals.models import LedgerEntry, Membership, Proposal
from runs.models import Execution, Run, Step

PAGE = 40
STEPS = 60


@dataclass
class Page:
    rows: list[Any]
    older: str = ""  # the id to go on from, or empty


@dataclass
class Report:
    """One run, answered: what ran, what succeeded, what failed, which records were affected."""

    run: Run
    proposals: Counter[str] = field(default_factory=Counter)
    executions: Counter[str] = field(default_factory=Counter)
    affected: list[Execution] = field(default_factory=list)
    failed_steps: list[Step] = field(default_factory=list)
    tokens: int = 0
    story: list[LedgerEntry] = field(default_factory=list)


def runs(member: Membership, before: str = "") -> Page:
    """The workspace's runs, newest first, a page at a time."""
    rows = (
        Run.objects.filter(workspace_id=member.workspace_id)
        .select_related("agent")
        .order_by("-started_at", "-id")
    )
    if before:
        last = run(member, before)
        rows = rows.filter(Q(started_at__lt=last.started_at) | Q(started_at=last.started_at, pk__lt=last.pk))
    found = list(rows[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else "")


def run(member: Membership, public_id: str) -> Run:
    """A run of the member's workspace. Raises `Http404`."""
    found = (
        Run.objects.select_related("agent", "workspace")
        .filter(pk=access.identifier("run", public_id), workspace_id=member.workspace_id)
        .first()
    )
    if found is None:
        raise Http404("no such run")
    return found


def report(of: Run) -> Report:
    """The counts and records of one run, in six queries."""
    proposals = Proposal.objects.filter(run=of.id, drill=False).order_by()
    executions = Execution.objects.filter(proposal__run=of.id).order_by()
    affected = executions.filter(state="succeeded").select_related("proposal").order_by("-finished_at")
    failed = of.steps.filter(error__isnull=False).order_by("started_at", "id")
    return Report(
        run=of,
        proposals=Counter(dict(proposals.values_list("state").annotate(Count("id")))),
        executions=Counter(dict(executions.values_list("state").annotate(Count("id")))),
        affected=list(affected[:PAGE]),
        failed_steps=list(failed[:PAGE]),
        story=list(LedgerEntry.objects.filter(run=of.id, kind__startswith="run.").order_by("id")[:PAGE]),
    )


def proposals_of(of: Run, before: UUID | None = None, state: str = "") -> Page:
    """The run's proposals, newest first."""
    rows = Proposal.objects.filter(run=of.id, drill=False).order_by("-id")
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return Page(found[:PAGE], found[PAGE - 1].public_id if len(found) > PAGE else "")


def steps_of(of: Run, item: str = "") -> list[Step]:
    """The first steps of the run, or all of one input."""
    rows = of.steps.order_by("started_at", "id")
    return list(rows.filter(item=item)[:STEPS] if item else rows[:STEPS])


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
