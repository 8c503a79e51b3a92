"""Another prompt, model or set of examples is another agent: its version says so, and its lanes begin again."""

from datetime import datetime

from django.conf import settings

from approvals import agents
from approvals.actors import Actor
from approvals.models import Agent, Workspace
from runs.asking import editions
from runs.models import ExampleSet
from runs.workflows import catalogue
from runs.workflows.catalogue import Workflow


def version_of(workspace: Workspace, workflow: Workflow, standing: str = "") -> str:
    """The version of the workflow's agent now. The one that ``standing`` names stays as long as some inputs are read by
    it; otherwise it is that of the edition which reads the most.
    """
    if not settings.OPENAI_API_KEY:
        used = ExampleSet.objects.filter(workspace=workspace, workflow=workflow.name, retired_at__isnull=True)
        digest = used.values_list("digest", flat=True).first() or ""
        return editions.version(workflow.version, digest[: editions.LENGTH])
    every = [editions.version(workflow.version, one) for one in editions.in_use(workspace, workflow.prompts)]
    return standing if standing in every else every[0]


def keep_up(*, actor: Actor, now: datetime) -> int:
    """Give the agents of workflows the version of what reads for them now. Returns how many are others than before.

    Nothing waits for this: a proposal says by itself what read it, and passes only where that has earned it.
    """
    moved = 0
    rows = Agent.objects.filter(name__in=catalogue.WORKFLOWS).select_related("workspace").order_by("id")
    for agent in rows.iterator():
        moved += bring_up(agent=agent, actor=actor, now=now)
    return moved


def bring_up(*, agent: Agent, actor: Actor, now: datetime) -> bool:
    """The same for one agent: whether it is another than before."""
    version = version_of(agent.workspace, catalogue.get(agent.name), agent.version)
    if version == agent.version:
        return False
    agents.change(agent=agent, version=version, tools=agent.tools, actor=actor, now=now)
    return True
