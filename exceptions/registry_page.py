"""The frame of the pages about who owns what: their tabs, and what is missing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from approvals import rail
from approvals.models import Membership
from approvals.models.workspace import Role

TABS = {
    "failure-classes": "Kinds of failure",
    "rules": "Rules",
    "plans": "Plans",
    "escalation": "Escalation",
    "registry-file": "File",
}


def show(
    request: HttpRequest,
    member: Membership,
    tab: str,
    template: str,
    context: dict[str, Any],
    *,
    code: int = 200,
) -> HttpResponse:
    """A page about the registry. ``admin`` says whether its reader may change it."""
    slug = member.workspace.slug
    tabs = [
        {"label": label, "url": reverse(name, args=[slug]), "current": name == tab}
        for name, label in TABS.items()
    ]
    whole = rail.around(member, timezone.now()) | {"tabs": tabs, "admin": member.may(Role.ADMIN)} | context
    return render(request, f"exceptions/{template}.html", whole, status=code)
