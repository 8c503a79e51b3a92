"""The review page and its parts: the same content as a whole page, or as what htmx puts into the open one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import urlencode
from django_htmx.http import push_url

from approvals import access, questions
from approvals.answering import foresight
from approvals.answering.disagreements import Sides
from approvals.batching import batch_page
from approvals.flow import flow_desk, flow_held
from approvals.models import Membership, Proposal
from approvals.models.proposal import State
from approvals.models.workspace import Role
from approvals.oversight import lessons, pace
from approvals.routing import routing_page
from approvals.showing import item
from approvals.waiting import listing, paging, view_empty
from approvals.waiting.places import Place


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
    sides: Sides | None = None,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The queue with one item open: ``current``, or the first of the list. ``sides`` is what an answer was given to,
    ``more`` what an upper floor has to say in the pane.
    """
    with questions.together():
        context = _read(member, place, now, current)
        opened = current or context["opened"]
        context |= {"notice": notice, "note": note, "listed": current is None, "sides": sides}
        if member.may(Role.REVIEWER):
            context["holds_url"] = place.url("holds", member.workspace.slug)
        context |= {**lessons.latest(member, now), **(more or {})}
        return answer(request, member, place, opened, context, code)


def _read(member: Membership, place: Place, now: datetime, current: Proposal | None) -> dict[str, Any]:
    """The list and its open item. Of what is known beforehand the database is asked two or three times."""
    questions.note(*foresight.of_reader(member, place, now), *_ahead(current, member, now))
    page = paging.page(member, place, now)
    first = page.rows[0] if page.rows and current is None else None
    questions.note(
        *foresight.of_rows(page, member, place, now),
        *(foresight.of_row(first, member, now) if first else ()),
    )
    context = listing.read(member, place, now, current, page)
    if current is None and context["opened"] is None:
        return context | {"empty": view_empty.read(member, place, now, context["counts"])}
    whole = current or access.proposal(member, context["opened"].public_id)  # a row is not all of it
    questions.note(*_ahead(whole, member, now))
    return context | of_item(whole, member, place, now)


def _ahead(proposal: Proposal | None, member: Membership, now: datetime) -> foresight.Questions:
    return foresight.of_item(proposal, member, now) if proposal else iter(())


def of_item(proposal: Proposal, member: Membership, place: Place, now: datetime) -> dict[str, Any]:
    """Everything the pane of one item says, with and without the list around it."""
    inside, routed = item.read(proposal, member, now), routing_page.read(proposal, member, place, now)
    if inside["alone_signed"]:
        routed["routed"].append(routing_page.signature_back(proposal, member, place))
    return {
        **inside,
        **links(member, place, proposal),
        **lessons.of(proposal, member),
        **flow_held.read(proposal, member, now),
        **routed,
        **batch_page.offer(proposal, member, now),
        **pace.read(proposal, member, now),
        "mark": flow_desk.mark(proposal),
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
        "hand_over_url": _in_place(place, upstairs("hand-over", slug, public_id)),
        "effect_url": upstairs("effect", slug, public_id) if settled else "",
        "rehearsal_url": _in_place(place, upstairs("rehearsal", slug, public_id)),
        "typed_url": f"{upstairs('rehearse-typed', slug, public_id)}?{urlencode(place.query() | {'typed': '1'})}",
        "rehearse_url": _in_place(place, upstairs("rehearse", slug, public_id)),
        "ledger_url": f"{reverse('ledger', args=[slug])}?proposal={public_id}",
        "cases_url": upstairs("cases", slug) if proposal.state == State.BLOCKED else "",
    }


def _in_place(place: Place, url: str) -> str:
    """The same address, which knows where in the queue one is."""
    return f"{url}?{urlencode(place.query())}" if url else ""


def upstairs(name: str, *args: str) -> str:
    """The address of a view above this floor, or nothing."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
