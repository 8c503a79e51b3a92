"""What this agent may ask for, and in what shape."""

from django.http import HttpRequest, JsonResponse
from ninja import Router

from approvals import tools
from runs.api import answers, bearer

router = Router(tags=["tools"])


@router.get("/tools", response=answers.ToolsOut, summary="List the tools you may name")
def browse(request: HttpRequest) -> JsonResponse:
    """With the JSON Schema of their arguments, and the fields whose values must be found in the evidence."""
    mine = set(bearer.agent(request).tools)
    return JsonResponse({"items": [answers.tool(known) for known in tools.every() if known.name in mine]})
