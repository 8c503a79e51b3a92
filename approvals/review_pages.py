"""The review page and its parts: the same content as a whole page, or as what htmx puts into the open one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import push_url

from approvals import (
    access,
    batch_page,
    decisions,
    item,
    lessons,
    listing,
    pace,
    queue,
    routing_page,
    wording,
)
from approvals.listing import Place
from approvals.models import Membership, Proposal
from approvals.models.proposal import State


class SeeOther(HttpResponseRedirect):
    """After a change: go and look at that page."""

    status_code = 303


def show(
    request: HttpRequest,
    member: Membership,
    place: Place,
    now: datetime,
    *,
    current: Proposal | None = None,
    notice: Mapping[str, str] | None = None,
    note: str = "",
    code: int = 200,
) -> HttpResponse:
    """The queue with one item open: ``current``, or the first of the list."""
    context = listing.read(member, place, now, current)
    opened = current or context["opened"]
    context |= {"notice": notice, "note": note, "listed": current is None}
    if opened is None:
        context["empty"] = empty(member, place, now, context["counts"])
    else:
        whole = current or access.proposal(member, opened.public_id)  # a row of the list is not all of it
        context |= of_item(whole, member, place, now)
    context |= lessons.latest(member, now)
    return answer(request, member, place, opened, context, code)


def of_item(proposal: Proposal, member: Membership, place: Place, now: datetime) -> dict[str, Any]:
    """Everything the pane of one item says, with and without the list around it."""
    return {
        **item.read(proposal, member, now),
        **links(member, place, proposal),
        **routing_page.read(proposal, member, now),
        **batch_page.offer(proposal, member, now),
        **pace.read(proposal, member, now),
    }


def answer(
    request: HttpRequest,
    member: Membership,
    place: Place,
    opened: Proposal | None,
    context: dict[str, Any],
    code: int,
) -> HttpResponse:
    """A page, or for htmx the item pane, and the list beside it as it now is."""
    whole = not getattr(request, "htmx", False)
    response = render(request, f"approvals/{'review' if whole else '_swap'}.html", context, status=code)
    patch_vary_headers(response, ["HX-Request"])
    if request.method == "POST" and not whole and code == 200:
        slug = member.workspace.slug
        push_url(
            response, place.url("proposal", slug, opened.public_id) if opened else place.url("review", slug)
        )
    return response


def links(member: Membership, place: Place, proposal: Proposal) -> dict[str, Any]:
    """Addresses of what one may do with an item. Those of upper floors are left out where nothing answers them."""
    slug, public_id = member.workspace.slug, proposal.public_id
    settled = proposal.state not in (State.PENDING, State.BLOCKED)
    return {
        "item_url": place.url("proposal", slug, public_id),
        "decision_url": place.url("decision", slug, public_id),
        "edit_url": place.url("edit", slug, public_id),
        "hand_over_url": upstairs("hand-over", slug, public_id),
        "effect_url": upstairs("effect", slug, public_id) if settled else "",
        "ledger_url": f"{reverse('ledger', args=[slug])}?proposal={public_id}",
        "cases_url": upstairs("cases", slug) if proposal.state == State.BLOCKED else "",
        "reasons": [{"code": code, "label": label} for code, label in decisions.REASONS.items()],
    }


def upstairs(name: str, *args: str) -> str:
    """The address of a view above this floor, or nothing."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def empty(member: Membership, place: Place, now: datetime, counts: queue.Counts) -> dict[str, Any]:
    """Why nothing is here, in figures."""
    if place.search:
        text = "Search looks at subjects, headlines and vendors of this tab; a whole id is found anywhere."
        return {"title": "Nothing here begins like that", "icon": "search", "text": text}
    if place.view == queue.SETTLED:
        return {"title": "Nothing has been settled yet", "icon": "sign"}
    reading = queue.being_read(member, now)
    figures = [
        ("waiting for you", counts.mine),
        ("waiting for another person", max(0, counts.all - counts.mine - reading)),
        ("being read by a worker", reading),
    ]
    return {
        "title": "Everything you could sign is signed" if place.view == queue.MINE else "Nothing waits here",
        "icon": "sign",
        "text": "New items appear here by themselves.",
        "counts": [{"label": label, "value": wording.capped(count)} for label, count in figures if count],
    }
