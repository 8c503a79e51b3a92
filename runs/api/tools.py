"""What this agent may ask for, and in what shape."""

from django.http import HttpRequest, JsonResponse
from ninja import Router

from approvals import tools
from runs.api import answers, bearer

router = Router(tags=["tools"])


@router.get("/tools", response=answers.ToolsOut, summary="List the tools you may name")
def browse(request: HttpRequest) -> JsonResponse:
    """With the JSON Schema of their arguments, and the fields whose values must be found in the evidence."""
    agent = bearer.agent(request)
    mine, there_are = set(agent.tools), tools.of_workspace(agent.workspace)
    return JsonResponse({"items": [answers.tool(known) for known in there_are if known.name in mine]})
