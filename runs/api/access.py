"""What an agent may fetch: its own proposals and its own runs. Anything else does not exist."""

from django.http import Http404

from approvals.access import identifier
from approvals.models import Agent, Proposal
from runs.api.problems import Fault, refused_body
from runs.models import Run


def proposal(agent: Agent, public_id: str) -> Proposal:
    """A proposal of this agent. Raises `Http404`."""
    found = (
        Proposal.objects.select_related("workspace")
        .filter(
            pk=identifier("proposal", public_id), agent=agent, workspace_id=agent.workspace_id, drill=False
        )
        .first()
    )
    if found is None:
        raise Http404("no such proposal")
    return found


def run(agent: Agent, public_id: str) -> Run:
    """A run of this agent. Raises `Http404`."""
    found = Run.objects.filter(
        pk=identifier("run", public_id), agent=agent, workspace_id=agent.workspace_id
    ).first()
    if found is None:
        raise Http404("no such run")
    return found


def run_named(agent: Agent, public_id: str, pointer: str = "/run") -> Run:
    """The run a body names. Raises `Problem` 422 instead of 404: the address was right, the body was not."""
    try:
        return run(agent, public_id)
    except Http404 as error:
        fault = Fault("It is no run of yours", "send the id that POST /api/v1/runs gave you", pointer=pointer)
        raise refused_body(fault) from error


def proposal_named(agent: Agent, public_id: str, pointer: str = "/proposal") -> Proposal:
    """The proposal a body names. Raises `Problem` 422."""
    try:
        return proposal(agent, public_id)
    except Http404 as error:
        fault = Fault(
            "It is no proposal of yours", "send the id that POST /api/v1/proposals gave you", pointer=pointer
        )
        raise refused_body(fault) from error
