"""One lane: where it stands, what that rests on, what the next step asks for, and what happened before."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from approvals import rail, wording
from approvals.lanes import findings, ladder, moving
from approvals.models import Lane, Membership
from approvals.models.label import Region
from approvals.models.lane import Stage
from approvals.models.workspace import Role
from exceptions.lanes import criteria, evidence_page, history_page, ladder_drawing, list_page
from exceptions.lanes.forms import DownForm, UpForm


def read(
    member: Membership, lane: Lane, now: datetime, *, up: UpForm | None = None, down: DownForm | None = None
) -> dict[str, Any]:
    """The context of ``lanes/lane.html``, in a fixed number of statements."""
    stay, told = moving.current(lane), criteria.of(lane, now)
    reviewed = findings.of(lane, Region.REVIEWED)
    automated = findings.of(lane, Region.AUTOMATED)
    admin = member.may(Role.ADMIN)
    to = ladder.next_up(lane.stage)
    return rail.around(member, now) | {
        "lane": lane,
        "stay": stay,
        "tool": wording.tool_title(lane.tool),
        "stage": ladder.words(lane.stage),
        "means": str(Stage(lane.stage).label).partition(": ")[2],
        "ladder": ladder_drawing.of(lane.stage),
        "next": ladder.words(to) if to else "",
        "criteria": told,
        "fell": stay.cause in list_page.BY_ITSELF,
        "earned": all(one.met for one in told),
        "up": (up or UpForm(lane=lane)) if admin and to else None,
        "down": (down or DownForm(lane=lane)) if admin and ladder.below(lane.stage) else None,
        "coverage": list_page.coverage(lane),
        "history": history_page.read(lane),
        "back": reverse("lanes", args=[member.workspace.slug]),
        **evidence_page.read(lane, stay, reviewed, automated),
    }
