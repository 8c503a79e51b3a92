"""Dry runs through the API: an agent may ask what its write would meet, and is told how it ended.

What the target holds is not told: somebody has to approve before an agent learns anything from a target.
"""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, Field
from structlog.contextvars import bind_contextvars

from approvals.models import Proposal
from runs import rehearsals
from runs.api import access, bearer
from runs.api.problems import Problem
from runs.models import Rehearsal
from runs.rehearsals import Asker

REFUSALS: dict[type[LookupError], tuple[int, str, str, str]] = {
    rehearsals.NothingToRehearse: (
        409, "nothing-to-rehearse", "There is nothing to rehearse",
        "The proposal is settled or on its way, or its tool can neither try a write nor read its target.",
    ),
    rehearsals.NotYourTool: (
        403, "tool-not-allowed", "The tool was not given to you", "An admin says which tools an agent may use.",
    ),
    rehearsals.Stopped: (
        409, "switch-pulled", "A switch is pulled",
        "A dry run reaches outside too. Ask again when the switch is released.",
    ),
    rehearsals.UnderWay: (
        409, "rehearsal-under-way", "Another dry run is under way", "A reviewer tries other values. Ask again soon.",
    ),
    rehearsals.TooManyWaiting: (
        429, "too-many-rehearsals", "Several dry runs wait already", "Ask again when workers have come to them.",
    ),
}  # fmt: skip

router = Router(tags=["proposals"])


class RehearsalOut(BaseModel):
    """A dry run of what is on the table: nothing was written by it."""

    state: Literal["waiting", "started", "done"]
    ending: Annotated[
        Literal["", "passed", "read", "refused", "transient", "unknown", "broken", "stopped", "lost"],
        Field(
            description="`read`: the tool cannot try a write, so its target was only read; empty until it is done"
        ),
    ]
    failure_class: str
    message: str
    field: str
    stale: Annotated[
        bool, Field(description="other values, or another state of the target, are on the table now")
    ]
    asked_at: datetime
    done_at: datetime | None


def told(row: Rehearsal | None, proposal: Proposal) -> dict[str, Any] | None:
    """As `RehearsalOut`. What a reviewer typed and did not sign is nobody else's."""
    if row is None or (row.edited and row.digest != proposal.digest):
        return None
    return {
        "state": row.state,
        "ending": row.ending,
        "failure_class": row.failure_class,
        "message": row.message,
        "field": row.field,
        "stale": row.digest != proposal.digest,
        "asked_at": _moment(row.asked_at),
        "done_at": _moment(row.done_at),
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


@router.post(
    "/proposals/{proposal_id}/rehearsal",
    response={202: RehearsalOut, 200: RehearsalOut},
    summary="Ask for a dry run",
)
def rehearse(request: HttpRequest, proposal_id: str) -> JsonResponse:
    """A worker tries the write without making it. Within a minute, what was found for the same values is the answer.

    How it ended is told by `GET /proposals/{id}` as `rehearsal`.
    """
    agent = bearer.agent(request)
    row = access.proposal(agent, proposal_id)
    bind_contextvars(proposal_id=row.public_id)
    try:
        asked, new = rehearsals.ask(
            proposal_id=row.pk, by=Asker(agent=agent), actor=bearer.actor(request), now=timezone.now()
        )
    except tuple(REFUSALS) as error:
        raise Problem(*REFUSALS[type(error)]) from error
    return JsonResponse(told(asked, row), status=202 if new else 200)
