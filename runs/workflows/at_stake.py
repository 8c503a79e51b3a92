"""Which lanes begin again when another version of a prompt reads, in words for who is about to choose one."""

from typing import Any

from django.urls import reverse

from approvals import wording
from approvals.lanes import ladder
from approvals.models import Lane, Workspace
from runs.workflows import catalogue

MOST = 50


def of(workspace: Workspace, prompt: str) -> dict[str, Any]:
    """The agents that ask with it, where their lanes would begin again, and the lanes that have something to lose."""
    names = [one.name for one in catalogue.WORKFLOWS.values() if prompt in one.prompts]
    lanes = Lane.objects.filter(workspace=workspace, agent__name__in=names).select_related("agent")
    above = ladder.trust(workspace.new_versions)
    return {
        "agents": wording.listed(names),
        "to": ladder.words(workspace.new_versions),
        "lanes": [
            {
                "name": f"{lane.agent.name}, {wording.tool_title(lane.tool)}, {lane.risk} risk",
                "stage": ladder.words(lane.stage),
                "url": reverse("lane", args=[workspace.slug, lane.pk]),
            }
            for lane in lanes.order_by("agent__name", "tool", "risk")[:MOST]
            if ladder.trust(lane.stage) > above
        ],
    }
