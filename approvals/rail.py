"""What surrounds every page of a workspace: where one is, who one is, and how much waits."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.urls import NoReverseMatch, reverse

from approvals import questions, wording
from approvals.models import Membership, Workspace
from approvals.telling import notices
from approvals.waiting import statements, view_counts

SECTIONS = {
    "review": ("review",),
    "cases": ("cases", "incidents"),
    "runs": ("runs", "sagas", "undo", "samples", "figures", "golden"),
    "settings": ("settings", "switches"),
    "lanes": ("lanes",),
    "ledger": ("ledger",),
}
"""What the rail names, each with the pages that belong to it."""
OWN = {"notices": "notices", "own": "own-figures", "hours": "own-hours"}


def around(member: Membership, now: datetime, counts: view_counts.Counts | None = None) -> dict[str, Any]:
    """Context for the rail of any page; ``counts`` when the page has counted already."""
    waiting = counts.mine if counts else view_counts.mine(member, now)
    return {
        "member": member,
        "workspace": member.workspace,
        "workspaces": workspaces(member.user_id),
        "rail": {
            "review_count": count_text(waiting),
            "notices": notices.unread_text(member),
        },
    }


def count_text(waiting: int) -> str:
    """What stands beside Review: small, and the same on every page."""
    return wording.capped(waiting, view_counts.FEW) if waiting else ""


def workspaces(user_id: int) -> list[Workspace]:
    """The workspaces a person belongs to, by name."""
    return statements.ask(_workspaces(), {statements.SEAT: user_id})


def asked(member: Membership) -> list[questions.Question]:
    """What `around` asks, but for how much waits."""
    return [
        statements.meant(_workspaces().built, {statements.SEAT: member.user_id}),
        notices.asked_unread(member),
    ]


@cache
def _workspaces() -> statements.Kept[Workspace]:
    return statements.keep(Workspace.objects.filter(memberships__user=statements.SEAT).order_by("name")[:50])


@lru_cache(maxsize=256)
def addresses(slug: str) -> dict[str, str]:
    """Where the rail of a workspace leads, by name; empty where nothing answers. Every page wants all of them."""
    pages = {name: name for names in SECTIONS.values() for name in names} | OWN
    return {name: _address(page, slug) for name, page in pages.items()} | {"sign_out": _address("sign-out")}


def section(path: str, at: Mapping[str, str]) -> str:
    """Of `SECTIONS` the one whose page this is; empty for none."""
    return next(
        (
            name
            for name, pages in SECTIONS.items()
            if any(at[page] and path.startswith(at[page]) for page in pages)
        ),
        "",
    )


def _address(page: str, *given: str) -> str:
    try:
        return reverse(page, args=given)
    except NoReverseMatch:
        return ""
