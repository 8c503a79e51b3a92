"""Not now, and: to a colleague. Neither answers anything; each leads to the next item."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from approvals import access, decisions, hours, moments, rail
from approvals.answering import forms
from approvals.models import Membership, Proposal
from approvals.models.workspace import Role
from approvals.routing import asides, assignments, routing_answers, routing_forms
from approvals.routing.assignments import Colleague
from approvals.visible import plain, visible


@require_POST
def set_aside(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Keep it out of one's own queue until later."""
    member, now = access.member(request, workspace), timezone.now()
    found, place = access.proposal(member, proposal), forms.place(request, member)
    if not member.may(Role.REVIEWER):  # perhaps not any more: say so on the item
        return routing_answers.refused(request, member, place, now, found, decisions.NotYourDecision())
    form = routing_forms.AsideForm(request.POST, proposal=found, member=member, now=now)
    if not form.is_valid():
        why = "It was not set aside", forms.words(form)
        return routing_answers.refused(request, member, place, now, found, why)
    wanted = form.cleaned_data["until"]
    try:
        kept = asides.set_aside(
            proposal=found, member=member, until=wanted, actor=access.actor(request), now=now
        )
    except asides.NotLater:
        why = "It was not set aside", "Too little time is left. Answer it, or give it to somebody."
        return routing_answers.refused(request, member, place, now, found, why, 409)
    except routing_answers.ANSWERS as error:
        return routing_answers.refused(request, member, place, now, found, error)
    at = moments.near(kept.until, now, hours.of_member(member).tzinfo)
    sooner = ", while there is still time to answer it" if kept.until < wanted else ""
    said = f"Set aside until {at}{sooner}: {plain(found.headline)}"
    return routing_answers.go_on(request, member, place, now, found, said)


@require_POST
def bring_back(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Into one's own queue again."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found, place = access.proposal(member, proposal), forms.place(request, member)
    try:
        asides.bring_back(proposal=found, member=member, actor=access.actor(request), now=now)
    except asides.NotSetAside:
        return routing_answers.stay(request, member, place, now, found, "It is in your queue already.")
    return routing_answers.stay(request, member, place, now, found, "Back in your queue.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def give(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """To whom it can be given; posted, it is given to a colleague."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found = access.proposal(member, proposal)
    able = assignments.colleagues(found, member, now)
    if request.method != "POST":
        return _choices(request, member, found, able)
    form = routing_forms.GiveForm(request.POST)
    if not form.is_valid():
        why = "It was given to nobody", forms.words(form)
        return routing_answers.refused(request, member, forms.place(request, member), now, found, why)
    chosen = [one.member for one in able if one.member.user_id == form.cleaned_data["to"]]
    label = chosen[0].user.get_username() if chosen else "nobody"
    return routing_answers.give(request, member, found, chosen, label, form.cleaned_data["note"])


def _choices(
    request: HttpRequest, member: Membership, proposal: Proposal, able: Sequence[Colleague]
) -> HttpResponse:
    """The panel's content, and for pages without script a page of its own."""
    place, now, slug = forms.place(request, member), timezone.now(), member.workspace.slug
    context: dict[str, Any] = {
        "colleagues": [_line(colleague, now) for colleague in able],
        "proposal": proposal,
        "heading": visible(proposal.headline),
        "page_title": plain(proposal.headline),
        "item_url": place.url("proposal", slug, proposal.public_id),
        "give_url": place.url("give", slug, proposal.public_id),
        "query": urlencode(place.query()),
    }
    if getattr(request, "htmx", False):
        return render(request, "approvals/routing/_give.html", context | {"workspace": member.workspace})
    return render(request, "approvals/routing/give.html", rail.around(member, now) | context)


def _line(colleague: Colleague, now: datetime) -> dict[str, Any]:
    """Somebody to choose, and who would see it while they are away."""
    cover = colleague.cover
    away = ""
    if cover is not None:
        away = f"away until {moments.near(cover.ends_at, now)}, {cover.stand_in.get_username()} stands in"
    return {
        "id": colleague.member.user_id,
        "name": visible(colleague.member.user.get_username()),
        "away": visible(away),
    }


@require_POST
def give_back(request: HttpRequest, workspace: str, proposal: str) -> HttpResponse:
    """Offer it to everybody again."""
    member, now = access.member(request, workspace, Role.REVIEWER), timezone.now()
    found, place = access.proposal(member, proposal), forms.place(request, member)
    try:
        assignments.give_back(proposal=found, member=member, actor=access.actor(request), now=now)
    except assignments.NotGiven:
        return routing_answers.stay(
            request, member, place, now, found, "It was offered to everybody already."
        )
    return routing_answers.stay(request, member, place, now, found, "Offered to everybody again.")
