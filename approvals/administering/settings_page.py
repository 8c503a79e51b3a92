"""The frame of every settings page: who may be there, its tabs, and the workspace's own clock."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from approvals import access, rail
from approvals.models import Change, Membership
from approvals.models.change import ChangeState
from approvals.models.workspace import Role

TABS = {
    "settings": "Agents",
    "settings-tools": "Tools",
    "settings-policies": "Policies",
    "settings-limits": "Limits",
    "settings-models": "Models",
    "settings-lanes": "Lanes",
    "settings-people": "People",
    "teams": "Teams",
    "settings-channels": "Channels",
    "settings-reviewing": "Reviewing",
    "settings-changes": "Changes",
    "oversight": "Oversight",
}


def reader(request: HttpRequest, workspace: str) -> Membership:
    """The member, who may look at settings: an admin or an auditor."""
    return access.member(request, workspace, Role.ADMIN, Role.AUDITOR)


def admin(request: HttpRequest, workspace: str) -> Membership:
    """The member, who may change settings."""
    return access.member(request, workspace, Role.ADMIN)


def show(
    request: HttpRequest,
    member: Membership,
    tab: str,
    template: str,
    context: dict[str, Any],
    *,
    code: int = 200,
) -> HttpResponse:
    """A page of settings, its moments told in the workspace's time zone. Who may see no other gets no tabs."""
    waiting = Change.objects.filter(workspace_id=member.workspace_id, state=ChangeState.PROPOSED).count()
    tabs = [
        {"label": label, "url": reverse(name, args=[member.workspace.slug]), "current": name == tab,
         "count": waiting if waiting and name == "settings-changes" else None}
        for name, label in (TABS.items() if member.may(Role.ADMIN, Role.AUDITOR) else ())
    ]  # fmt: skip
    whole = rail.around(member, timezone.now()) | context | {"tabs": tabs, "acts": member.may(Role.ADMIN)}
    return render(request, f"approvals/settings/{template}.html", whole, status=code)
