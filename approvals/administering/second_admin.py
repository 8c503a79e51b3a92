"""What happens when one admin presses a button that takes two."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from approvals import access
from approvals.answering.review_pages import SeeOther
from approvals.four_eyes import changes, rule
from approvals.four_eyes.drafts import Draft
from approvals.models import Membership
from approvals.visible import plain

PAGE = "settings-changes"


def wanted(request: HttpRequest, member: Membership, draft: Draft | None) -> HttpResponse | None:
    """The answer where the draft must wait for another admin; None where one may carry it out."""
    if draft is None or not rule.needs_two(member.workspace):
        return None
    put_before_another(request, member, draft)
    return SeeOther(reverse(PAGE, args=[member.workspace.slug]))


def put_before_another(request: HttpRequest, member: Membership, draft: Draft) -> bool:
    """Propose it and say so. False where a change of the same thing waits already."""
    try:
        changes.propose(
            workspace=member.workspace, draft=draft, by=member.user_id, actor=access.actor(request), now=timezone.now()
        )  # fmt: skip
    except changes.AlreadyProposed:
        messages.warning(request, "A change of it waits already: confirm or withdraw that one first.")
        return False
    messages.info(request, f"{plain(draft.title)}: proposed. It takes effect when another admin confirms it.")
    return True
