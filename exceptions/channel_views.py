"""Channels: a list that says what arrives, and forms to add, change, try and retire them."""

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from approvals import access, secret_names
from approvals.administering import settings_page
from approvals.answering.review_pages import SeeOther
from approvals.models import Membership
from exceptions import access as own
from exceptions import call_words, channels
from exceptions.channel_forms import ChannelForm, NewChannelForm
from exceptions.models import Call, Channel

TAB = "settings-channels"
MOST = 100


@require_safe
@never_cache
def channel_list(request: HttpRequest, workspace: str) -> HttpResponse:
    """Every channel, what was last sent through it, and whether it arrived."""
    return _page(request, settings_page.reader(request, workspace))


@require_POST
def add(request: HttpRequest, workspace: str) -> HttpResponse:
    """Another way to call people by."""
    member = settings_page.admin(request, workspace)
    form = NewChannelForm(request.POST, workspace=member.workspace)
    if form.is_valid():
        try:
            channel = channels.add(
                kind=form.what_kind(),
                terms=form.terms(),
                member=member,
                actor=access.actor(request),
                now=timezone.now(),
            )
        except channels.SameName:
            form.add_error("name", "Another channel is called so.")
        else:
            messages.success(request, f"{channel.name} was added. Send a test to see whether it works.")
            return _back(workspace)
    return _page(request, member, form, code=422)


@require_POST
def change(request: HttpRequest, workspace: str, channel: int) -> HttpResponse:
    """Set its name, team, address and the name of its secret."""
    member = settings_page.admin(request, workspace)
    found = own.channel(member, channel)
    form = ChannelForm(request.POST, workspace=member.workspace, channel=found)
    if form.is_valid():
        try:
            channels.change(
                channel=found, seen_version=form.cleaned_data["version"] or 0, terms=form.terms(), member=member,
                actor=access.actor(request), now=timezone.now(),
            )  # fmt: skip
        except channels.SameName:
            form.add_error("name", "Another channel is called so.")
        except channels.StaleChannel:
            form.add_error(None, "Somebody changed or retired this channel meanwhile. Open the page again.")
        else:
            messages.success(request, f"{found.name}: changed. Send a test to see whether it works.")
            return _back(workspace)
    return _page(request, member, bound=form, code=422)


@require_POST
def send_test(request: HttpRequest, workspace: str, channel: int) -> HttpResponse:
    """A worker sends a message through it within seconds; the list says how that ended."""
    member = settings_page.admin(request, workspace)
    found = own.channel(member, channel)
    try:
        channels.send_test(channel=found, member=member, actor=access.actor(request), now=timezone.now())
    except channels.Retired:
        messages.info(request, "Nothing is sent through it any more.")
    else:
        messages.success(
            request, f"A test goes out through {found.name}. Load this page again to see how it ended."
        )
    return _back(workspace)


@require_POST
def retire(request: HttpRequest, workspace: str, channel: int) -> HttpResponse:
    """Nothing is sent through it any more."""
    member = settings_page.admin(request, workspace)
    found = own.channel(member, channel)
    try:
        channels.retire(channel=found, member=member, actor=access.actor(request), now=timezone.now())
    except channels.Retired:
        messages.info(request, "It was retired already.")
    else:
        messages.success(request, f"{found.name} is retired. Plans that name it call by other ways.")
    return _back(workspace)


def _page(
    request: HttpRequest,
    member: Membership,
    form: NewChannelForm | None = None,
    *,
    bound: ChannelForm | None = None,
    code: int = 200,
) -> HttpResponse:
    rows = Channel.objects.filter(workspace_id=member.workspace_id).select_related("team")
    rows = rows.order_by(F("retired_at").asc(nulls_first=True), "name")[:MOST]
    found = list(rows)
    latest = Call.objects.filter(channel__in=found).order_by("channel", "-id").distinct("channel")
    last = {call.channel_id: call for call in latest}
    context = {
        "lines": [_line(row, last.get(row.pk), member, bound) for row in found],
        "form": form or NewChannelForm(workspace=member.workspace),
        "refused": bound,
    }
    return settings_page.show(request, member, TAB, "channels", context, code=code)


def _line(row: Channel, last: Call | None, member: Membership, bound: ChannelForm | None) -> dict[str, Any]:
    form = bound if bound and bound.channel and bound.channel.pk == row.pk else None
    slug = member.workspace.slug
    return {
        "channel": row,
        "last": call_words.ended(last) if last else "",
        "where": secret_names.variable(slug, row.secret) or f"the file {secret_names.file(slug, row.secret)}",
        "form": form or ChannelForm(workspace=member.workspace, channel=row),
    }


def _back(workspace: str) -> HttpResponse:
    return SeeOther(reverse(TAB, args=[workspace]))
